import { expect, it } from "vitest";
import type { Ref } from "../../src/handlers/deployment.ts";
import { endedPollMs } from "../../src/handlers/jobs/next-job.ts";
import { createSweep } from "../../src/handlers/jobs/sweep.ts";
import type { Route } from "../../src/handlers/policy.ts";
import type { Listing, System } from "../../src/handlers/ports.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { deploymentOf, policyOf } from "../bot/card/pictures.ts";
import { createMemoryStore } from "../store/memory.ts";
import { wordsInside } from "../words-inside.ts";

const found: Ref = deploymentOf().ref;
const { account, region } = found;

const api = { target: "api", qualifiedTarget: "prod/api" };
const everything: Route = { match: {}, channel: "C0DEPLOY", policy: policyOf() };

const none = { hint: {} };

function sweeping(routes: readonly Route[] = [everything]) {
  const asked: string[] = [];
  const levels: string[] = [];
  const closed: { why?: string } = {};
  const cut: { rest?: NonNullable<Extract<Listing, { kind: "listed" }>["rest"]> } = {};
  const after: (string | undefined)[] = [];
  const counted: string[] = [];
  const system: System = {
    ...{
      name: "ecs",
      title: "ECS",
      listensTo: [{ source: "aws.ecs", detailTypes: [] }],
      offers: [],
      permissions: [],
      words: wordsInside,
      describeCall: () => undefined,
    },
    laneOf: ({ id }) => id,
    locate: () => ({ kind: "ignored", why: "not asked" }),
    inspect: async () => ({ kind: "gone", why: "not asked" }),
    confirms: () => true,
    act: async () => ({ kind: "unclear", cause: "not asked" }),
    async list(itsAccount, itsRegion, _wanted, itsAfter) {
      asked.push(`${itsAccount} ${itsRegion}`);
      after.push(itsAfter);
      if (closed.why !== undefined) return { kind: "unreadable", why: closed.why, cause: "closed" };
      return { kind: "listed", refs: [found], targets: [api], whole: true, ...cut };
    },
  };
  const memory = createMemoryStore();
  const { store } = memory;
  const sweep = createSweep({
    ...{ systems: [system], store, timing: protocolTiming },
    telemetry: {
      count: (name) => void counted.push(name),
      observe: () => {},
      log: (level) => void levels.push(level),
    },
    routes,
    accountNames: new Map([[account, "prod"]]),
    accounts: new Map([[account, { regions: [region] }]]),
  });
  return {
    sweep,
    store,
    asked,
    cut,
    after,
    counted,
    advance: (ms: number) => memory.advance(ms),
    levels,
    closed,
  };
}

it("queues what nobody has looked at yet, and comes again", async () => {
  const { sweep, store } = sweeping();
  expect(await sweep(account, region, none)).toEqual({ nextMs: protocolTiming.sweepMs });
  const taken = await store.dequeue("token", 10, 1_000);
  expect(taken.map(({ member }) => member)).toEqual([{ kind: "ref", ref: found }]);
});

it("keeps what exists, as long as it can be listed", async () => {
  const { sweep, store, closed } = sweeping();
  const kept = { system: "ecs", account, region, targets: [api], whole: true, ageMs: 0 };
  await sweep(account, region, none);
  expect(await store.listedTargets()).toEqual([kept]);
  closed.why = "denied";
  await sweep(account, region, none);
  expect(await store.listedTargets()).toEqual([kept]);
});

it("ends in a place that is no longer configured, and calls nobody there", async () => {
  const { sweep, asked } = sweeping();
  expect(await sweep(account, "us-east-1", none)).toEqual({});
  expect(await sweep("999999999999", region, none)).toEqual({});
  expect(asked).toEqual([]);
});

it("asks a system only where some route could show a target of it", async () => {
  for (const match of [{ system: "codedeploy" }, { region: "us-east-1" }, { account: "staging" }]) {
    const { sweep, store, asked } = sweeping([{ ...everything, match }]);
    expect(await sweep(account, region, none)).toEqual({ nextMs: protocolTiming.sweepMs });
    expect(asked).toEqual([]);
    expect(await store.dequeue("token", 10, 1_000)).toEqual([]);
  }
  const { sweep, asked } = sweeping([{ ...everything, match: { account: "prod", target: "checkout-*" } }]);
  await sweep(account, region, none);
  expect(asked).toEqual([`${account} ${region}`]);
});

