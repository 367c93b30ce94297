/** What a random walk through the store is made of: every method with what a careless or crashed caller may give it. */

import fc from "fast-check";
import { type Action, actions, type Deployment } from "../../src/handlers/deployment.ts";
import type { Job, JobKey } from "../../src/handlers/store/queue.ts";
import type { Store } from "../../src/handlers/store/store.ts";
import { announcement, at, claim, deployment, hold, key, otherHold, ref, verdictOf } from "./samples.ts";

/** One step: the same call on both stores, given what a walk has seen so far. */
export interface Step {
  readonly name: string;
  readonly call: (store: Store, walk: Walk) => Promise<unknown>;
  readonly [fc.toStringMethod]: () => string;
}
export interface Walk {
  readonly now: number;
  readonly taken: readonly Job[];
}

/** Which records a caller has read: those that are there, none, or others that are lost. */
const read = fc.oneof(
  { weight: 6, arbitrary: fc.constant("these") },
  { weight: 3, arbitrary: fc.constant("none") },
  fc.constant("others"),
);
async function bornOf(store: Store, which: string): Promise<number | undefined> {
  if (which === "none") return undefined;
  return which === "others" ? 1_600_000_000_000 : (await store.view(key, [])).born;
}

const token = fc.constantFrom("t1", "t2", "t3");
const user = fc.constantFrom("U1", "U2", "U3");
const point = fc.constantFrom("end", hold, otherHold);
const ago = fc.constantFrom(0, 1, 30_000, 60_000);
const small = fc.nat(4);
const decisions = ["end", "revert", hold, otherHold];
const member = fc.constantFrom<JobKey>(
  { kind: "ref", ref },
  { kind: "ref", ref: { ...ref, id: "other" } },
  { kind: "sweep", account: ref.account, region: ref.region },
);
const keysAt = fc
  .record({ action: fc.constantFrom<Action>(...actions), point })
  .map(({ action, point: where }) => ({ action, keys: at(action, where), where }));
const remarks = fc
  .uniqueArray(fc.constantFrom("a", "phase/b", "hold/c/open"), { maxLength: 2 })
  .map((names) =>
    names.map((name) => ({ name, weight: "ending" as const, emoji: "tada", words: ["done ", { bold: [] }] })),
  );
const snapshot: fc.Arbitrary<Deployment> = fc
  .record({ phase: fc.constantFrom("running" as const, "succeeded" as const), remarks })
  .map((changes) => ({ ...deployment, ...changes }));
const hint = fc.record({
  carried: fc.dictionary(fc.constantFrom("exec/1", "exec/2"), fc.constantFrom("before", "after")),
  event: fc.nat(3).map((n) => ({ claim: { kind: "ended" as const }, time: 1_700_000_000_000 + n })),
});
const audit = fc
  .record({ from: fc.nat(9), announced: fc.subarray([1, 2, 3]) })
  .map(({ from, announced }) => ({
    key,
    from,
    entries: [1, 2, 3].map((n) => ({ k: "withdrawn", at: n, id: hold, by: `U${n}` }) as const),
    announce: announced.map((n) => ({ n: from + n, announcement: announcement(from + n) })),
  }));

function step<Input>(name: string, input: fc.Arbitrary<Input>, call: (input: Input) => Step["call"]) {
  return input.map((drawn): Step => {
    const told = `${name} ${fc.stringify(drawn)}`;
    return { name: told, call: call(drawn), [fc.toStringMethod]: () => told };
  });
}

