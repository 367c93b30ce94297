/** A process that stops between Slack's post and its record: no loud message is lost by that, and none comes twice. */

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../fakes/slack/workspace.ts";
import { policyOf } from "./card/pictures.ts";
import { courseOf, type Step } from "./course.ts";
import { type BoardTest, channel, startBoardTest } from "./support.ts";

type Stopping = Step & { readonly stops?: boolean };

let test: BoardTest;
beforeAll(async () => {
  test = await startBoardTest();
});
afterAll(() => test.close());

const stageOf = ({ metadata }: Message): string =>
  /"incident":"(\w+)"/.exec(JSON.stringify(metadata ?? {}))?.[1] ?? "none";
const loud = (): readonly Message[] =>
  test.slack.workspace.timeline(channel).filter((it) => stageOf(it) !== "none");

/** The loud messages of this course, after everything was shown. */
async function play(steps: readonly Stopping[]): Promise<readonly Message[]> {
  const before = loud().length;
  const course = await courseOf(test, policyOf());
  for (const step of steps) {
    if (course.take(step) === undefined) continue;
    await (step.stops === true ? course.showAndStop(step) : course.show(step));
  }
  await course.show({ kind: "look", replica: 1 });
  return loud().slice(before);
}

const offersBack = ({ blocks }: Message): boolean => JSON.stringify(blocks).includes("answer.rollback");
const stops = (kind: Step["kind"]): Stopping => ({ kind, stops: true });
const goesOn = (kind: Step["kind"]): Stopping => ({ kind });
const look = goesOn("look");
const trouble = goesOn("trouble");

describe("a process that stops after it posted", () => {
  it.each<[string, readonly Stopping[], readonly string[]]>([
    ["the trouble, before it fails", [look, stops("trouble"), goesOn("failed")], ["open", "bad"]],
    ["the trouble, before it vanishes", [look, stops("trouble"), goesOn("vanished")], ["open", "bad"]],
    ["the trouble, before it ends well", [look, stops("trouble"), goesOn("succeeded")], ["open"]],
    ["the trouble, before people end it", [look, stops("trouble"), goesOn("rolled back as asked")], ["open"]],
    ["a vote, before it fails", [goesOn("opens"), trouble, stops("vote"), goesOn("failed")], ["open", "bad"]],
    ["progress, before it fails", [look, trouble, stops("progress"), goesOn("failed")], ["open", "bad"]],
    ["the failure", [look, stops("failed")], ["bad"]],
    ["the failure after trouble", [look, trouble, stops("failed")], ["open", "bad"]],
  ])("tells once: %s", async (_, course, expected) => {
    const told = await play(course);
    expect(told.map(stageOf)).toEqual(expected);
    expect(told.filter(offersBack)).toEqual([]);
  });

  it("loses no loud message and doubles none, whenever it stops", async () => {
    expect.hasAssertions();
    const kinds = ["look", "opens", "vote", "decision", "asked again", "progress", "trouble"] as const;
    const ends = ["failed", "rolled back", "vanished", "succeeded", "rolled back as asked"] as const;
    const anyStep = (all: readonly Step["kind"][]) =>
      fc.record({
        kind: fc.constantFrom(...all),
        replica: fc.constantFrom(0, 1),
        voter: fc.nat({ max: 3 }),
        stops: fc.boolean(),
      });
    const anyCourse = fc
      .tuple(fc.array(anyStep(kinds), { minLength: 1, maxLength: 6 }), anyStep(ends))
      .map(([before, end]) => [...before, end]);
    await fc.assert(
      fc.asyncProperty(anyCourse, async (course) => {
        const told = await play(course);
        const stages = told.map(stageOf);
        expect(new Set(stages).size).toBe(stages.length);
        const end = course.at(-1)?.kind;
        const isBad = end === "failed" || end === "vanished";
        expect(stages.includes("bad")).toBe(isBad);
        expect(stages.length > 0 || end !== "rolled back").toBe(true);
        expect(told.filter(offersBack)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});
