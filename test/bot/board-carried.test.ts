/** What only events have told travels in the card's metadata, for a store that forgets. */

import { afterEach, beforeEach, expect, it } from "vitest";
import type { Message } from "../../fakes/slack/workspace.ts";
import { type BoardTest, present, startBoardTest } from "./support.ts";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest();
});
afterEach(() => test.close());

const carried = { "exec/1": "smoke-test" };
const tooLarge = { kind: "error", error: "metadata_too_large" } as const;

function payloadOf(card: Message | undefined): unknown {
  return card?.metadata?.event_payload;
}

it("stands on the card from its first post, and on no reply", async () => {
  const remark = { name: "go", weight: "progress", emoji: "▶️", words: ["it goes"] } as const;
  await test.settle({ deployment: { carried, remarks: [remark] } });
  expect(payloadOf(test.cards()[0])).toMatchObject({ carried, from: 0, to: 0 });
  expect(payloadOf(test.thread()[0])).not.toHaveProperty("carried");
});

it("is written to a card that stands already, which looks the same and is found as before", async () => {
  await test.settle();
  const before = payloadOf(test.cards()[0]);
  expect(before).not.toHaveProperty("carried");
  await test.settle({ deployment: { carried } });
  await test.settle({ deployment: { carried } });
  expect(test.calls("chat.update")).toBe(1);
  const { view } = await test.picture();
  expect(payloadOf(test.cards()[0])).toEqual({ ...Object(before), carried });

  await test.timed.redis.flushdb();
  await test.timed.advance(1_000);
  expect(await test.look({ storeAgeMs: 1_000 })).toEqual({ kind: "later", ms: 0, carried });
  expect((await test.picture()).view.board.ts).toBe(view.board.ts);
  expect(test.calls("chat.postMessage")).toBe(1);
});

it("is not wiped out by an edit that knows nothing of it", async () => {
  await test.settle({ deployment: { carried } });
  await test.settle({ deployment: { expert: ["another line"] } });
  expect(test.calls("chat.update")).toBe(1);
  expect(payloadOf(test.cards()[0])).toMatchObject({ carried });
});

it("does not keep a card from being posted when Slack finds it too large", async () => {
  test.slack.faults.plan({
    ...{ method: "chat.postMessage", times: Number.POSITIVE_INFINITY, fault: tooLarge },
    when: ({ metadata }) => JSON.stringify(metadata).includes("carried"),
  });
  await test.settle({ deployment: { carried } });
  const [card] = test.cards();
  expect(present(card, "no card").blocks.length).toBeGreaterThan(3);
  expect(payloadOf(card)).toMatchObject({ from: 0, to: 0 });
  expect(payloadOf(card)).not.toHaveProperty("carried");
});

it("does not keep a card from being redrawn, and is not tried with every look", async () => {
  await test.settle();
  test.slack.faults.plan({
    ...{ method: "chat.update", times: Number.POSITIVE_INFINITY, fault: tooLarge },
    when: ({ metadata }) => metadata !== undefined,
  });
  const deployment = { carried, expert: ["another line"] };
  await test.settle({ deployment });
  await test.settle({ deployment });
  expect(test.calls("chat.update")).toBe(2);
  expect(JSON.stringify(test.cards()[0]?.blocks)).toContain("another line");
});
