/** The lock screen text of a failure: what happened, to what, why, what serves, and what was to change. */

import type { Action, Deployment } from "../../../handlers/deployment.ts";
import { directionOf, isRolledBackByAnother, isRunning } from "../../../handlers/deployment.ts";
import { isEnding } from "../../../handlers/identity.ts";
import { servingOf, standingOf } from "../../../handlers/standing.ts";
import { causeOf } from "../../../handlers/state.ts";
import type { WordedRemark } from "../../../handlers/words.ts";
import { askable } from "../answers.ts";
import { isGoingBack } from "../decided.ts";
import { titleOf } from "../header.ts";
import { fallback, plain } from "../parts/phrase.ts";
import type { Picture } from "../parts/picture.ts";
import { describeServing, lowerFirst, placeOf, verbs } from "../parts/words.ts";
import { describeRollbackEnd, rollbackEnd } from "../rollback-end.ts";
import { changeOf } from "./call.ts";

/** The action that ends it by hand, if there is one. */
export function wayBack(picture: Picture): Action | undefined {
  return askable(picture).find(({ offer }) => isEnding(offer.action))?.offer.action;
}

/**
 * While it runs: "checkout-api in prod failed and ECS is rolling back: the circuit breaker was triggered. 2.18.0 →
 * 2.19.0."
 */
export function openSentence(picture: Picture): string {
  const { deployment } = picture;
  const { systemTitle } = deployment;
  const place = placeOf(picture);
  const change = changeOf(deployment);
  if (isRunning(deployment)) {
    const back = wayBack(picture);
    const todo = back === undefined ? "" : ` You can ${verbs[back]}.`;
    return fallback(`Something is wrong with ${place}${whyOf(picture)}.${todo}${change}`);
  }
  const does = `${systemTitle} is ${isGoingBack(deployment) ? "rolling back" : "stopping it"}`;
  return causeOf(picture).by === "expiry"
    ? fallback(`Nobody answered for ${place} in time, and ${does}.${change}`)
    : fallback(`${place} failed and ${does}${whyOf(picture)}.${change}`);
}

/**
 * After its end: "checkout-api in prod was rolled back by ECS: the circuit breaker was triggered. The previous version
 * serves."
 */
export function endSentence(picture: Picture): string {
  const { deployment } = picture;
  const end = rollbackEnd(picture);
  const serves =
    end === undefined
      ? describeServing(servingOf(deployment))
      : describeRollbackEnd(end, deployment.systemTitle);
  return fallback(`${describeEnded(picture)}. ${serves}${changeOf(deployment)}`);
}

function describeEnded(picture: Picture): string {
  const { deployment } = picture;
  const { systemTitle } = deployment;
  const place = placeOf(picture);
  const standing = standingOf(picture);
  if (isRolledBackByAnother(deployment) && standing.state === "failed")
    return standing.cause === "expiry"
      ? `Nobody answered for ${place} in time, and ${systemTitle} started a rollback`
      : `${place} failed${whyOf(picture)}, and ${systemTitle} started a rollback`;
  if (standing.cause === "expiry" && deployment.rollbackFailed === true)
    return `Nobody answered for ${place} in time, so ${systemTitle} rolled back, and that failed`;
  if (standing.cause === "expiry")
    return `Nobody answered for ${place} in time, ${describeExpiry(deployment)}`;
  const words = lowerFirst(titleOf(standing, systemTitle).words);
  switch (standing.state) {
    case "failed":
      return `${place} failed${whyOf(picture)}`;
    case "done":
      return `${place} is done`;
    case "rolled-back":
    case "stopped":
      return `${place} was ${words}${whyOf(picture)}`;
    case "not-known":
      return `${systemTitle} no longer shows ${place}: how it ended is not known`;
    default:
      return `${place}: ${words}`;
  }
}

function describeExpiry(deployment: Deployment): string {
  const { systemTitle } = deployment;
  switch (directionOf(deployment)) {
    case "rollback":
      return `so ${systemTitle} rolled back`;
    case "stop":
      return `so ${systemTitle} stopped it`;
    case "failure":
      return "and it failed";
    case "forward":
      return "and it ended";
  }
}

/** ": the circuit breaker was triggered, and the rollback failed" */
function whyOf({ deployment }: Picture): string {
  const causes = deployment.remarks.filter(({ weight }) => weight === "incident").map(describeCause);
  const told = [...new Set(causes)].filter((words) => words !== "");
  const [first] = told;
  const last = directionOf(deployment) === "failure" ? told.at(-1) : first;
  if (first === undefined) return "";
  return first === last ? `: ${first}` : `: ${first}, and ${last}`;
}

function describeCause({ cause, words }: WordedRemark): string {
  return plain(cause ?? words).replace(/^failed: /, "");
}
