/**
 * Only on demand: HOLDPOINT_LOSSES=sample tries some boundaries, every time others, and HOLDPOINT_LOSSES=all every one.
 * It finds a card that is not known again within the wait ("this button belongs to another message"): docs/protocol.md.
 */

import { describe, expect, it } from "vitest";
import { areTried, countCrossings, type Outcome, wrongsIn } from "../killing.ts";
import { ecsContinue } from "../stories.ts";
import { loseOneByOne, losing } from "./emptying.ts";
import { clickLossOf, eventLossOf, modalLoss, policies, voteLoss } from "./paths.ts";

const paths = [eventLossOf(ecsContinue), clickLossOf(ecsContinue), voteLoss, modalLoss];
const options = { ...losing, policies };
const sampled = 4;

const isReached = ({ reached }: Outcome): boolean => reached;

function sampleOf<Each>(all: readonly Each[]): readonly Each[] {
  if (process.env.HOLDPOINT_LOSSES === "all" || all.length <= sampled) return all;
  const begin = Math.floor(Math.random() * all.length);
  const apart = all.length / sampled;
  return Array.from(
    { length: sampled },
    (_, index) => Math.floor(begin + index * apart) % all.length,
  ).flatMap((index) => all[index] ?? []);
}

describe.runIf(process.env.HOLDPOINT_LOSSES !== undefined).each(["emptied", "set-back"] as const)(
  "a store that is %s",
  (loss) => {
    it.each(paths)(
      "at a boundary of the $name has one card afterwards, which works, and no second call takes effect",
      async (path) => {
        const losses = sampleOf(await countCrossings([path], options));
        const outcomes = await loseOneByOne(losses, loss, options);
        expect(wrongsIn(outcomes)).toEqual([]);
        const isTried = losses.length > sampled ? areTried(outcomes, losses) : outcomes.some(isReached);
        expect(isTried).toBe(true);
      },
      1_800_000,
    );
  },
);
