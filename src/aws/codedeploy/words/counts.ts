/** Formats counts. */

import type { z } from "zod";
import type { Share } from "../facts/counts.ts";
import { type oldFleet, oldFleetOf, type Situation } from "../facts/situation.ts";

/** "the 4 old instances", "the old tasks". */
export function describeFleet({ of, count }: z.infer<typeof oldFleet>): string {
  return count === undefined ? `the old ${of}s` : `the ${count} old ${of}${count === 1 ? "" : "s"}`;
}

export function describeOldFleet(situation: Situation): string {
  return situation.platform === "unknown" ? "the old version" : describeFleet(oldFleetOf(situation));
}

/** "100 of 250 read", "100 of more than 1000 read". */
export function describeShare({ read, total, more }: Share): string {
  return `${read} of ${more ? "more than " : ""}${total} read`;
}
