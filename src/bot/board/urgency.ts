/** A card's urgency, when it is refreshed, and how long a closed channel is left alone. Pure. */

import { type Decision, isLive, isShut } from "../../handlers/decision.ts";
import { isTerminal, msUntil } from "../../handlers/deployment.ts";
import type { Picture } from "../card/parts/picture.ts";
import { waits } from "../card/shown.ts";
import type { Weight } from "./budget.ts";

const longestMs = 6 * 3_600_000;

/**
 * After a deployment has ended, a closed channel is retried less and less often, at least every 6 hours. Otherwise
 * these calls would use up the rate budget of the others.
 */
export function restMs({ deployment, view }: Pick<Picture, "deployment" | "view">): number {
  const toldAt = view.log.at(-1)?.at;
  if (!isTerminal(deployment) || toldAt === undefined) return 0;
  return Math.min(longestMs, view.now - toldAt);
}

/** A decision counts as news for this long. */
const newsMs = 60_000;

/** "Read at" is updated this often on a card that has no other change. */
const refreshMs = 600_000;

/** Too new for a card that Redis has lost since (docs/protocol.md, 7). */
export function isNew({ deployment, view }: Picture, newDeploymentMs: number): boolean {
  return deployment.startedAt !== undefined && -msUntil(deployment.startedAt, view.now) < newDeploymentMs;
}

export function isOld({ view, deployment }: Picture): boolean {
  const { shownReadAt } = view.board;
  if (isTerminal(deployment) || view.readAt === undefined || shownReadAt === undefined) return false;
  return view.readAt - shownReadAt > refreshMs;
}

/** Cards that need a person come first, and so do cards with a new decision, because their buttons have to go. */
export function cardWeight(picture: Picture): Weight {
  const { deployment, view } = picture;
  const isNews = ({ state, resolvedAt = 0 }: Decision): boolean =>
    isLive(state) || (isShut(state) && view.now - resolvedAt < newsMs);
  const decided = [...view.decisions.values()].some(isNews);
  if (decided) return "person";
  // "Unreadable since" is all that changes, on every card of an account and region that does not answer.
  if (view.staleSince !== undefined && view.board.ts !== undefined) return "progress";
  if (waits(picture)) return "person";
  if (deployment.incident) return "incident";
  return isTerminal(deployment) ? "ending" : "progress";
}
