import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { superfluous } from "../../src/bot/board/messages/doubles.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { type BoardTest, remarkOf, startBoardTest } from "./support.ts";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest();
});
afterEach(() => test.close());

describe("the thread", () => {
  it("tells a burst of entries in one message, after the card", async () => {
    const remarks = ["a", "b", "c"].map((name) => remarkOf(name));
    expect(await test.look({ deployment: { remarks } })).toEqual({ kind: "later", ms: 0 });
    expect(test.cards()).toHaveLength(1);
    expect(test.thread()).toHaveLength(0);
    await test.settle({ deployment: { remarks } });
    await test.settle({ deployment: { remarks } });
    expect(test.thread()).toHaveLength(1);
    expect(test.thread()[0]?.metadata).toMatchObject({ event_payload: { from: 1, to: 3 } });
  });

  it("does not tell twice what was posted without an answer", async () => {
    await test.settle();
    const remarks = [remarkOf("a", { weight: "person" })];
    test.slack.faults.plan({ method: "chat.postMessage", fault: { kind: "cut", after: true } });
    expect(await test.look({ deployment: { remarks } })).toEqual({ kind: "later", ms: 20_000 });
    await test.timed.advance(20_000);
    await test.settle({ deployment: { remarks: [...remarks, remarkOf("b")] } });
    expect(test.thread().map(({ metadata }) => metadata)).toMatchObject([
      { event_payload: { from: 1, to: 1 } },
      { event_payload: { from: 2, to: 2 } },
    ]);
  });

  describe("told by a process that was slower than its intent", () => {
    const seen = { deployment: { remarks: [remarkOf("a", { weight: "person" })] } };

    it("stands once where another one has told it meanwhile", async () => {
      await test.settle();
      const { store } = test.timed;
      const slow = await test.otherBoard({
        store: {
          intend: async (...asked) => {
            const intent = await store.intend(...asked);
            await test.timed.advance(20_000);
            await test.settle(seen);
            return intent;
          },
        },
      });
      await slow.show(await test.picture(seen));
      expect(test.calls("chat.delete")).toBe(1);
      expect(test.thread()).toHaveLength(1);
    });

    it("stands once, the first of both, where the other one could not see it", async () => {
      await test.settle();
      const { store } = test.timed;
      let first: string | undefined;
      const slow = await test.otherBoard({
        store: {
          posted: async (...posted) => {
            first = test.thread()[0]?.ts;
            const lift = test.slack.faults.plan({
              ...{ method: "conversations.replies", times: Number.POSITIVE_INFINITY },
              fault: { kind: "error", error: "internal_error" },
            });
            await test.timed.advance(130_000);
            await test.settle(seen);
            lift();
            return store.posted(...posted);
          },
        },
      });
      await slow.show(await test.picture(seen));
      expect(test.calls("chat.postMessage")).toBe(3);
      expect(test.thread().map(({ ts }) => ts)).toEqual([first]);
    });

    it("is not deleted where the other one has found it", async () => {
      await test.settle();
      const { store } = test.timed;
      const slow = await test.otherBoard({
        store: {
          posted: async (...posted) => {
            await test.timed.advance(20_000);
            await test.settle(seen);
            return store.posted(...posted);
          },
        },
      });
      await slow.show(await test.picture(seen));
      expect(test.calls("chat.delete")).toBe(0);
      expect(test.thread()).toHaveLength(1);
    });
  });

  describe("what is superfluous of messages that carry one entry", () => {
    const at = (ts: string, from: number, to: number) => ({ ts, mark: { key: "", bornAt: 0, from, to } });
    it.each([
      ["the later one", [at("1", 1, 3), at("2", 1, 3)], {}, ["2"]],
      ["the one that is not on record", [at("1", 1, 3), at("2", 1, 3)], { incidentTs: "2" }, ["1"]],
      ["the one that tells less", [at("1", 1, 3), at("2", 1, 4)], {}, ["1"]],
      ["none of two that each tell more", [at("1", 1, 3), at("2", 2, 4)], {}, []],
      ["none of one", [at("1", 1, 3)], {}, []],
    ])("is %s", (_, all, board, expected) => {
      expect(superfluous(all, board)).toEqual(expected);
    });
  });

  it("tells after seconds of an emptied store that its memory was lost, and anew what is so now", async () => {
    const remarks = [remarkOf("a"), remarkOf("b")];
    await test.settle({ deployment: { remarks } });
    await test.settle({ deployment: { remarks } });
    expect(test.thread()).toHaveLength(1);
    await test.timed.redis.flushdb();
    await test.timed.advance(5_000);
    await test.settle({ deployment: { remarks }, storeAgeMs: 1_000 });
    expect(test.cards()).toHaveLength(1);
    expect(test.thread()).toHaveLength(2);
    expect(JSON.stringify(test.thread()[1]?.blocks)).toContain("store was emptied");
  });

  it("broadcasts an incident once, and takes its button away when it is over", async () => {
    await test.settle();
    const failing = {
      phase: "running",
      incident: true,
      reason: "tasks failed to start",
      remarks: [remarkOf("incident", { weight: "incident", emoji: "🚨" })],
    } satisfies Partial<WordedDeployment>;
    await test.settle({ deployment: failing });
    const [incident] = test.thread().filter(({ broadcast }) => broadcast);
    expect(JSON.stringify(incident?.blocks)).toContain("answer.rollback");
    await test.settle({ deployment: { ...failing, phase: "rolled-back", offers: [], holds: [] } });
    const [redrawn] = test.thread().filter(({ broadcast }) => broadcast);
    expect(JSON.stringify(redrawn?.blocks)).not.toContain("answer.rollback");
    expect(test.thread().filter(({ broadcast }) => broadcast)).toHaveLength(1);
  });
});