it("leaves alone what is over and kept only to be read", async () => {
  const { sweep, store, advance } = sweeping();
  const ref = { ...found, id: "known" };
  await store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
  const [taken] = await store.dequeue("look", 1, 30_000);
  if (taken === undefined) throw new Error("nothing was due");
  const key = { lane: "0".repeat(16), deployment: "0".repeat(10) };
  const place = {
    key,
    ref,
    target: "checkout/live",
    accountName: "prod",
    state: "ended",
    holdIds: [],
  } as const;
  await store.complete(taken, { active: { ...place, over: true } });
  await sweep(account, region, none);
  advance(10 * endedPollMs);
  const looks = await store.dequeue("token", 10, 1_000);
  expect(looks.map(({ member }) => member)).toEqual([{ kind: "ref", ref: found }]);
});

it("brings back what the queue lost, and what has ended no earlier than its rare look", async () => {
  for (const [state, delayMs] of [
    ["running", protocolTiming.idleLookMs],
    ["ended", endedPollMs],
  ] as const) {
    const { sweep, store, advance } = sweeping();
    const ref = { ...found, id: "known" };
    const entry = {
      ...{ key: { lane: "0".repeat(16), deployment: "0".repeat(10) }, ref, target: "checkout/live" },
      ...{ accountName: "prod", state, holdIds: [] },
    };
    await store.enqueue([{ member: { kind: "ref", ref }, delayMs: 0 }]);
    const [taken] = await store.dequeue("look", 1, 30_000);
    if (taken === undefined) throw new Error("nothing was due");
    await store.complete(taken, { active: entry });
    await sweep(account, region, none);
    await store.dequeue("missed", 1, 365 * 24 * 3_600_000);
    advance(delayMs - 1);
    expect(await store.dequeue("early", 1, 30_000)).toEqual([]);
    advance(1);
    expect(await store.dequeue("due", 1, 30_000)).toMatchObject([{ member: { ref } }]);
  }
});

it("tells once why a place can't be read, until it can be again or the reason is another", async () => {
  const { sweep, levels, closed } = sweeping();
  const sweeps = async (...reasons: readonly (string | undefined)[]) => {
    levels.length = 0;
    for (const why of reasons) {
      if (why === undefined) delete closed.why;
      else closed.why = why;
      await sweep(account, region, none);
    }
    return levels.filter((level) => level !== "info");
  };
  expect(await sweeps("denied", "denied", "denied")).toEqual(["warn", "debug", "debug"]);
  expect(await sweeps("throttled")).toEqual(["warn"]);
  expect(await sweeps(undefined, "throttled")).toEqual(["warn"]);
});

it("goes on soon where one that ran out of time ended, whoever runs it, and says so in a metric", async () => {
  const { sweep, store, cut, after, counted, advance } = sweeping();
  const member = { kind: "sweep", account, region } as const;
  await store.enqueue([{ member, delayMs: 0 }]);
  const next = async () => {
    const [taken] = await store.dequeue("w", 1, 30_000, { lane: "sweep", perPlace: 1, busy: [] });
    if (taken === undefined) throw new Error("no sweep was due");
    await store.complete(taken, await sweep(account, region, taken));
  };
  cut.rest = { after: "service-9", read: 10, of: 20 };
  await next();
  advance(5_000);
  cut.rest = { after: "service-19", read: 10, of: 20 };
  await next();
  advance(5_000);
  delete cut.rest;
  await next();
  advance(protocolTiming.sweepMs);
  await next();
  expect(after.map((it) => it ?? "")).toEqual(["", "service-9", "service-19", ""]);
  expect(counted.filter((name) => name === "sweeps_partial")).toHaveLength(2);
});

it("does not enqueue what has a job", async () => {
  const { sweep, store, advance } = sweeping();
  await store.enqueue([{ member: { kind: "ref", ref: found }, delayMs: 60_000 }]);
  await sweep(account, region, none);
  expect(await store.dequeue("w", 10, 1_000)).toEqual([]);
  advance(60_000);
  expect(await store.dequeue("w", 10, 1_000)).toHaveLength(1);
});
