import { afterEach, beforeEach, expect, it } from "vitest";
import { printSeen, seenOf } from "../../src/handlers/answer/worse.ts";
import type { Watched } from "../../src/handlers/deployment.ts";
import { type BoardTest, startBoardTest } from "./support.ts";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest();
});
afterEach(() => test.close());

const fine: Watched = { alarms: [{ name: "high-5xx", state: "ok" }], unit: "task", failed: 0, healthy: 4 };
const red: Watched = { ...fine, alarms: [{ name: "high-5xx", state: "alarm" }], healthy: 3 };
const tooMuch = { kind: "error", error: "msg_blocks_too_long" } as const;

const line = (words: string) => [{ kind: "value" as const, label: "Alarms", value: [words] }];
const good = { watched: fine, health: line("✅ 1 of 1 OK") };
const bad = { watched: red, health: line("🚨 1 of 1 in ALARM") };

async function onRecord(): Promise<string | undefined> {
  return (await test.picture()).view.board.seen;
}

it("records the health that the card shows, with every drawing that Slack takes", async () => {
  await test.settle({ deployment: good });
  expect(await onRecord()).toBe(printSeen(seenOf(fine)));
  await test.settle({ deployment: bad });
  expect(await onRecord()).toBe(printSeen(seenOf(red)));
});

it("keeps what the card still shows while Slack does not take the new drawing", async () => {
  await test.settle({ deployment: good });
  test.slack.faults.plan({ method: "chat.update", fault: { kind: "rate-limited", retryAfterS: 7 } });
  expect((await test.look({ deployment: bad })).kind).toBe("later");
  expect(await onRecord()).toBe(printSeen(seenOf(fine)));
});

it("records none where Slack took only a smaller card without it", async () => {
  await test.settle({ deployment: good });
  test.slack.faults.plan({ method: "chat.update", fault: tooMuch });
  await test.settle({ deployment: bad });
  expect(JSON.stringify(test.cards()[0]?.blocks)).not.toContain("in ALARM");
  expect(await onRecord()).toBeUndefined();
});

it("records none where the first card that Slack took is a smaller one", async () => {
  test.slack.faults.plan({ method: "chat.postMessage", fault: tooMuch });
  await test.look({ deployment: bad });
  expect(await onRecord()).toBeUndefined();
});
