/** Which votes count, and what opposes a claim: docs/protocol.md, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { deploymentKeys } from "../../src/store/keys.ts";
import type { TimedStore } from "./backends.ts";
import { type DecisionBench, decisionBench } from "./decision-bench.ts";
import { at, claim, hold, key, otherHold } from "./samples.ts";

const { renewMs } = protocolTiming;

export function voteRules(open: () => TimedStore): void {
  let bench: TimedStore;
  let one: DecisionBench;
  beforeEach(async () => {
    bench = open();
    one = decisionBench(bench);
    await bench.reset();
  });

  const back = (more: Partial<Parameters<typeof claim>[1]> = {}) =>
    claim(bench.store, { action: "rollback", user: "U2", token: "t2", ...more });
  const voters = async () => (await one.view()).votes.map(({ decision, user }) => `${decision}/${user}`);
  const resolveEnd = () =>
    bench.store.resolve(at("rollback", "end"), {
      ...{ saw: "open", readAt: bench.now(), token: "look", detail: "IN_PROGRESS" },
    });

  describe("a verdict", () => {
    it("is refused whole when it is about other votes than those on record", async () => {
      await claim(bench.store, { user: "U1", need: 3 });
      const before = await one.view();
      for (const seen of [[], ["U3"], ["U1", "U3"]]) {
        const verdict = { seen, by: ["U1", "U2"], unknown: [], enough: true, need: 2 };
        expect(await claim(bench.store, { user: "U2", token: "t2", verdict })).toEqual({
          kind: "votes-changed",
        });
      }
      expect(await one.view()).toEqual(before);
    });

    it("needs not know the caller's own earlier vote, nor votes for something else", async () => {
      await claim(bench.store, { user: "U1", need: 2 });
      await claim(bench.store, { user: "U3", need: 2, evidence: "e2" });
      const verdict = { seen: [], by: ["U1"], unknown: [], enough: true, need: 1 };
      expect(await claim(bench.store, { user: "U1", verdict })).toMatchObject({ kind: "yours", by: ["U1"] });
    });

    it("says alone who decides", async () => {
      await claim(bench.store, { user: "U1", need: 3 });
      const verdict = { seen: ["U1"], by: ["U2", "U9"], unknown: [], enough: true, need: 2 };
      expect(await claim(bench.store, { user: "U2", token: "t2", verdict })).toMatchObject({
        kind: "yours",
        by: ["U2", "U9"],
      });
    });
  });

  describe("whose vote could not be judged", () => {
    const unknown = async () =>
      (await one.view()).votes.flatMap((vote) => (vote.unknown === true ? [vote.user] : []));
    const told = async () =>
      (await one.view()).log.map((entry) =>
        entry.k === "vote" ? [entry.by, entry.again, entry.detail?.unknown, entry.detail?.reason] : entry.k,
      );
    beforeEach(async () => {
      await claim(bench.store, { user: "U1", need: 9 });
    });

    it("is kept at each press, and told where it is news", async () => {
      for (const judged of [["U1"], ["U1"], ["U1", "U2"], []]) {
        await claim(bench.store, { user: "U2", token: "t2", need: 9, unknown: judged });
        expect(await unknown()).toEqual(judged);
      }
      expect(await told()).toEqual([
        ["U1", undefined, undefined, "looks good"],
        ["U2", undefined, "U1", "looks good"],
        ["U2", true, "U1,U2", "looks good"],
        ["U2", true, undefined, "looks good"],
      ]);
    });

    it("is kept for the same action and evidence alone", async () => {
      await claim(bench.store, { user: "U2", token: "t2", need: 9, unknown: ["U1"] });
      await claim(bench.store, { user: "U3", token: "t3", need: 9, evidence: "e2" });
      await claim(bench.store, { user: "U4", token: "t4", need: 9, action: "rollback" });
      expect(await unknown()).toEqual(["U1"]);
    });

    it("stays known when the vote counts without it and nothing comes of the attempt", async () => {
      await claim(bench.store, { user: "U2", token: "t1", need: 2, unknown: ["U1"] });
      const settled = { token: "t1", answer: "open", detail: "", action: "continue", attempt: 1 } as const;
      await bench.store.settle(at("continue", hold), { ...settled, by: ["U2"], keepVotes: true });
      expect(await unknown()).toEqual(["U1"]);
    });

    it.each([[["U1"]], [[]]])("is what a takeover found last: %j", async (judged) => {
      await claim(bench.store, { user: "U2", token: "t1", need: 2, unknown: ["U2"] });
      const settled = { token: "t1", answer: "open", detail: "", action: "continue", attempt: 1 } as const;
      await bench.store.settle(at("continue", hold), {
        ...{ ...settled, by: ["U1", "U2"], keepVotes: true, unknown: judged },
      });
      expect(await unknown()).toEqual(judged);
    });

    it("is left as it was beside a claim, where nobody else was judged", async () => {
      await claim(bench.store, { user: "U5", action: "rollback", token: "t5", need: 9 });
      await back({ verdict: { seen: ["U5"], by: ["U2"], unknown: ["U5"], enough: true, need: 1 } });
      for (const judged of [["U3"], []]) {
        await back({ user: "U3", token: "t3", unknown: judged });
        expect((await unknown()).toSorted()).toEqual([...judged, "U5"]);
      }
    });

    it("is read from the log where only an earlier release recorded votes", async () => {
      const { ask } = deploymentKeys(key);
      await claim(bench.store, { user: "U2", token: "t2", need: 9, unknown: ["U1"] });
      await bench.redis.hdel(ask, `unknown/${hold}/continue/e1`);
      expect(await unknown()).toEqual(["U1"]);
      await claim(bench.store, { user: "U2", token: "t2", need: 9 });
      expect(await unknown()).toEqual([]);
    });

    it("stays known when its entry is no longer among the newest of the log", async () => {
      await claim(bench.store, { user: "U2", token: "t2", need: 9, unknown: ["U1"] });
      for (let n = 0; n < 30; n += 1)
        for (const reason of ["one", "other"])
          await claim(bench.store, { user: "U7", token: "t7", need: 9, evidence: "e2", reason });
      await bench.redis.hset(deploymentKeys(key).board, "said", 62);
      expect((await one.view()).log.some((entry) => entry.k === "vote" && entry.by === "U2")).toBe(false);
      expect(await unknown()).toEqual(["U1"]);
    });
  });

  describe("another reason of somebody whose vote is on record", () => {
    const reasons = async () =>
      (await one.view()).log.map((entry) => (entry.k === "vote" ? entry.detail?.reason : entry.k));
    const vote = (reason: string) => claim(bench.store, { need: 9, reason });

    it("is told once", async () => {
      for (const reason of ["slow", "slow", "red", "red", "slow"]) await vote(reason);
      expect(await reasons()).toEqual(["slow", "red", "slow"]);
    });

    it("is told again after the vote was taken back", async () => {
      await vote("slow");
      await bench.store.withdraw(key, hold, "U1", "continue");
      await vote("slow");
      expect(await reasons()).toEqual(["slow", "withdrawn", "slow"]);
    });

    it("is told at the next press where the lane was taken at the first", async () => {
      await claim(bench.store, { user: "U9", token: "t9", point: otherHold });
      expect(await claim(bench.store, { reason: "slow" })).toEqual({ kind: "busy-lease" });
      await bench.endLease(key);
      await vote("slow");
      expect(await reasons()).toEqual(["claimed", "slow"]);
    });
  });

  describe("a vote whose voter may not vote any more", () => {
    it("goes once, and the log says why, also while its decision is under way", async () => {
      await claim(bench.store, { user: "U1", need: 2 });
      await claim(bench.store, { user: "U2", token: "t1", need: 2 });
      const vote = { decision: hold, user: "U1", action: "continue", why: "left-channel" } as const;
      await bench.store.voidVote(key, vote);
      await bench.store.voidVote(key, vote);
      expect(await voters()).toEqual([`${hold}/U2`]);
      expect((await one.view()).log.slice(2)).toMatchObject([
        { k: "void", id: hold, by: "U1", action: "continue", why: "left-channel" },
      ]);
    });
  });

  describe("votes of an attempt that came to nothing", () => {
    beforeEach(async () => {
      await claim(bench.store, { user: "U9", need: 3, evidence: "e2" });
      await claim(bench.store, { user: "U3", need: 2 });
      await claim(bench.store, { user: "U1", need: 2 });
    });
    const others = [`${hold}/U9`];

    it("are used up when it is settled open, and only those", async () => {
      await one.settle("open");
      expect(await voters()).toEqual(others);
    });

    it("are kept where the caller says so", async () => {
      const settled = {
        token: "t1",
        answer: "open",
        detail: "",
        action: "continue",
        by: ["U1"],
        attempt: 1,
      } as const;
      await bench.store.settle(at("continue", hold), { ...settled, keepVotes: true });
      expect((await voters()).toSorted()).toEqual([`${hold}/U1`, `${hold}/U3`, ...others]);
    });

    it("are used up when AWS is seen to have done nothing, and everybody who asked is named", async () => {
      await one.begin();
      await bench.endLease(key);
      await bench.advance(protocolTiming.quietMs);
      expect(await one.resolve("open")).toEqual({ kind: "reopened" });
      expect(await voters()).toEqual(others);
      expect((await one.view()).log.at(-1)).toMatchObject({ k: "reopened", asked: "U1,U3,U9" });
    });
  });

  describe("an ending that meets a claim which has not begun", () => {
    it("waits while the lane is taken, then goes out; the claim never begins", async () => {
      await claim(bench.store, {});
      expect(await back()).toEqual({ kind: "busy-lease" });
      expect((await one.view()).endingWaits).toBe(true);
      expect(await one.begin()).toEqual({ kind: "opposed", by: ["U2"] });
      expect(await one.begin()).toEqual({ kind: "opposed", by: ["U2"] });
      expect(await voters()).toEqual(["end/U2"]);
      expect(await back()).toMatchObject({ kind: "yours", by: ["U2"] });
      expect((await one.view()).endingWaits).toBeUndefined();
      expect(await bench.store.begin(at("rollback", hold), { token: "t2", leaseMs: 1_000 })).toEqual({
        kind: "go",
      });
      expect(await one.told()).toEqual(["claimed", "dropped", "claimed"]);
    });

    it("passes it at once when its lease is over", async () => {
      await one.reach("claimed");
      expect(await back()).toMatchObject({ kind: "yours" });
      expect(await bench.store.begin(at("rollback", hold), { token: "t2", leaseMs: 1_000 })).toEqual({
        kind: "go",
      });
    });

    it("keeps it from being taken over: nobody is asked again while it is renewed, everybody when it is not", async () => {
      await claim(bench.store, {});
      await back();
      await bench.endLease(key);
      expect(await one.resolve("open")).toEqual({ kind: "held", ms: renewMs });
      expect(await resolveEnd()).toEqual({ kind: "held", ms: renewMs });
      await bench.advance(renewMs);
      expect(await resolveEnd()).toEqual({ kind: "notSent" });
      expect(await one.resolve("open")).toEqual({ kind: "notSent" });
      expect(await voters()).toEqual([]);
      expect((await one.view()).log.slice(1)).toMatchObject([
        { k: "notSent", id: "end", action: "rollback", by: "U2", asked: "U2" },
        { k: "notSent", id: hold, action: "continue", by: "U1", asked: "U1" },
      ]);
      expect(await resolveEnd()).toEqual({ kind: "open" });
      expect(await back()).toMatchObject({ kind: "yours" });
    });

    it("is concluded without what AWS said to the attempt before it", async () => {
      await back();
      await bench.store.begin(at("rollback", hold), { token: "t2", leaseMs: 1_000 });
      await bench.store.settle(at("rollback", hold), {
        ...{ token: "t2", answer: "open", detail: "access denied" },
        ...{ action: "rollback", by: ["U2"], attempt: 1 },
      });
      await claim(bench.store, {});
      await back({ token: "t3" });
      await bench.endLease(key);
      await bench.advance(renewMs);
      expect(await resolveEnd()).toEqual({ kind: "notSent" });
      const { log, decisions } = await one.view();
      expect(log.at(-1)).toMatchObject({ k: "notSent", id: "end", att: 2 });
      expect(log.at(-1)).not.toHaveProperty("answer");
      for (const field of ["answer", "sentAt", "settledAt"])
        expect(decisions.get("end")).not.toHaveProperty(field);
    });

    it("keeps other forward answers from being claimed while it is renewed", async () => {
      await claim(bench.store, {});
      await back();
      await bench.endLease(key);
      const other = () => claim(bench.store, { point: otherHold, user: "U3", token: "t3" });
      expect(await other()).toEqual({ kind: "busy-lease" });
      await bench.advance(renewMs);
      expect(await other()).toMatchObject({ kind: "yours" });
    });

    it("opposes it with too few votes, too", async () => {
      await claim(bench.store, {});
      expect(await back({ need: 2 })).toMatchObject({ kind: "waiting" });
      expect(await one.begin()).toEqual({ kind: "opposed", by: ["U2"] });
    });

    it("opposes it after its own votes are gone", async () => {
      await claim(bench.store, {});
      await back({ need: 2 });
      await bench.store.withdraw(key, "end", "U2", "rollback");
      expect(await one.begin()).toEqual({ kind: "opposed", by: ["U2"] });
    });

    it("no longer waits once a vote that it waits with is taken back", async () => {
      await claim(bench.store, {});
      expect(await back({ need: 1 })).toEqual({ kind: "busy-lease" });
      expect((await one.view()).endingWaits).toBe(true);
      expect(await bench.store.withdraw(key, "end", "U2", "cancel")).toEqual({ kind: "none" });
      expect(await bench.store.withdraw(key, "end", "U2", "rollback")).toEqual({ kind: "withdrawn" });
      expect((await one.view()).endingWaits).not.toBe(true);
      expect(await back({ need: 1, again: "judged-now" })).toEqual({ kind: "withdrawn" });
      expect((await one.view()).votes.map(({ user }) => user)).not.toContain("U2");
    });

    it("is judged anew before it goes out: an old verdict records nothing once the lane is free", async () => {
      await claim(bench.store, {});
      const repeated = () => back({ need: 1, again: "judged-before" });
      await back({ need: 1 });
      expect(await repeated()).toEqual({ kind: "busy-lease" });
      await bench.endLease(key);
      const before = await one.view();
      expect(await repeated()).toEqual({ kind: "lane-free" });
      expect(await one.view()).toEqual(before);
      expect(await back({ need: 1, again: "judged-now" })).toMatchObject({ kind: "yours", by: ["U2"] });
    });

    it("no longer waits once its votes are too few", async () => {
      await claim(bench.store, {});
      await back({ need: 1 });
      expect(await back({ need: 2, again: "judged-now" })).toMatchObject({ kind: "waiting" });
      expect((await one.view()).endingWaits).not.toBe(true);
    });

    it.each([
      ["somebody else's too few votes", { user: "U3", token: "t3", need: 2, evidence: "e2" }],
      [
        "somebody else's vote that was taken back",
        { user: "U3", token: "t3", evidence: "e2", again: "judged-now" as const },
      ],
      ["too few votes to cancel", { user: "U3", token: "t3", need: 2, action: "cancel" as const }],
    ])("waits on after %s", async (_, other) => {
      await claim(bench.store, {});
      await back();
      await back(other);
      expect((await one.view()).endingWaits).toBe(true);
    });

    it("does not oppose it when it was asked for before", async () => {
      await back({ need: 2 });
      await claim(bench.store, {});
      expect(await one.begin()).toEqual({ kind: "go" });
    });

    it("opposes the claim of a release that counts no endings by a younger vote alone", async () => {
      await back({ need: 3 });
      await claim(bench.store, {});
      await bench.redis.hdel(deploymentKeys(key).decision(hold), "endings");
      await bench.advance(1);
      await back({ need: 3, user: "U4" });
      expect(await one.begin()).toEqual({ kind: "opposed", by: ["U4"] });
    });
  });

  describe("an ending that is asked for while another one for the same is claimed", () => {
    const late = (more: Parameters<typeof back>[0] = {}) => back({ user: "U3", token: "t3", ...more });

    it("is told who was first, and its vote is on record for whoever takes over", async () => {
      await claim(bench.store, { user: "U3", need: 2 });
      await back();
      expect(await late()).toMatchObject({ kind: "busy" });
      expect((await voters()).toSorted()).toEqual(["end/U2", "end/U3"]);
      await late();
      expect((await one.view()).log.filter(({ k }) => k === "late")).toHaveLength(1);
    });

    it("leaves no vote where it is for something else, or where the other one was sent", async () => {
      await back();
      await late({ evidence: "e2" });
      await late({ action: "cancel" });
      expect(await voters()).toEqual(["end/U2"]);
      await bench.store.begin(at("rollback", hold), { token: "t2", leaseMs: 1_000 });
      await late();
      expect(await voters()).toEqual(["end/U2"]);
    });
  });

  it("never lets a forward answer oppose an ending", async () => {
    await back();
    expect(await claim(bench.store, { user: "U1", token: "t1" })).toMatchObject({ kind: "busy" });
    await bench.endLease(key);
    expect(await claim(bench.store, { user: "U1", token: "t3" })).toMatchObject({ kind: "decided" });
    expect(await resolveEnd()).toMatchObject({ kind: "took" });
  });
}
