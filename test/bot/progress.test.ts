/** The progress of a rollout stands in one message of the thread, until something else is told. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../src/bot/card/parts/picture.ts";
import { decisionOfHold, keyOf } from "../../src/handlers/identity.ts";
import type { WordedRemark } from "../../src/handlers/words.ts";
import { deploymentOf, hold } from "./card/pictures.ts";
import { type BoardTest, present, remarkOf, startBoardTest } from "./support.ts";

let test: BoardTest;
beforeEach(async () => {
  test = await startBoardTest();
});
afterEach(() => test.close());

const running = { holds: [], details: [{ kind: "value", label: "Bake time", value: ["10 min"] }] } as const;

/** Every remark that AWS has caused so far, as each read has them all. */
async function see(remarks: readonly WordedRemark[]): Promise<void> {
  await test.settle({ deployment: { ...running, remarks } });
}

function steps(n: number): readonly WordedRemark[] {
  return Array.from({ length: n }, (_, index) => remarkOf(`step-${index + 1}`));
}

function said(): readonly string[] {
  return test.thread().map(({ blocks }) => JSON.stringify(blocks));
}

/** From which to which entry of the log each message tells. */
function marks(): readonly (readonly unknown[])[] {
  return test.thread().map(({ metadata }) => {
    const { from, to } = JSON.parse(JSON.stringify(metadata)).event_payload;
    return [from, to];
  });
}

describe("progress in the thread", () => {
  it("is one reply for ten steps, edited", async () => {
    for (let n = 1; n <= 10; n += 1) await see(steps(n));
    expect(marks()).toEqual([[1, 10]]);
    const [reply = ""] = said();
    expect([...reply.matchAll(/about step-(\d+)/g)].map(([, n]) => Number(n))).toEqual(
      [...steps(10).keys()].map((index) => index + 1),
    );
    expect(reply).toContain("Bake time");
    expect(test.calls("chat.postMessage")).toBe(2);
    expect(test.thread().flatMap(({ notified }) => notified)).toEqual([]);
  });

  it.each<[string, WordedRemark]>([
    ["what needs a person", remarkOf("asks", { weight: "person" })],
    ["an ending", remarkOf("ended", { weight: "ending" })],
    ["a hold that opens", remarkOf("opened", { holdId: hold.id })],
  ])("goes on in a new reply after %s", async (_what, other) => {
    const seen = [...steps(2), other];
    await see(steps(1));
    await see(steps(2));
    await see(seen);
    await see([...seen, remarkOf("step-3")]);
    await see([...seen, remarkOf("step-3"), remarkOf("step-4")]);
    expect(marks()).toEqual([
      [1, 2],
      [3, 3],
      [4, 5],
    ]);
  });

  it("goes on in a new reply after a vote", async () => {
    await see(steps(2));
    const { ref, lane } = deploymentOf();
    const id = decisionOfHold(hold.id);
    const vote: LogEntry = {
      at: test.timed.now(),
      id,
      k: "vote",
      action: "continue",
      by: "U0ANN",
      n: 1,
      need: 2,
    };
    const { lane: laneKey, deployment } = keyOf(ref, lane);
    await test.timed.redis.rpush(`hp:{${laneKey}}:${deployment}:log`, JSON.stringify(vote));
    await see(steps(2));
    await see(steps(3));
    await see(steps(4));
    expect(marks()).toEqual([
      [1, 2],
      [3, 3],
      [4, 5],
    ]);
    expect(said()[1]).toContain("U0ANN");
  });

  it("goes on in a new reply when the old one is full, or was deleted", async () => {
    await see(steps(29));
    await see(steps(31));
    expect(marks()).toEqual([
      [1, 29],
      [30, 31],
    ]);
    test.slack.workspace.remove(present(test.thread().at(-1), "no reply"));
    await see(steps(32));
    expect(marks().at(-1)).toEqual([32, 32]);
  });

  it.each([true, false])(
    "neither loses nor doubles a step whose edit got no answer, done: %s",
    async (after) => {
      await see(steps(1));
      const { ts } = present(test.thread()[0], "no reply");
      test.slack.faults.plan({
        method: "chat.update",
        fault: { kind: "cut", after },
        when: (args) => args.ts === ts,
      });
      for (let n = 2; n <= 4; n += 1) {
        await see([...steps(n), ...(n > 3 ? [remarkOf("asks", { weight: "person" })] : [])]);
        await test.timed.advance(20_000);
      }
      await see([...steps(4), remarkOf("asks", { weight: "person" })]);
      const told = marks().flatMap(([from, to]) =>
        Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
      );
      expect(told).toEqual([1, 2, 3, 4, 5]);
    },
  );

  it("is told once by two replicas that add to it in the same moment", async () => {
    await see(steps(1));
    const picture = await test.picture({ deployment: { ...running, remarks: steps(2) } });
    const other = await test.otherBoard();
    await Promise.all([test.board.show(picture), other.show(picture)]);
    await Promise.all([test.board.show(picture), other.show(picture)]);
    await see(steps(3));
    expect(marks()).toEqual([[1, 3]]);
  });
});
