/** What came of an attempt: sections 3 and 4 of the protocol, for any backend. */

import { beforeEach, describe, expect, it } from "vitest";
import type { DecisionState } from "../../src/handlers/decision.ts";
import type { Observation, ResolveReply } from "../../src/handlers/store/decisions.ts";
import { acceptedMs, freshMs, quietMs } from "../../src/handlers/timing.ts";
import type { TimedStore } from "./backends.ts";
import { type DecisionBench, decisionBench, states } from "./decision-bench.ts";
import { claim, hold, key, otherHold } from "./samples.ts";

export function settleRules(open: () => TimedStore): void {
  let bench: TimedStore;
  let one: DecisionBench;
  beforeEach(async () => {
    bench = open();
    one = decisionBench(bench);
    await bench.reset();
  });

  describe("settle", () => {
    const answers = ["accepted", "refused", "unclear", "open", "superseded", "expired"] as const;
    const allowed: Readonly<Record<string, readonly (typeof answers)[number][]>> = {
      // A failover lost `begin`: only whoever sent knows.
      claimed: answers,
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
      await one.reach(state);
      const kept = allowed[state]?.includes(answer) === true;
      expect(await one.settle(answer)).toMatchObject({ kind: kept ? "kept" : "late" });
      expect(await one.state()).toBe(kept ? answer : state);
      const told = !kept && (answer === "accepted" || answer === "unclear");
      expect((await one.told()).includes("lateAnswer")).toBe(told);
    });

    it.each(answers)("by another token changes nothing: %s", async (answer) => {
      await one.reach("sent");
      expect(await one.settle(answer, "t9")).toMatchObject({ kind: "late", decision: { state: "sent" } });
      expect(await one.state()).toBe("sent");
    });

    it("gives the lane back and writes one entry, however often it is sent", async () => {
      await claim(bench.store, {});
      await one.begin();
      expect(await one.settle("accepted")).toEqual({ kind: "kept" });
      expect(await one.settle("accepted")).toEqual({ kind: "kept" });
      expect((await one.view()).lease).toBeUndefined();
      expect((await one.view()).log.at(-1)).toMatchObject({
        k: "accepted",
        by: "U1",
        att: 1,
        answer: "said",
      });
      expect(await one.told()).toEqual(["claimed", "accepted"]);
    });

    it("never takes a lease that is not its own", async () => {
      await claim(bench.store, {});
      await one.settle("open", "t9");
      expect((await one.view()).lease).toBe("t1");
    });

    it.each(["accepted", "refused", "unclear"] as const)(
      "teaches a store that has forgotten that a call went out: %s",
      async (answer) => {
        expect(await one.settle(answer)).toEqual({ kind: "kept" });
        expect((await one.view()).decisions.get(hold)).toMatchObject({
          state: answer,
          by: ["U1"],
          sentAt: bench.now(),
        });
      },
    );

    it("has nothing to keep when nothing was sent and nothing is known", async () => {
      expect(await one.settle("open")).toEqual({ kind: "late" });
      expect(await one.state()).toBeUndefined();
    });
  });

  describe("resolve", () => {
    type Expected = readonly [ResolveReply["kind"], DecisionState | undefined];
    /** By state and by what AWS shows, after the quiet time and within the time in which a claim is fresh. */
    const table: readonly (readonly [DecisionState | "nothing", Record<Observation, Expected>])[] = [
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
    function all(match: "confirmed" | "superseded", stillOpen: Expected): Record<Observation, Expected> {
      return {
        match: [match, match],
        other: ["superseded", "superseded"],
        expired: ["expired", "expired"],
        open: stillOpen,
      };
    }
    function shut(state: DecisionState): Record<Observation, Expected> {
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
      if (state !== "nothing") await one.reach(state);
      await bench.advance(acceptedMs);
      expect(await one.resolve(saw)).toMatchObject({ kind });
      expect(await one.state()).toBe(next);
    });

    it.each(["sent", "claimed"] as const)("leaves what its holder works on alone: %s", async (state) => {
      await claim(bench.store, {});
      if (state === "sent") await one.begin();
      for (const saw of saws) {
        const reply = await one.resolve(saw);
        expect(reply.kind).toBe("held");
        expect(reply.kind === "held" && reply.ms).toBeGreaterThan(0);
      }
      expect(await one.state()).toBe(state);
    });

    it("takes a fresh claim over as the next attempt, and gives the same answer when sent again", async () => {
      await one.reach("claimed");
      const first = await one.resolve("open");
      expect(first).toMatchObject({ kind: "took", decision: { attempt: 2, token: "look", by: ["U1"] } });
      expect(await one.resolve("open")).toEqual(first);
      expect(await one.begin("look")).toEqual({ kind: "go" });
      expect(await one.begin("t1")).toMatchObject({ kind: "lost" });
    });

    it("reopens an old claim, naming everybody who asked", async () => {
      await claim(bench.store, { user: "U2", need: 2 });
      await claim(bench.store, { user: "U1", need: 2 });
      await bench.endLease(key);
      await bench.advance(freshMs + 1);
      expect(await one.resolve("open")).toEqual({ kind: "notSent" });
      expect((await one.view()).log.at(-1)).toMatchObject({
        k: "notSent",
        asked: "U1,U2",
        detail: "SUCCEEDED",
      });
      expect((await one.view()).votes).toEqual([]);
      expect(await claim(bench.store, { user: "U1", token: "t2", need: 2 })).toMatchObject({
        kind: "waiting",
        votes: 1,
      });
      expect(await claim(bench.store, { user: "U2", token: "t3", need: 2 })).toMatchObject({
        kind: "yours",
        attempt: 2,
        by: ["U1", "U2"],
      });
    });

    it("does not take a claim over when the opposite was decided meanwhile", async () => {
      await one.reach("claimed");
      await claim(bench.store, { user: "U2", action: "rollback", point: "end", token: "t2" });
      expect(await one.resolve("open")).toEqual({ kind: "notSent" });
    });

    it("does not take a claim over while another decision of the lane is at work", async () => {
      await one.reach("claimed");
      await claim(bench.store, { user: "U2", point: otherHold, token: "t2" });
      expect(await one.resolve("open")).toMatchObject({ kind: "held" });
      expect(await one.state()).toBe("claimed");
    });

    it.each([
      ["sent", quietMs],
      ["unclear", quietMs],
      ["refused", quietMs],
      ["accepted", acceptedMs],
    ] as const)(
      "believes that nothing came of %s only from a read begun after the quiet time",
      async (state, ms) => {
        await one.reach(state);
        const sentAt = bench.now();
        await bench.advance(ms + 1_000);
        expect(await one.resolve("open", sentAt + ms - 1)).toEqual({ kind: "wait", ms: 0 });
        expect(await one.state()).toBe(state === "sent" ? "unclear" : state);
        expect(await one.resolve("open", sentAt + ms)).toEqual({ kind: "reopened" });
      },
    );

    it("says how long to wait, and once that it is not clear", async () => {
      await one.reach("sent");
      await bench.advance(10_000);
      expect(await one.resolve("open")).toEqual({ kind: "wait", ms: quietMs - 10_000 });
      expect(await one.resolve("open")).toEqual({ kind: "wait", ms: quietMs - 10_000 });
      expect(await one.told()).toEqual(["claimed", "unclear"]);
    });

    it("forgets the latest attempt's times when it is claimed anew", async () => {
      await one.reach("unclear");
      await bench.advance(quietMs);
      await one.resolve("open");
      await claim(bench.store, { token: "t2" });
      const decision = (await one.view()).decisions.get(hold);
      expect(decision).toMatchObject({ state: "claimed", attempt: 2 });
      expect(Object.keys(decision ?? {})).not.toEqual(expect.arrayContaining(["sentAt"]));
      expect(decision?.answer).toBeUndefined();
    });
  });
}
