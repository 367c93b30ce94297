import { isTerminal } from "../../handlers/deployment.ts";
import type { Picture } from "../card/parts/picture.ts";

const longestMs = 6 * 3_600_000;

/**
 * A closed channel is asked more and more rarely whether it takes the card of what has ended: else the calls for it take
 * the budget of the others.
 */
export function restMs({ deployment, view }: Pick<Picture, "deployment" | "view">): number {
  const toldAt = view.log.at(-1)?.at;
  if (!isTerminal(deployment) || toldAt === undefined) return 0;
  return Math.min(longestMs, view.now - toldAt);
}
