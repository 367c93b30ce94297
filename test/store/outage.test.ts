/** Redis away, slow or forgetful: every method refuses in time, and works again by itself (P6). */

import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Store, StoreError } from "../../src/handlers/store/store.ts";
import { type OpenStore, openStore } from "../../src/store/connection/open.ts";
import { deploymentKeys } from "../../src/store/keys.ts";
import { rememberingTelemetry } from "../bot/support.ts";
import { hasRedis, openTestStore } from "./backends.ts";
import { createOwnRedis, type OwnRedis } from "./own-redis.ts";
import { at, claim, deployment, hold, key, ref } from "./samples.ts";

const silent = { count() {}, observe() {}, log() {} };

/** Every method of the port, so that none forgets to refuse. */
function everyMethod(store: Store): Readonly<Record<keyof Store, () => Promise<unknown>>> {
  const keys = at("continue", hold);
  const member = { kind: "ref", ref } as const;
  const taken = { member, token: "w", readAt: 1, storeAgeMs: 1, note: "", hint: {}, audited: 0 };
  const bucket = { name: "b", perMinute: 1, capacity: 1, reserve: 0 };
  const settled = {
    token: "t",
    answer: "open",
    detail: "",
    action: "continue",
    by: ["U1"],
    attempt: 1,
  } as const;
  return {
    claim: () => claim(store, {}),
    begin: () => store.begin(keys, { token: "t", leaseMs: 1 }),
    settle: () => store.settle(keys, settled),
    resolve: () => store.resolve(keys, { saw: "open", readAt: 1, token: "t", detail: "" }),
    voidVote: () =>
      store.voidVote(key, { decision: hold, user: "U1", action: "continue", why: "left-channel" }),
    withdraw: () => store.withdraw(key, hold, "U1", "continue"),
    save: () => store.save(key, { readAt: 1, deployment, decisions: [] }),
    fail: () => store.fail(key, "why", []),
    view: () => store.view(key, []),
    intend: () => store.intend(key, { seq: 0, nonce: "n", postWaitMs: 1, known: true }),
    posted: () => store.posted(key, { seq: 0, nonce: "n", channel: "C1" }),
    shown: () => store.shown(key, { hash: "h", readAt: 1, logLength: 0 }),
    forgetCard: () => store.forgetCard(key, "1.1"),
    spend: () => store.spend("T1", [bucket]),
    limit: () => store.limit("T1", "b", 1),
    enqueue: () => store.enqueue([{ member, delayMs: 0 }]),
    dequeue: () => store.dequeue("w", 1, 1),
    complete: () => store.complete(taken, {}),
    active: () => store.active(),
    unqueued: () => store.unqueued([ref]),
    keepTargets: () => store.keepTargets(ref, { targets: [], whole: true }),
    listedTargets: () => store.listedTargets(),
    announcements: () => store.announcements("a", { leaseMs: 1, count: 1 }),
    announced: () => store.announced("a", { upTo: 0, lostTold: 0 }),
  };
}

/** Waits until it is. */
async function isAble(open: OpenStore): Promise<void> {
  await expect.poll(() => open.ability(), { timeout: 10_000 }).toMatchObject({ kind: "able" });
}

