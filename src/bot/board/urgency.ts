/** How urgent a card is, how old it may be, and how long a closed channel is left alone. Pure. */

import { type Decision, isLive, isShut } from "../../handlers/decision.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Picture } from "../card/parts/picture.ts";
import { waits } from "../card/shown.ts";
import type { Weight } from "./budget.ts";

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

/** How long a decision is news. */
const newsMs = 60_000;

/** "Read at" on a card that nothing else changes is brought up to date this often. */
const refreshMs = 600_000;

/** Younger, and no replica can have posted a card that the store has lost since (docs/protocol.md, 7). */
const newDeploymentMs = 60_000;

/** The one place where AWS's clock meets Redis's: minutes of difference cost a search or save one, no more. */
export function isNew({ deployment, view }: Picture): boolean {
  return deployment.startedAt !== undefined && view.now - deployment.startedAt < newDeploymentMs;
}

export function isOld({ view, deployment }: Picture): boolean {
  const { shownReadAt } = view.board;
  if (isTerminal(deployment) || view.readAt === undefined || shownReadAt === undefined) return false;
  return view.readAt - shownReadAt > refreshMs;
}

/** What needs a person comes first; so does what has just been decided, because its buttons have to go. */
export function cardWeight(picture: Picture): Weight {
  const { deployment, view } = picture;
  const isNews = ({ state, resolvedAt = 0 }: Decision): boolean =>
    isLive(state) || (isShut(state) && view.now - resolvedAt < newsMs);
  const decided = [...view.decisions.values()].some(isNews);
  if (decided || waits(picture)) return "person";
  if (deployment.incident) return "incident";
  return isTerminal(deployment) ? "ending" : "progress";
}
