/** Sections 3, 4 and 6 of the protocol, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import type { DecisionState } from "../../src/handlers/deployment.ts";
import type { ResolveReply, Saw } from "../../src/handlers/ports.ts";
import { acceptedMs, freshMs, quietMs, sendLeaseMs } from "../../src/handlers/timing.ts";
import type { TimedStore } from "./backends.ts";
import { at, claim, hold, key, otherHold } from "./samples.ts";

const states = [
  "open",
  "claimed",
  "sent",
  "accepted",
  "refused",
  "unclear",
  "confirmed",
  "superseded",
  "expired",
] as const satisfies readonly DecisionState[];
const keys = at("continue", hold);

export function decisionRules(open: () => TimedStore): void {
  let bench: TimedStore;
  beforeEach(async () => {
    bench = open();
    await bench.reset();
  });

  const begin = (token = "t1", where = keys) => bench.store.begin(where, { token, leaseMs: sendLeaseMs });
  const settle = (answer: Parameters<TimedStore["store"]["settle"]>[1]["answer"], token = "t1") =>
    bench.store.settle(keys, { token, answer, detail: "said", action: "continue", by: ["U1"], attempt: 1 });
  const resolve = (saw: Saw, readAt = bench.now(), token = "look") =>
    bench.store.resolve(keys, { saw, readAt, token, detail: "SUCCEEDED" });
  const view = () => bench.store.view(key, ["end", hold, otherHold]);
  const stateOf = async (id = hold) => (await view()).decisions.get(id)?.state;
  const kinds = async () => (await view()).log.map(({ k }) => k);

  /** Brings the hold's decision, asked for by U1 with token t1, into a state; its lease is gone afterwards. */
  async function reach(state: DecisionState): Promise<void> {
    await claim(bench.store, {});
    if (state === "open") await settle("open");
    if (state === "sent" || state === "accepted" || state === "refused" || state === "unclear") await begin();
    if (state === "accepted" || state === "refused" || state === "unclear") await settle(state);
    if (state === "superseded" || state === "expired") await settle(state);
    if (state === "confirmed") {
      await begin();
      await settle("accepted");
      await resolve("match");
    }
    await bench.endLease(key);
    expect(await stateOf()).toBe(state);
  }

  describe("claim", () => {
    it("gives the lane, remembers who and why, and says it in the log", async () => {
      expect(await claim(bench.store, {})).toEqual({ kind: "yours", attempt: 1, by: ["U1"] });
      const { decisions, lease, log } = await view();
      const detail = { point: hold, holdId: "hook-1", reason: "looks good" };
      expect(decisions.get(hold)).toEqual({
        id: hold,
        state: "claimed",
        action: "continue",
        by: ["U1"],
        attempt: 1,
        token: "t1",
        evidence: "e1",
        detail,
        claimedAt: bench.now(),
      });
      expect(lease).toBe("t1");
      expect(log).toEqual([
        {
          k: "claimed",
          at: bench.now(),
          id: hold,
          action: "continue",
          by: "U1",
          att: 1,
          others: "",
          detail,
        },
      ]);
    });

    it("gives the same answer when it is sent again, and counts nothing twice", async () => {
      const first = await claim(bench.store, {});
      expect(await claim(bench.store, {})).toEqual(first);
      expect(await kinds()).toEqual(["claimed"]);
    });

    it("waits for as many people as are needed, each counted once", async () => {
      const vote = (user: string) => claim(bench.store, { user, token: user, need: 2 });
      expect(await vote("U1")).toEqual({ kind: "waiting", votes: 1, need: 2 });
      expect(await vote("U1")).toEqual({ kind: "waiting", votes: 1, need: 2 });
      expect((await view()).votes).toEqual([
        { decision: hold, user: "U1", action: "continue", evidence: "e1", at: bench.now() },
      ]);
      expect(await vote("U2")).toEqual({ kind: "yours", attempt: 1, by: ["U1", "U2"] });
      expect(await kinds()).toEqual(["vote", "claimed"]);
    });

    it("counts votes together only when they are about the same evidence", async () => {
      await claim(bench.store, { user: "U1", need: 2, evidence: "e1" });
      expect(await claim(bench.store, { user: "U2", need: 2, evidence: "e2" })).toEqual({
        kind: "waiting",
        votes: 1,
        need: 2,
      });
    });

    it("lets the opposite wish of the same person replace the first, and names the others", async () => {
      await claim(bench.store, { user: "U1", need: 2 });
      await claim(bench.store, { user: "U2", need: 3 });
      await claim(bench.store, { user: "U1", action: "rollback", token: "t2" });
      const { votes, log } = await view();
      expect(votes.map(({ decision, user }) => [decision, user])).toEqual([
        ["end", "U1"],
        [hold, "U2"],
      ]);
      expect(log.at(-1)).toMatchObject({ k: "claimed", id: "end", by: "U1", others: "U2" });
    });

    it("puts whoever lost on record once, and tells who won", async () => {
      await claim(bench.store, { user: "U1" });
      for (const token of ["t2", "t3"]) {
        expect(await claim(bench.store, { user: "U2", action: "rollback", token })).toMatchObject({
          kind: "busy",
          holder: { id: hold, by: ["U1"], action: "continue", state: "claimed" },
        });
      }
      await bench.endLease(key);
      expect(await claim(bench.store, { user: "U2", token: "t4" })).toMatchObject({ kind: "decided" });
      expect((await view()).log.slice(1)).toMatchObject([
        { k: "late", id: "end", action: "rollback", by: "U2", won: hold, wonBy: "U1", wonAction: "continue" },
        { k: "late", id: hold, action: "continue", by: "U2" },
      ]);
    });

    it("does not call the one who decided late when he asks the same again", async () => {
      await claim(bench.store, { user: "U1" });
      expect(await claim(bench.store, { user: "U1", token: "t2" })).toMatchObject({ kind: "busy" });
      expect(await kinds()).toEqual(["claimed"]);
    });

    it("is busy while another decision of the lane is at work, and keeps the vote", async () => {
      await claim(bench.store, { user: "U1" });
      expect(await claim(bench.store, { user: "U2", point: otherHold, token: "t2" })).toEqual({
        kind: "busy-lease",
      });
      await bench.endLease(key);
      expect(await claim(bench.store, { user: "U2", point: otherHold, token: "t2" })).toMatchObject({
        kind: "yours",
      });
    });

    it.each(["claimed", "sent", "accepted", "refused", "unclear", "confirmed"] as const)(
      "lets a rollback of the whole deployment through beside a continue that is %s",
      async (state) => {
        await reach(state);
        expect(
          await claim(bench.store, { user: "U2", action: "rollback", point: "end", token: "t2" }),
        ).toMatchObject({ kind: "yours" });
      },
    );

    it("does nothing to a record that a newer release has written", async () => {
      await claim(bench.store, {});
      const name = (await bench.redis.keys("*:x:*"))[0] ?? "";
      await bench.redis.hset(name, "v", 2);
      expect(await claim(bench.store, { user: "U2", token: "t2" })).toEqual({ kind: "newer" });
      expect(await resolve("match")).toEqual({ kind: "newer" });
      expect(await kinds()).toEqual(["claimed"]);
    });
  });

  describe("begin", () => {
    it("goes once the record is still this attempt's, and again when it is sent again", async () => {
      await claim(bench.store, {});
      expect(await begin()).toEqual({ kind: "go" });
      expect(await begin()).toEqual({ kind: "go" });
      expect((await view()).decisions.get(hold)).toMatchObject({ state: "sent", sentAt: bench.now() });
    });

    it.each(states)("is lost for another token when the decision is %s", async (state) => {
      await reach(state);
      expect(await begin("t9")).toMatchObject({ kind: "lost", decision: { state } });
      expect(await stateOf()).toBe(state);
    });

    it("is lost when the lease has ended meanwhile", async () => {
      await reach("claimed");
      expect(await begin()).toMatchObject({ kind: "lost", decision: { state: "claimed" } });
    });

    it("is lost without a record", async () => {
      expect(await begin()).toEqual({ kind: "lost" });
    });

    it("gives way when the opposite was decided since the claim, and says so again when sent again", async () => {
      await claim(bench.store, {});
      await bench.endLease(key);
      await claim(bench.store, { user: "U2", action: "rollback", point: "end", token: "t2" });
      await bench.endLease(key);
      await bench.redis.set(`hp:{${key.lane}}:lease`, "t1");
      const first = await begin();
      expect(first).toMatchObject({ kind: "decided", winner: { id: "end" } });
      expect(await begin()).toEqual(first);
      const { decisions, lease, log } = await view();
      expect(decisions.get(hold)?.state).toBe("open");
      expect(lease).toBeUndefined();
      expect(log.at(-1)).toMatchObject({ k: "dropped", id: hold, att: 1, why: "guard" });
    });
  });

  describe("settle", () => {
    const answers = ["accepted", "refused", "unclear", "open", "superseded", "expired"] as const;
    const allowed: Readonly<Record<string, readonly (typeof answers)[number][]>> = {
      claimed: ["open", "superseded", "expired"],
      sent: ["accepted", "refused", "unclear", "open"],
      unclear: ["accepted", "refused", "unclear", "open"],
      accepted: ["accepted"],
      refused: ["refused"],
      open: ["open"],
      superseded: ["superseded"],
      expired: ["expired"],
    };
    const table = states.flatMap((state) => answers.map((answer) => [state, answer] as const));

    it.each(table)("from %s with %s", async (state, answer) => {
      await reach(state);
      const kept = allowed[state]?.includes(answer) === true;
      expect(await settle(answer)).toMatchObject({ kind: kept ? "kept" : "late" });
      expect(await stateOf()).toBe(kept ? answer : state);
      const told = !kept && (answer === "accepted" || answer === "unclear");
      expect((await kinds()).includes("lateAnswer")).toBe(told);
    });

    it.each(answers)("by another token changes nothing: %s", async (answer) => {
      await reach("sent");
      expect(await settle(answer, "t9")).toMatchObject({ kind: "late", decision: { state: "sent" } });
      expect(await stateOf()).toBe("sent");
    });

    it("gives the lane back and writes one entry, however often it is sent", async () => {
      await claim(bench.store, {});
      await begin();
      expect(await settle("accepted")).toEqual({ kind: "kept" });
      expect(await settle("accepted")).toEqual({ kind: "kept" });
      expect((await view()).lease).toBeUndefined();
      expect((await view()).log.at(-1)).toMatchObject({ k: "accepted", by: "U1", att: 1, answer: "said" });
      expect(await kinds()).toEqual(["claimed", "accepted"]);
    });

    it("never takes a lease that is not its own", async () => {
      await claim(bench.store, {});
      await settle("open", "t9");
      expect((await view()).lease).toBe("t1");
    });

    it.each(["accepted", "refused", "unclear"] as const)(
      "teaches a store that has forgotten that a call went out: %s",
      async (answer) => {
        expect(await settle(answer)).toEqual({ kind: "kept" });
        expect((await view()).decisions.get(hold)).toMatchObject({
          state: answer,
          by: ["U1"],
          sentAt: bench.now(),
        });
      },
    );

    it("has nothing to keep when nothing was sent and nothing is known", async () => {
      expect(await settle("open")).toEqual({ kind: "late" });
      expect(await stateOf()).toBeUndefined();
    });
  });

  describe("resolve", () => {
    type Expected = readonly [ResolveReply["kind"], DecisionState | undefined];
    /** By state and by what AWS shows, after the quiet time and within the time in which a claim is fresh. */
    const table: readonly (readonly [DecisionState | "nothing", Record<Saw, Expected>])[] = [
      ["nothing", all("superseded", ["open", undefined])],
      ["open", all("superseded", ["open", "open"])],
      ["claimed", all("superseded", ["took", "claimed"])],
      ["sent", all("confirmed", ["reopened", "open"])],
      ["accepted", all("confirmed", ["reopened", "open"])],
      ["refused", all("superseded", ["reopened", "open"])],
      ["unclear", all("confirmed", ["reopened", "open"])],
      ["confirmed", shut("confirmed")],
      ["superseded", shut("superseded")],
      ["expired", shut("expired")],
    ];
    function all(match: "confirmed" | "superseded", stillOpen: Expected): Record<Saw, Expected> {
      return {
        match: [match, match],
        other: ["superseded", "superseded"],
        expired: ["expired", "expired"],
        open: stillOpen,
      };
    }
    function shut(state: DecisionState): Record<Saw, Expected> {
      return {
        match: ["shut", state],
        other: ["shut", state],
        expired: ["shut", state],
        open: ["shut", state],
      };
    }
    const saws = ["match", "other", "expired", "open"] as const;
    const rows = table.flatMap(([state, expected]) =>
      saws.map((saw) => [state, saw, expected[saw]] as const),
    );

    it.each(rows)("from %s when AWS shows %s", async (state, saw, [kind, next]) => {
      if (state !== "nothing") await reach(state);
      await bench.advance(acceptedMs);
      expect(await resolve(saw)).toMatchObject({ kind });
      expect(await stateOf()).toBe(next);
    });

    it.each(["sent", "claimed"] as const)("leaves what its holder works on alone: %s", async (state) => {
      await claim(bench.store, {});
      if (state === "sent") await begin();
      for (const saw of saws) {
        const reply = await resolve(saw);
        expect(reply.kind).toBe("held");
        expect(reply.kind === "held" && reply.ms).toBeGreaterThan(0);
      }
      expect(await stateOf()).toBe(state);
    });

    it("takes a fresh claim over as the next attempt, and gives the same answer when sent again", async () => {
      await reach("claimed");
      const first = await resolve("open");
      expect(first).toMatchObject({ kind: "took", decision: { attempt: 2, token: "look", by: ["U1"] } });
      expect(await resolve("open")).toEqual(first);
      expect(await begin("look")).toEqual({ kind: "go" });
      expect(await begin("t1")).toMatchObject({ kind: "lost" });
    });

    it("reopens an old claim, naming everybody who asked", async () => {
      await claim(bench.store, { user: "U2", need: 2 });
      await claim(bench.store, { user: "U1", need: 2 });
      await bench.endLease(key);
      await bench.advance(freshMs + 1);
      expect(await resolve("open")).toEqual({ kind: "notSent" });
      expect((await view()).log.at(-1)).toMatchObject({ k: "notSent", asked: "U1,U2", detail: "SUCCEEDED" });
      expect(await claim(bench.store, { user: "U1", token: "t2", need: 2 })).toMatchObject({
        kind: "yours",
        attempt: 2,
        by: ["U1", "U2"],
      });
    });

    it("does not take a claim over when the opposite was decided meanwhile", async () => {
      await reach("claimed");
      await claim(bench.store, { user: "U2", action: "rollback", point: "end", token: "t2" });
      expect(await resolve("open")).toEqual({ kind: "notSent" });
    });

    it("does not take a claim over while another decision of the lane is at work", async () => {
      await reach("claimed");
      await claim(bench.store, { user: "U2", point: otherHold, token: "t2" });
      expect(await resolve("open")).toMatchObject({ kind: "held" });
      expect(await stateOf()).toBe("claimed");
    });

    it.each([
      ["sent", quietMs],
      ["unclear", quietMs],
      ["refused", quietMs],
      ["accepted", acceptedMs],
    ] as const)(
      "believes that nothing came of %s only from a read begun after the quiet time",
      async (state, ms) => {
        await reach(state);
        const sentAt = bench.now();
        await bench.advance(ms + 1_000);
        expect(await resolve("open", sentAt + ms - 1)).toEqual({ kind: "wait", ms: 0 });
        expect(await stateOf()).toBe(state === "sent" ? "unclear" : state);
        expect(await resolve("open", sentAt + ms)).toEqual({ kind: "reopened" });
      },
    );

    it("says how long to wait, and once that it is not clear", async () => {
      await reach("sent");
      await bench.advance(10_000);
      expect(await resolve("open")).toEqual({ kind: "wait", ms: quietMs - 10_000 });
      expect(await resolve("open")).toEqual({ kind: "wait", ms: quietMs - 10_000 });
      expect(await kinds()).toEqual(["claimed", "unclear"]);
    });

    it("forgets the latest attempt's times when it is claimed anew", async () => {
      await reach("unclear");
      await bench.advance(quietMs);
      await resolve("open");
      await claim(bench.store, { token: "t2" });
      const decision = (await view()).decisions.get(hold);
      expect(decision).toMatchObject({ state: "claimed", attempt: 2 });
      expect(Object.keys(decision ?? {})).not.toEqual(expect.arrayContaining(["sentAt"]));
      expect(decision?.answer).toBeUndefined();
    });
  });

  describe("withdraw", () => {
    it("takes a vote back, once", async () => {
      await claim(bench.store, { need: 2 });
      expect(await bench.store.withdraw(key, hold, "U1")).toEqual({ kind: "withdrawn" });
      expect(await bench.store.withdraw(key, hold, "U1")).toEqual({ kind: "none" });
      expect((await view()).votes).toEqual([]);
      expect(await kinds()).toEqual(["vote", "withdrawn"]);
    });

    it("is too late once it is decided", async () => {
      await claim(bench.store, {});
      expect(await bench.store.withdraw(key, hold, "U1")).toMatchObject({
        kind: "decided",
        winner: { state: "claimed" },
      });
    });
  });
}