describe.runIf(hasRedis())("a Redis that goes away", () => {
  let redis: OwnRedis;
  let open: OpenStore;
  beforeEach(async () => {
    redis = await createOwnRedis();
    redis.start();
    open = await openStore({
      url: { kind: "single", url: redis.socket },
      dataDir: "unused",
      telemetry: silent,
    });
  });
  afterEach(async () => {
    redis.thaw();
    await open.close();
    await redis.close();
  });

  const refusal = (call: () => Promise<unknown>) =>
    call().then(
      () => undefined,
      (error: unknown) => error,
    );

  it("makes every method refuse at once, with the cause, and none acts later", async () => {
    await redis.kill();
    await vi.waitFor(() => expect(open.connectedForMs()).toBe(0));
    const refused: Record<string, boolean> = {};
    for (const [name, call] of Object.entries(everyMethod(open.store))) {
      const startedMs = performance.now();
      const error = await refusal(call);
      const inTime = performance.now() - startedMs < 500;
      refused[name] = inTime && error instanceof StoreError && error.cause instanceof Error;
    }
    expect(Object.entries(refused).filter(([, so]) => !so)).toEqual([]);
    await expect
      .poll(() => open.ability())
      .toEqual({
        kind: "unable",
        connected: false,
        why: expect.stringContaining("nothing listens at the address of Redis"),
      });

    redis.start();
    await isAble(open);
    const after = await open.store.view(key, [hold]);
    expect(after).toMatchObject({ fails: 0, logLength: 0, votes: [] });
    expect(await open.store.dequeue("w", 10, 1)).toEqual([]);
  });

  it("is refused after two seconds when it is there and silent", async () => {
    redis.freeze();
    const startedMs = performance.now();
    const errors = await Promise.all(Object.values(everyMethod(open.store)).map(refusal));
    expect(errors.filter((error) => !(error instanceof StoreError))).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    redis.thaw();
    await isAble(open);
  });

  it("tells an unreadable field once, by its key, and goes on", async () => {
    const telemetry = rememberingTelemetry();
    const url = { kind: "single", url: redis.socket } as const;
    const other = await openStore({ url, dataDir: "unused", telemetry });
    const writer = new Redis({ path: redis.socket });
    const { board } = deploymentKeys(key);
    await writer.hset(board, "cardLog", "junk", "channel", "C1");
    writer.disconnect();
    for (let i = 0; i < 3; i += 1)
      expect((await other.store.view(key, [])).board).toEqual({ channel: "C1", said: 0 });
    await other.close();
    const told = telemetry.lines.filter(({ message }) => message.includes("unreadable"));
    expect(told.map(({ fields }) => fields)).toEqual([{ key: deploymentKeys(key).dep, fields: ["cardLog"] }]);
  });

  it("counts how long the connection has been unbroken from its return", async () => {
    await vi.waitFor(() => expect(open.connectedForMs()).toBeGreaterThan(50));
    await redis.kill();
    await vi.waitFor(() => expect(open.connectedForMs()).toBe(0));
    const awaySince = performance.now();
    redis.start();
    await vi.waitFor(() => expect(open.connectedForMs()).toBeGreaterThan(0), { timeout: 10_000 });
    expect(open.connectedForMs()).toBeLessThan(performance.now() - awaySince);
  });
});

describe.runIf(hasRedis())("a Redis that comes late", () => {
  it("does not keep the program from starting, and is used once it is there", async () => {
    const redis = await createOwnRedis();
    const url = { kind: "single", url: redis.socket } as const;
    const open = await openStore({ url, dataDir: "unused", telemetry: silent });
    await expect(open.store.active()).rejects.toBeInstanceOf(StoreError);
    redis.start();
    await isAble(open);
    expect(await claim(open.store, {})).toMatchObject({ kind: "yours" });
    await open.close();
    await redis.close();
  });
});

describe("a Redis that has forgotten the scripts", () => {
  it("is taught them again within the same call", async () => {
    const { store, redis, close } = await openTestStore();
    expect(await claim(store, {})).toMatchObject({ kind: "yours" });
    await redis.script("FLUSH");
    expect(await store.begin(at("continue", hold), { token: "t1", leaseMs: 12_000 })).toEqual({ kind: "go" });
    await close();
  });
});

describe("records that make no sense", () => {
  it("are an error rather than a guess when they are decisions", async () => {
    const { store, redis, close } = await openTestStore();
    await claim(store, {});
    const [name = ""] = await redis.keys("*:x:*");
    await redis.hset(name, "st", "unheard-of");
    await expect(store.view(key, [hold])).rejects.toBeInstanceOf(StoreError);
    await close();
  });
});
