import { expect, it } from "vitest";
import { areTried, countCrossings, killOneByOne, wrongsIn } from "./killing.ts";
import { clickPath, eventPath } from "./paths.ts";

it.each([eventPath, clickPath])(
  "survives a kill at every boundary of the $name",
  async (path) => {
    const kills = await countCrossings([path]);
    const outcomes = await killOneByOne(kills);
    expect(wrongsIn(outcomes)).toEqual([]);
    expect(areTried(outcomes, kills)).toBe(true);
  },
  600_000,
);
