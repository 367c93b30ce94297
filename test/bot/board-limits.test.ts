import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hold } from "./card/pictures.ts";
import { type BoardTest, startBoardTest } from "./support.ts";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest();
});
afterEach(() => test.close());

const moved = { status: "SOMETHING_ELSE", expert: ["another line"] };

describe("limits", () => {
  it("waits as long as Slack says after a 429 to an edit, then shows the newest picture", async () => {
    await test.settle();
    test.slack.faults.plan({ method: "chat.update", fault: { kind: "rate-limited", retryAfterS: 7 } });
    expect(await test.look({ deployment: moved })).toEqual({ kind: "later", ms: 7_000 });
    const waiting = await test.look({ deployment: moved });
    expect(waiting.kind).toBe("later");
    expect(test.calls("chat.update")).toBe(1);
    await test.timed.advance(7_000);
    expect(await test.look({ deployment: moved })).toEqual({ kind: "shown" });
    expect(test.cards()[0]?.revision).toBe(1);
  });

  it("waits after a 429 to a post and gives its intent back", async () => {
    test.slack.faults.plan({ method: "chat.postMessage", fault: { kind: "rate-limited", retryAfterS: 3 } });
    expect(await test.look()).toEqual({ kind: "later", ms: 3_000 });
    await test.timed.advance(3_000);
    await test.settle();
    expect(test.cards()).toHaveLength(1);
    expect(test.calls("conversations.history")).toBe(0);
  });

  it("keeps calls back for what needs a person", async () => {
    await test.settle();
    const progress = (n: number) => ({ holds: [], offers: [], expert: [`step ${n}`] });
    let edits = 0;
    for (let n = 0; n < 20; n += 1) {
      if ((await test.look({ deployment: progress(n) })).kind === "shown") edits += 1;
    }
    expect(edits).toBe(4);
    expect(await test.look({ deployment: { holds: [hold], expert: ["a hold"] } })).toEqual({ kind: "shown" });
  });
});

describe("what a channel refuses", () => {
  it("is logged once, counted, and tried again after a minute", async () => {
    for (const error of ["not_in_channel", "is_archived"]) {
      test.slack.faults.plan({ method: "chat.postMessage", fault: { kind: "error", error }, times: 2 });
      expect(await test.look()).toEqual({ kind: "later", ms: 60_000 });
      await test.timed.advance(60_000);
      expect(await test.look()).toEqual({ kind: "later", ms: 60_000 });
      await test.timed.advance(60_000);
    }
    const errors = test.telemetry.lines.filter(({ level }) => level === "error");
    expect(errors.map(({ fields }) => fields)).toMatchObject([
      { error: "not_in_channel", remedy: expect.stringContaining("/invite") },
      { error: "is_archived" },
    ]);
    expect(test.telemetry.counted("slack_channel_problems", { error: "not_in_channel" })).toBe(2);
    await test.settle();
    expect(test.cards()).toHaveLength(1);
  });

  it("becomes a smaller card, then a sentence, when the blocks are too much", async () => {
    test.slack.faults.plan({
      ...{ method: "chat.postMessage", times: Number.POSITIVE_INFINITY },
      fault: { kind: "error", error: "msg_blocks_too_long" },
      when: ({ blocks }) => JSON.stringify(blocks).length > 450,
    });
    await test.settle();
    expect(test.cards()).toHaveLength(1);
    expect(test.cards()[0]?.blocks).toHaveLength(1);
    expect(test.cards()[0]?.text).toContain("checkout-api");
    expect(test.calls("chat.postMessage")).toBe(3);
  });
});

describe("while Slack is away", () => {
  it("comes back without harm when nothing can be reached, and leaves Slack alone between tries", async () => {
    await test.slack.close();
    expect(await test.look()).toEqual({ kind: "later", ms: 5_000 });
    expect(await test.look()).toEqual({ kind: "later", ms: 5_000 });
    const tried = test.telemetry.counted("slack_calls");
    expect((await test.look()).kind).toBe("later");
    expect(test.telemetry.counted("slack_calls")).toBe(tried);
    await test.timed.advance(5_000);
    await test.look();
    expect(test.telemetry.counted("slack_calls")).toBe(tried + 1);
  });
});
