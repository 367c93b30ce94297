import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BoardTest, channel, present, startBoardTest } from "./support.ts";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest();
});
afterEach(() => test.close());

const moved = { status: "SOMETHING_ELSE", expert: ["another line"] };

describe("posting", () => {
  it("posts one card for any number of looks, and edits only when it would look different", async () => {
    for (let looks = 0; looks < 5; looks += 1) await test.settle();
    expect(test.cards()).toHaveLength(1);
    expect(test.calls("chat.postMessage")).toBe(1);
    expect(test.calls("chat.update")).toBe(0);
  });

  it("edits once for a burst of looks that see the same change", async () => {
    await test.settle();
    for (let looks = 0; looks < 5; looks += 1) await test.look({ deployment: moved });
    expect(test.calls("chat.update")).toBe(1);
    expect(test.cards()[0]?.revision).toBe(1);
  });

  it("posts one card when two replicas look at the same moment", async () => {
    const picture = await test.picture();
    const other = await test.otherBoard();
    const ends = await Promise.all([test.board.show(picture), other.show(picture)]);
    expect(ends.map(({ kind }) => kind)).toContain("later");
    expect(test.cards()).toHaveLength(1);
  });

  it("finds the card whose answer was lost, and posts no second one", async () => {
    test.slack.faults.plan({ method: "chat.postMessage", fault: { kind: "cut", after: true } });
    expect(await test.look()).toEqual({ kind: "later", ms: 20_000 });
    await test.timed.advance(20_000);
    await test.settle();
    expect(test.cards()).toHaveLength(1);
    expect(test.calls("chat.postMessage")).toBe(1);
    expect(test.telemetry.counted("slack_adopted", { what: "card" })).toBe(1);
  });

  it("posts when the lost post never arrived", async () => {
    test.slack.faults.plan({ method: "chat.postMessage", fault: { kind: "status", status: 503 } });
    await test.look();
    expect(test.cards()).toHaveLength(0);
    await test.timed.advance(20_000);
    await test.settle();
    expect(test.cards()).toHaveLength(1);
  });

  it("adopts its card from an emptied store and deletes the double", async () => {
    await test.settle();
    const [first] = test.cards();
    await test.timed.redis.flushdb();
    await test.timed.advance(1_000);
    await test.settle({ storeAgeMs: 1_000 });
    expect(test.cards().map(({ ts }) => ts)).toEqual([first?.ts]);

    const double = test.slack.workspace.post({
      ...{ channel, text: "double", blocks: [] },
      ...(first?.metadata === undefined ? {} : { metadata: first.metadata }),
    });
    await test.timed.redis.flushdb();
    await test.timed.advance(20_000);
    await test.settle({ storeAgeMs: 1_000 });
    expect(test.cards().map(({ ts }) => ts)).toEqual([first?.ts]);
    expect(test.cards().map(({ ts }) => ts)).not.toContain(double.ts);
    expect(test.telemetry.counted("slack_doubles_removed")).toBe(1);
  });

  it("deletes its own card when it was so slow that another replica has posted meanwhile", async () => {
    const { store } = test.timed;
    const slow = await test.otherBoard({
      store: {
        intend: async (...asked) => {
          const intent = await store.intend(...asked);
          await test.timed.advance(20_000);
          await test.settle();
          return intent;
        },
      },
    });
    await slow.show(await test.picture());
    expect(test.calls("chat.postMessage")).toBe(2);
    const { view } = await test.picture();
    expect(test.cards().map(({ ts }) => ts)).toEqual([view.board.ts]);
  });

  it("does not take another app's message for its own, whatever its metadata says", async () => {
    await test.settle();
    await test.timed.redis.flushdb();
    const other = await test.otherBoard({ botId: "B0OTHER" });
    await other.show(await test.picture({ storeAgeMs: 1_000 }));
    expect(test.cards()).toHaveLength(2);
  });

  it("posts a new card when somebody has deleted it while the deployment runs", async () => {
    await test.settle();
    const [card] = test.cards();
    test.slack.workspace.remove(present(card, "no card"));
    await test.settle({ deployment: moved });
    expect(test.cards()).toHaveLength(1);
    expect(test.cards()[0]?.ts).not.toBe(card?.ts);
  });

  it("leaves a deleted card deleted when the deployment is over", async () => {
    await test.settle();
    const [card] = test.cards();
    test.slack.workspace.remove(present(card, "no card"));
    await test.settle({ deployment: { phase: "succeeded", status: "SUCCESSFUL", offers: [], holds: [] } });
    expect(test.cards()).toHaveLength(0);
  });
});

describe("redrawing", () => {
  it("brings the time of reading up to date after ten minutes, though nothing else has changed", async () => {
    await test.settle();
    await test.timed.advance(599_000);
    await test.settle();
    expect(test.calls("chat.update")).toBe(0);
    await test.timed.advance(2_000);
    await test.settle();
    await test.settle();
    expect(test.calls("chat.update")).toBe(1);
  });

  it("draws less when Slack finds an edit too long, and tries no second time", async () => {
    await test.settle();
    test.slack.faults.plan({
      ...{ method: "chat.update", times: Number.POSITIVE_INFINITY },
      fault: { kind: "error", error: "msg_too_long" },
      when: ({ blocks }) => JSON.stringify(blocks).length > 450,
    });
    await test.settle({ deployment: moved });
    await test.settle({ deployment: moved });
    expect(test.calls("chat.update")).toBe(3);
    expect(test.cards()[0]?.blocks).toHaveLength(1);
  });

  it("repeats an edit whose answer was lost", async () => {
    await test.settle();
    test.slack.faults.plan({ method: "chat.update", fault: { kind: "cut", after: true } });
    expect(await test.look({ deployment: moved })).toEqual({ kind: "later", ms: 5_000 });
    expect(await test.look({ deployment: moved })).toEqual({ kind: "shown" });
    expect(test.calls("chat.update")).toBe(2);
  });
});

describe("searching", () => {
  it("asks for no history when no card can exist, and for one page when it may", async () => {
    await test.settle();
    expect(test.calls("conversations.history")).toBe(0);
    await test.timed.redis.flushdb();
    await test.timed.advance(90_000);
    await test.settle({ connectedForMs: 5_000 });
    expect(test.calls("conversations.history")).toBe(1);
  });

  it("finds the card on a later page of a busy channel", async () => {
    await test.settle();
    const [card] = test.cards();
    for (let n = 0; n < 450; n += 1) test.slack.workspace.post({ channel, text: `chatter ${n}`, blocks: [] });
    await test.timed.redis.flushdb();
    await test.timed.advance(1_000);
    await test.settle({ storeAgeMs: 1_000 });
    expect(test.calls("conversations.history")).toBe(3);
    expect((await test.picture()).view.board.ts).toBe(card?.ts);
    expect(test.calls("chat.postMessage")).toBe(1);
  });

  it("posts after two minutes when the history can't be read", async () => {
    test.slack.faults.plan({
      method: "conversations.history",
      fault: { kind: "error", error: "missing_scope" },
      times: Number.POSITIVE_INFINITY,
    });
    const old = { storeAgeMs: 1_000 };
    for (let waited = 0; waited < 120_000; waited += 20_000) {
      expect(await test.look(old)).toEqual({ kind: "later", ms: 20_000 });
      expect(test.cards()).toHaveLength(0);
      await test.timed.advance(20_000);
    }
    await test.settle(old);
    expect(test.cards()).toHaveLength(1);
  });
});
