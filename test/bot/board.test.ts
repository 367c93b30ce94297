import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Deployment } from "../../src/handlers/deployment.ts";
import { hold } from "./card/pictures.ts";
import { type BoardTest, channel, present, remarkOf, startBoardTest } from "./support.ts";

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
