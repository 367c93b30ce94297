import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Deployment } from "../../src/handlers/deployment.ts";
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
    } satisfies Partial<Deployment>;
    await test.settle({ deployment: failing });
    const [incident] = test.thread().filter(({ broadcast }) => broadcast);
    expect(JSON.stringify(incident?.blocks)).toContain("answer.rollback");
    await test.settle({ deployment: { ...failing, phase: "rolled-back", offers: [], holds: [] } });
    const [redrawn] = test.thread().filter(({ broadcast }) => broadcast);
    expect(JSON.stringify(redrawn?.blocks)).not.toContain("answer.rollback");
    expect(test.thread().filter(({ broadcast }) => broadcast)).toHaveLength(1);
  });
});
