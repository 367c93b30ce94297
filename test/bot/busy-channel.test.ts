import { afterEach, beforeEach, expect, it } from "vitest";
import { type BoardTest, channel, startBoardTest } from "./support.ts";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest();
});
afterEach(() => test.close());

/** More pages than the budget of reads holds: a search never reaches the end in one go. */
function chatter(messages: number): void {
  for (let n = 0; n < messages; n += 1)
    test.slack.workspace.post({ channel, text: `message ${n}`, blocks: [] });
}

it("posts the card in a channel that is too busy to be searched to its end", async () => {
  chatter(1_100);
  const startedMs = test.timed.now();
  while (!test.cards().some(({ metadata }) => metadata !== undefined)) {
    const shown = await test.look({ storeAgeMs: 1_000 });
    await test.timed.advance(shown.kind === "later" ? Math.max(shown.ms, 1_000) : 30_000);
    if (test.timed.now() - startedMs > 250_000) break;
  }
  expect(test.cards().filter(({ metadata }) => metadata !== undefined)).toHaveLength(1);
  expect(test.timed.now() - startedMs).toBeLessThan(200_000);
});
