/** Every key that a script touches is in one slot: three masters would refuse anything else. */

import { Cluster } from "ioredis";
import { createRedisMock, type RedisMock } from "js-redis-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Store } from "../../src/handlers/store/store.ts";
import { createStore } from "../../src/store/store.ts";
import { announcement, at, claim, deployment, hold, key, otherHold, ref } from "./samples.ts";

let engine: RedisMock;
let cluster: Cluster;
let store: Store;

beforeAll(async () => {
  engine = await createRedisMock({ cluster: { masters: 3 } });
  cluster = new Cluster(engine.addresses());
  store = createStore(cluster);
});
afterAll(async () => {
  cluster.disconnect();
  await engine.close();
});

it("carries a decision through in one lane", async () => {
  const keys = at("continue", hold);
  const settled = { detail: "", action: "continue", by: ["U1"], attempt: 1 } as const;
  await claim(store, { need: 2 });
  expect(await store.withdraw(key, hold, "U1", "continue")).toEqual({ kind: "withdrawn" });
  expect(await claim(store, {})).toMatchObject({ kind: "yours" });
  expect(await store.begin(keys, { token: "t1", leaseMs: 12_000 })).toEqual({ kind: "go" });
  expect(await store.settle(keys, { ...settled, token: "t1", answer: "accepted" })).toEqual({ kind: "kept" });
  expect(await store.resolve(keys, { saw: "match", readAt: 1, token: "t2", detail: "" })).toEqual({
    kind: "confirmed",
  });
});

it("keeps snapshot and board in one lane", async () => {
  const decisions = ["end", hold, otherHold];
  const { kind } = await store.save(key, { readAt: 1, deployment, decisions });
  expect(kind).toBe("saved");
  expect((await store.fail(key, "denied", decisions)).fails).toBe(1);
  expect((await store.view(key, decisions)).decisions.get(hold)).toMatchObject({ state: "confirmed" });
  const post = { seq: 0, nonce: "n1" };
  expect(await store.intend(key, { ...post, postWaitMs: 1, known: true })).toMatchObject({ kind: "post" });
  expect(await store.posted(key, { ...post, ts: "1.1", channel: "C1" })).toBe("kept");
  expect(await store.shown(key, { hash: "h", readAt: 1, logLength: 99 })).toBe("kept");
  await store.forgetCard(key, "1.1");
});

it("keeps queue, index and audit together, and a team's buckets", async () => {
  const member = { kind: "ref", ref } as const;
  await store.enqueue([{ member, delayMs: 0, hint: { carried: { "exec/1": "before" } } }]);
  const [taken] = await store.dequeue("w1", 1, 1_000);
  if (taken === undefined) throw new Error("nothing was due");
  const active = {
    key,
    ref,
    target: "checkout",
    accountName: "prod",
    state: "running",
    holdIds: [],
  } as const;
  const entries = [{ k: "withdrawn", at: 1, id: hold, by: "U1" } as const];
  const audit = { key, from: 0, entries, announce: [{ n: 1, announcement: announcement(1) }] };
  expect(await store.complete(taken, { active, audit })).toBe("gone");
  expect(await store.active()).toEqual([active]);
  expect(await store.announcements("a1", { leaseMs: 1_000, count: 1 })).toMatchObject({ kind: "yours" });
  expect(await store.announced("a1", { upTo: 1, lostTold: 0 })).toBe("kept");
  const bucket = { perMinute: 60, capacity: 2, reserve: 0 };
  await store.limit("T1", "b", 0);
  expect(
    await store.spend("T1", [
      { ...bucket, name: "a" },
      { ...bucket, name: "b" },
    ]),
  ).toEqual({ kind: "ok" });
});
