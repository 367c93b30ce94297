/**
 * One replica with all four systems and two accounts, killed on the path of every action. Every boundary with AWS is
 * walked for each action. Those with Redis and Slack are the same for all of them, and `kill.test.ts` walks them all for
 * one: here each is walked for one action, in turn. HOLDPOINT_KILLS=all walks all for all.
 */

import { expect, it } from "vitest";
import { nameOf } from "./gate.ts";
import { areTried, countCrossings, type Kill, killOneByOne, wrongsIn } from "./killing.ts";
import { clickPathOf, eventPathOf, type Path } from "./paths.ts";
import { savePathOf } from "./save-path.ts";
import { everyStory, everySystem } from "./stories.ts";
import type { Place, Story } from "./story.ts";
import { farPlace, place } from "./world.ts";

const isAll = process.env.HOLDPOINT_KILLS === "all";

const inTurn = (index: number): Place => (index % 2 === 0 ? farPlace : place);
const clickPathInTurn = (story: Story, index: number): Path => clickPathOf(story, inTurn(index));
const oneOfEach = everySystem.flatMap((stories) => stories.slice(0, 1));

const paths: readonly Path[] = [
  savePathOf(farPlace),
  ...everyStory.map(clickPathInTurn),
  ...oneOfEach.map((story, index) => eventPathOf(story, inTurn(index + 1))),
];

/** From the third on, looks at something that AWS has not done yet are alike. */
const alwaysAtMost = 2;
const isAlways = ({ at }: Kill): boolean => at.backend === "aws" && at.nth <= alwaysAtMost;

/** Of the boundaries that several paths have, one path each, in turn. */
function inTheirTurn(kills: readonly Kill[]): readonly Kill[] {
  const names = [...new Set(kills.map(({ at }) => nameOf(at)))];
  return names.flatMap((name, index) => {
    const same = kills.filter(({ at }) => nameOf(at) === name);
    return same[index % same.length] ?? [];
  });
}

it("survives a kill at every boundary, whatever is asked of whichever system", async () => {
  const crossings = await countCrossings(paths);
  const others = crossings.filter((kill) => !isAlways(kill));
  const kills = isAll ? crossings : [...crossings.filter(isAlways), ...inTheirTurn(others)];
  const outcomes = await killOneByOne(kills);
  expect(wrongsIn(outcomes)).toEqual([]);
  expect(areTried(outcomes, kills)).toBe(true);
}, 3_600_000);

it("survives a kill wherever a role is assumed", async () => {
  // The SDK renews a session in its last five minutes: these are assumed anew for every call.
  const sessions = { sessionSeconds: 240 };
  const some = isAll ? paths : oneOfEach.map(clickPathInTurn);
  const assumed = (await countCrossings(some, sessions)).filter(({ at }) => at.what === "AssumeRole");
  const kills = isAll ? assumed : inTheirTurn(assumed);
  expect(kills.length).toBeGreaterThan(some.length);
  const outcomes = await killOneByOne(kills, sessions);
  expect(wrongsIn(outcomes)).toEqual([]);
  expect(areTried(outcomes, kills)).toBe(true);
}, 3_600_000);