const decisionSteps = fc.oneof(
  {
    weight: 4,
    arbitrary: step(
      "claim",
      fc.record({
        keysAt,
        token,
        user,
        evidence: fc.constantFrom("e1", "e2"),
        need: fc.constantFrom(1, 1, 2),
        // Somebody else voted since they were judged, or the caller judged a vote that is gone.
        old: fc.constantFrom(false, false, false, true),
        unknown: fc.subarray(["U1", "U2"]),
        reason: fc.option(fc.constantFrom("slow", "late"), { nil: undefined }),
        again: fc.constantFrom(undefined, undefined, "judged-now" as const, "judged-before" as const),
        read,
      }),
      ({ keysAt: { action, keys, where }, need, old, again, unknown, reason, read: which, ...more }) =>
        async (store) => {
          const born = await bornOf(store, which);
          const rest = { ...more, ...(again === undefined ? {} : { again }) };
          const judged = await verdictOf(store, keys.decision, { ...rest, action, need });
          const verdict = { ...judged, unknown, ...(old ? { seen: ["U1"] } : {}) };
          const detail = { point: where, ...(reason === undefined ? {} : { reason }) };
          return store.claim(keys, { ...rest, verdict, action, leaseMs: 15_000, detail, born });
        },
    ),
  },
  {
    weight: 3,
    arbitrary: step(
      "begin",
      fc.record({ keysAt, token }),
      ({ keysAt: { keys }, token: mine }) =>
        (store) =>
          store.begin(keys, { token: mine, leaseMs: 12_000 }),
    ),
  },
  {
    weight: 3,
    arbitrary: step(
      "settle",
      fc.record({
        keysAt,
        token,
        answer: fc.constantFrom("accepted", "refused", "unclear", "open", "superseded", "expired"),
        keepVotes: fc.boolean(),
        unknown: fc.option(fc.subarray(["U1", "U2"]), { nil: undefined }),
      }),
      ({ keysAt: { action, keys }, unknown, ...rest }) =>
        (store) =>
          store.settle(keys, {
            ...rest,
            ...(unknown === undefined ? {} : { unknown }),
            action,
            by: ["U1", "U2"],
            attempt: 1,
            detail: "said",
          }),
    ),
  },
  {
    weight: 4,
    arbitrary: step(
      "resolve",
      fc.record({
        keysAt,
        token,
        ago,
        saw: fc.constantFrom("open", "open", "open", "match", "other", "expired"),
        read,
      }),
      ({ keysAt: { keys }, token: mine, ago: ms, saw, read: which }) =>
        async (store, { now }) => {
          const born = await bornOf(store, which);
          return store.resolve(keys, { saw, readAt: now - ms, token: mine, detail: "", born });
        },
    ),
  },
  step(
    "withdraw",
    fc.record({ point, user, action: fc.constantFrom<Action>(...actions) }),
    ({ point: where, user: who, action }) =>
      (store) =>
        store.withdraw(key, where, who, action),
  ),
  step(
    "begin",
    fc.record({ need: fc.constantFrom(1, 2), retried: fc.boolean() }),
    ({ need, retried }) =>
      async (store) => {
        await claim(store, { token: "t1" });
        for (const token of retried ? ["t2", "t2"] : ["t2"])
          await claim(store, { action: "rollback", user: "U2", token, need });
        return store.begin(at("continue", hold), { token: "t1", leaseMs: 12_000 });
      },
  ),
  step(
    "claim",
    fc.constantFrom("judged-now" as const, "judged-before" as const),
    (again) => async (store) => {
      const wish = { user: "U1", token: "t3", point: otherHold, need: 9 };
      await claim(store, wish);
      return claim(store, { ...wish, again });
    },
  ),
  step("withdraw", fc.constantFrom("U1", "U2"), (who) => async (store) => {
    await claim(store, { user: who, token: "t3", point: otherHold, need: 9 });
    return store.withdraw(key, otherHold, who, "continue");
  }),
  step(
    "voidVote",
    fc.record({ decision: point, user, action: fc.constantFrom<Action>(...actions) }),
    (vote) => (store) => store.voidVote(key, { ...vote, why: "left-channel" }),
  ),
);

const recordSteps = fc.oneof(
  step(
    "save",
    fc.record({ ago, deployment: snapshot, read, young: fc.boolean() }),
    ({ ago: ms, read: which, ...rest }) =>
      async (store, { now }) => {
        const born = await bornOf(store, which);
        return store.save(key, { ...rest, readAt: now - ms, decisions, born });
      },
  ),
  step("fail", fc.constantFrom("denied", "timed out"), (why) => (store) => store.fail(key, why, decisions)),
  step("view", fc.constant(decisions), (ids) => (store) => store.view(key, ids)),
  step(
    "intend",
    fc.record({ seq: small, nonce: token, known: fc.boolean(), read }),
    ({ read: which, ...post }) =>
      async (store) =>
        store.intend(key, { ...post, postWaitMs: 20_000, born: await bornOf(store, which) }),
  ),
  step(
    "posted",
    fc.record(
      {
        seq: small,
        nonce: token,
        ts: fc.constantFrom("1.1", "1.2"),
        incident: fc.constantFrom("open" as const, "bad" as const),
        progressFrom: small,
        shown: fc.record(
          { hash: token, readAt: small, logLength: small, seen: token },
          { requiredKeys: ["hash", "readAt", "logLength"] },
        ),
      },
      { requiredKeys: ["seq", "nonce"] },
    ),
    (post) => (store) => store.posted(key, { ...post, channel: "C1" }),
  ),
  step(
    "shown",
    fc.record(
      { hash: token, readAt: small, logLength: small, incident: token, seen: token, read },
      { requiredKeys: ["hash", "readAt", "logLength", "read"] },
    ),
    ({ read: which, ...drawn }) =>
      async (store) =>
        store.shown(key, { ...drawn, born: await bornOf(store, which) }),
  ),
  step("forget", fc.constantFrom("1.1", "1.2"), (ts) => (store) => store.forgetCard(key, ts)),
);

