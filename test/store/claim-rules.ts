/** Who gets a decision, and who may send: sections 3, 4 and 6 of the protocol, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import type { TimedStore } from "./backends.ts";
import { type DecisionBench, decisionBench, states } from "./decision-bench.ts";
import { claim, hold, key, otherHold } from "./samples.ts";

export function claimRules(open: () => TimedStore): void {
  let bench: TimedStore;
  let one: DecisionBench;
  beforeEach(async () => {
    bench = open();
    one = decisionBench(bench);
    await bench.reset();
  });

  describe("claim", () => {
    it("gives the lane, remembers who and why, and says it in the log", async () => {
      expect(await claim(bench.store, {})).toEqual({ kind: "yours", attempt: 1, by: ["U1"] });
      const { decisions, lease, log } = await one.view();
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
      expect(await one.told()).toEqual(["claimed"]);
    });

    it("waits for as many people as are needed, each counted once", async () => {
      const vote = (user: string) => claim(bench.store, { user, token: user, need: 2 });
      expect(await vote("U1")).toEqual({ kind: "waiting", votes: 1, need: 2 });
      expect(await vote("U1")).toEqual({ kind: "waiting", votes: 1, need: 2 });
      expect((await one.view()).votes).toEqual([
        { decision: hold, user: "U1", action: "continue", evidence: "e1", at: bench.now() },
      ]);
      expect(await vote("U2")).toEqual({ kind: "yours", attempt: 1, by: ["U1", "U2"] });
      expect(await one.told()).toEqual(["vote", "claimed"]);
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
      const { votes, log } = await one.view();
      expect(votes.map(({ decision, user }) => [decision, user])).toEqual([
        ["end", "U1"],
        [hold, "U2"],
      ]);
      expect(log.at(-1)).toMatchObject({ k: "claimed", id: "end", by: "U1", others: "U2" });
    });

    it("puts whoever lost on record once, and tells who won", async () => {
      await claim(bench.store, { user: "U1" });
      await one.begin();
      for (const token of ["t2", "t3"]) {
        expect(await claim(bench.store, { user: "U2", action: "rollback", token })).toMatchObject({
          kind: "busy",
          holder: { id: hold, by: ["U1"], action: "continue", state: "sent" },
        });
      }
      await bench.endLease(key);
      expect(await claim(bench.store, { user: "U2", token: "t4" })).toMatchObject({ kind: "decided" });
      expect((await one.view()).log.slice(1)).toMatchObject([
        { k: "late", id: "end", action: "rollback", by: "U2", won: hold, wonBy: "U1", wonAction: "continue" },
        { k: "late", id: hold, action: "continue", by: "U2" },
      ]);
    });

    it("does not call the one who decided late when he asks the same again", async () => {
      await claim(bench.store, { user: "U1" });
      expect(await claim(bench.store, { user: "U1", token: "t2" })).toMatchObject({ kind: "busy" });
      expect(await one.told()).toEqual(["claimed"]);
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
        await one.reach(state);
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
      expect(await one.resolve("match")).toEqual({ kind: "newer" });
      expect(await one.told()).toEqual(["claimed"]);
    });
  });

  describe("begin", () => {
    it("goes once the record is still this attempt's, and again when it is sent again", async () => {
      await claim(bench.store, {});
      expect(await one.begin()).toEqual({ kind: "go" });
      expect(await one.begin()).toEqual({ kind: "go" });
      expect((await one.view()).decisions.get(hold)).toMatchObject({ state: "sent", sentAt: bench.now() });
    });

    it.each(states)("is lost for another token when the decision is %s", async (state) => {
      await one.reach(state);
      expect(await one.begin("t9")).toMatchObject({ kind: "lost", decision: { state } });
      expect(await one.state()).toBe(state);
    });

    it("is lost when the lease has ended meanwhile", async () => {
      await one.reach("claimed");
      expect(await one.begin()).toMatchObject({ kind: "lost", decision: { state: "claimed" } });
    });

    it("is lost without a record", async () => {
      expect(await one.begin()).toEqual({ kind: "lost" });
    });

    it("gives way when the opposite was decided since the claim, and says so again when sent again", async () => {
      await claim(bench.store, {});
      await bench.endLease(key);
      await claim(bench.store, { user: "U2", action: "rollback", point: "end", token: "t2" });
      await bench.endLease(key);
      await bench.redis.set(`hp:{${key.lane}}:lease`, "t1");
      const first = await one.begin();
      expect(first).toMatchObject({ kind: "decided", winner: { id: "end" } });
      expect(await one.begin()).toEqual(first);
      const { decisions, lease, log } = await one.view();
      expect(decisions.get(hold)?.state).toBe("open");
      expect(lease).toBeUndefined();
      expect(log.at(-1)).toMatchObject({ k: "dropped", id: hold, att: 1, why: "guard" });
    });
  });

  describe("withdraw", () => {
    it("takes a vote back, once", async () => {
      await claim(bench.store, { need: 2 });
      expect(await bench.store.withdraw(key, hold, "U1", "continue")).toEqual({ kind: "withdrawn" });
      expect(await bench.store.withdraw(key, hold, "U1", "continue")).toEqual({ kind: "none" });
      expect((await one.view()).votes).toEqual([]);
      expect(await one.told()).toEqual(["vote", "withdrawn"]);
    });

    it("is too late once it is decided", async () => {
      await claim(bench.store, {});
      expect(await bench.store.withdraw(key, hold, "U1", "continue")).toMatchObject({
        kind: "decided",
        winner: { state: "claimed" },
      });
    });
  });
}
