/**
 * One replica with all four systems and two accounts, killed on the path of every action. The call that changes
 * something is walked for each action, before and after; each read of AWS for one action, in turn. What is the same
 * whatever is asked (Redis, Slack) `kill.proof.test.ts` walks whole for one. HOLDPOINT_KILLS=all walks all for all: 1,100
 * kills, a quarter of an hour.
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

const isAlways = ({ at }: Kill): boolean =>
  at.backend === "aws" && !/^(?:GET |Get|Describe|List|BatchGet|AssumeRole)/.test(at.what);

/** What a path crosses more than once is walked at its first time. */
const isFirst = ({ at }: Kill): boolean => at.nth === 1;

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
  const others = crossings.filter((kill) => kill.at.backend === "aws" && !isAlways(kill) && isFirst(kill));
  const kills = isAll ? crossings : [...crossings.filter(isAlways), ...inTheirTurn(others)];
  const outcomes = await killOneByOne(kills);
  expect(wrongsIn(outcomes)).toEqual([]);
  expect(areTried(outcomes, kills)).toBe(true);
}, 3_600_000);

it("survives a kill wherever a role is assumed", async () => {
  // The SDK renews a session in its last five minutes: these are assumed anew for every call.
  const sessions = { sessionSeconds: 240 };
  const some = isAll ? paths : oneOfEach.slice(1, 2).map(clickPathInTurn);
  const assumed = (await countCrossings(some, sessions)).filter(({ at }) => at.what === "AssumeRole");
  const kills = isAll ? assumed : inTheirTurn(assumed);
  expect(kills.length).toBeGreaterThan(1);
  const outcomes = await killOneByOne(kills, sessions);
  expect(wrongsIn(outcomes)).toEqual([]);
  expect(areTried(outcomes, kills)).toBe(true);
}, 3_600_000);