const bucket = fc.record({
  name: fc.constantFrom("chat.update", "C1"),
  perMinute: fc.constantFrom(45, 55, 200),
  capacity: fc.constantFrom(3, 10),
  reserve: fc.constantFrom(0, 0.9, 3),
});

const enqueue = step(
  "enqueue",
  fc.array(
    fc.record(
      { member, delayMs: fc.constantFrom(-60_000, 0, 1_000, 16_000, 40_000), hint },
      { requiredKeys: ["member", "delayMs"] },
    ),
    { minLength: 1, maxLength: 2 },
  ),
  (items) => (store) => store.enqueue(items),
);
const take = step(
  "take",
  fc.record(
    {
      token,
      count: fc.nat(3),
      only: fc.record({
        lane: fc.constantFrom("ref" as const, "sweep" as const),
        perPlace: fc.integer({ min: 1, max: 3 }),
        busy: fc.constantFrom([], [{ account: ref.account, region: ref.region, jobs: 1 }]),
      }),
    },
    { requiredKeys: ["token", "count"] },
  ),
  ({ token: mine, count, only }) =>
    (store) =>
      store.dequeue(mine, count, 30_000, only),
);
const done = step(
  "done",
  fc.record({
    which: fc.nat(),
    end: fc.record(
      {
        nextMs: fc.constantFrom(0, 2_000, 30_000),
        note: fc.constantFrom("", "try=2"),
        born: fc.constantFrom(1_600_000_000_000, 1_700_000_000_000),
        active: fc.constantFrom({ remove: key }, entry("waiting"), entry("running"), entry("ended")),
        audit,
      },
      { requiredKeys: [] },
    ),
  }),
  ({ which, end }) =>
    async (store, { taken }) => {
      const one = taken[which % Math.max(taken.length, 1)];
      return one === undefined ? undefined : store.complete(one, end);
    },
);

const queueSteps = fc.oneof(
  enqueue,
  take,
  done,
  step("unqueued", fc.constant([ref]), (refs) => (store) => store.unqueued(refs)),
  step("active", fc.constantFrom(undefined, [key]), (keys) => (store) => store.active(keys)),
  step(
    "keepTargets",
    fc.record({
      system: fc.constantFrom("ecs" as const, "proton" as const),
      whole: fc.boolean(),
      n: fc.nat(2),
    }),
    ({ system, whole, n }) =>
      async (store) => {
        const targets = Array.from({ length: n }, (_, it) => ({
          target: `t${it}`,
          qualifiedTarget: `c/t${it}`,
        }));
        return store.keepTargets({ ...ref, system }, { targets, whole });
      },
  ),
  step("listedTargets", fc.constant("all"), () => (store) => store.listedTargets()),
  step("active", fc.constant("all"), () => (store) => store.active()),
  step(
    "spend",
    fc.uniqueArray(bucket, { selector: ({ name }) => name, minLength: 1 }),
    (buckets) => (store) => store.spend("T1", buckets),
  ),
  step(
    "limit",
    bucket,
    ({ name }) =>
      (store) =>
        store.limit("T1", name, 5_000),
  ),
);

function entry(state: "waiting" | "running" | "ended") {
  return { key, ref, target: "checkout", accountName: "prod", state, holdIds: [] };
}

const announcementSteps = fc.oneof(
  step(
    "announcements",
    fc.record({ token, count: fc.constantFrom(1, 2, 10) }),
    ({ token: mine, count }) =>
      (store) =>
        store.announcements(mine, { leaseMs: 20_000, count }),
  ),
  step(
    "announced",
    fc.record({ token, upTo: fc.nat(12), lostTold: fc.nat(2) }),
    ({ token: mine, ...end }) =>
      (store) =>
        store.announced(mine, end),
  ),
);

const advance = fc.constantFrom(1, 900, 4_000, 5_000, 15_000, 31_000, 121_000);
export const walks = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: decisionSteps },
    { weight: 3, arbitrary: recordSteps },
    { weight: 3, arbitrary: queueSteps },
    { weight: 2, arbitrary: advance },
  ),
  { minLength: 1, maxLength: 120, size: "max" },
);

/** Long enough on one road for all that can happen to an announcement. */
export const announcementWalks = fc.array(
  fc.oneof(
    fc.oneof(enqueue, take, done),
    { weight: 2, arbitrary: announcementSteps },
    fc.constantFrom(1, 21_000),
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);
