/**
 * The text of a card for notifications and screen readers: target, state, deadline, consequence. Times in UTC, no
 * markup.
 */

import {
  directionOf,
  isRollback,
  isRolledBackByAnother,
  isWaitedFor,
  progressOf,
  type RedisMs,
} from "../../handlers/deployment.ts";
import { isEnding } from "../../handlers/identity.ts";
import { servingOf } from "../../handlers/standing.ts";
import type { Cause, State } from "../../handlers/state.ts";
import { recordLost } from "../../handlers/store/record-lost.ts";
import type { WordedHold } from "../../handlers/words.ts";
import { askable } from "./answers.ts";
import { isGoingBack } from "./decided.ts";
import { fallback, inUtc, plain } from "./parts/phrase.ts";
import type { Picture } from "./parts/picture.ts";
import {
  andNotKnown,
  askedNotSent,
  describeServing,
  notSent,
  placeOf,
  verbs,
  verbWith,
  whoIsLost,
} from "./parts/words.ts";
import { answersAhead } from "./progress.ts";
import { describeRollbackEnd, rollbackEnd } from "./rollback-end.ts";
import { callSentence, changeOf } from "./thread/call.ts";

export function fallbackOf(picture: Picture, state: State): string {
  const { deployment, view } = picture;
  const place = placeOf(picture);
  const since =
    view.staleSince === undefined
      ? ""
      : ` ${deployment.systemTitle} could not be read since ${inUtc(view.staleSince, "minute")}.`;
  return fallback(sentence(picture, state, place), since);
}

function sentence(picture: Picture, state: State, place: string): string {
  const { deployment, view } = picture;
  const aws = deployment.systemTitle;
  const lost = recordLost(view);
  switch (state.kind) {
    case "waiting":
      return state.holds.some(isWaitedFor)
        ? `${waitingFor(place, state.holds, view.now)}${changeOf(deployment)}${votes(picture)}${unsent(picture)}`
        : `${waitingFor(place, state.holds, view.now)}${votes(picture)}${unsent(picture)}`;
    case "asked":
      return state.decision.state === "accepted"
        ? `Asked ${aws} to ${verbWith(state.decision.action, place)}. ${aws} has not confirmed it yet.`
        : `Asking ${aws} to ${verbWith(state.decision.action, place)}.`;
    case "unclear":
      return `It is not known whether ${aws} got the request to ${verbWith(state.decision.action, place)}. The card shows what ${aws} did.${unsent(picture)}${canRollBack(picture)}`;
    case "refused":
      return `${aws} rejected the request to ${verbWith(state.decision.action, place)}. Checking the current state.`;
    case "elsewhere":
      return `${place} was continued${lost === undefined ? " outside Holdpoint, for example in the AWS console" : `; ${whoIsLost(lost)}`}.${unsent(picture)}${canRollBack(picture)}`;
    case "running": {
      const { progress } = deployment;
      const how = progress === undefined ? "" : `: ${plain(progress.headline)}`;
      return `${place} is ${isRollback(deployment) ? "rolling back" : "running"}${how}.${unsent(picture)}${answersAhead(picture)}${canRollBack(picture)}`;
    }
    case "done":
      return `${place} is done${finished(picture)}.${unsent(picture)}${outcome(picture)}${canRevert(picture)}`;
    case "ending":
      return endingSentence(
        picture,
        state.cause,
        place,
        isGoingBack(deployment) ? "is rolling back" : "is stopping",
      );
    case "ended":
      if (isRolledBackByAnother(deployment)) return handedOver(picture, state.cause, place);
      return `${endingSentence(picture, state.cause, place, isGoingBack(deployment) ? "was rolled back" : "was stopped")}${outcome(picture)}`;
  }
}

function waitingFor(place: string, open: readonly WordedHold[], now: RedisMs): string {
  const waited = open.filter(isWaitedFor);
  const holds = waited.length > 0 ? waited : open;
  const first = holds.toSorted((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity))[0];
  if (waited.length === 0) {
    const end = first?.expiresAt === undefined ? "" : ` until ${inUtc(first.expiresAt, "deadline")}`;
    const last = first?.onExpiryShort === undefined ? "" : `; then ${first.onExpiryShort}`;
    return `${place} keeps its old version${end}${last}.`;
  }
  return callSentence(place, holds, now);
}

function votes(picture: Picture): string {
  const forward = askable(picture).find(({ offer }) => offer.action === "continue");
  if (forward === undefined) return "";
  const { counted, need, unknown } = forward;
  if (unknown.length === 0) {
    if (counted.length >= need) return ` It was ${askedNotSent}.`;
    if (need < 2) return "";
    if (counted.length === 0) return ` No votes yet, ${need} needed.`;
  }
  return ` It has ${counted.length} of ${need} votes to continue${andNotKnown(unknown.length)}.`;
}

/** Enough people asked to end or to revert it, and nothing was sent. */
function unsent(picture: Picture): string {
  const told = askable(picture)
    .filter(({ offer, votes: { length }, need }) => offer.action !== "continue" && length >= need)
    .map(({ offer, unknown }) =>
      unknown.length === 0
        ? ` The request to ${verbs[offer.action]} was ${notSent}.`
        : ` The request to ${verbs[offer.action]} was not sent${andNotKnown(unknown.length)}.`,
    );
  return [...new Set(told)].join("");
}

function canRollBack(picture: Picture): string {
  const endings = askable(picture).flatMap(({ offer }) =>
    isEnding(offer.action) ? [verbs[offer.action]] : [],
  );
  return endings.length === 0 ? "" : ` You can still ask to ${[...new Set(endings)].join(" or ")}.`;
}

function canRevert(picture: Picture): string {
  const revert = askable(picture).find(({ offer }) => offer.action === "revert")?.offer;
  if (revert === undefined) return "";
  return ` It can be reverted${revert.until === undefined ? "" : ` until ${inUtc(revert.until, "deadline")}`}.`;
}

function endingSentence(picture: Picture, cause: Cause, place: string, did: string): string {
  const { deployment } = picture;
  const { systemTitle: aws } = deployment;
  const fails = directionOf(deployment) === "failure";
  const what = fails ? "failed" : did;
  const lost = recordLost(picture.view);
  if (picture.deployment.rollbackFailed === true && cause.by !== "expiry")
    return `The rollback of ${place} failed${ended(picture)}.${cause.by === "system" ? inVain(cause) : ""}`;
  switch (cause.by) {
    case "request":
      return `${place} ${what} on request${ended(picture)}.`;
    case "expiry":
      if (picture.deployment.rollbackFailed === true)
        return `Nobody answered for ${place} in time, so ${aws} rolled back, and that failed${ended(picture)}.`;
      return `Nobody answered for ${place} in time, so ${aws} ${fails ? "failed it" : itself(did)} on its own${ended(picture)}.`;
    case "elsewhere":
      if (lost !== undefined) return `${place} ${what}${ended(picture)}; ${whoIsLost(lost)}.`;
      // A rollback is somebody's request. A stop may come from a newer deployment.
      return `${place} ${what}${ended(picture)}; this was asked for outside Holdpoint${isGoingBack(picture.deployment) ? "" : ", or caused by a newer deployment"}.`;
    case "nobody-knows":
      return picture.deployment.unread !== true
        ? `${aws} no longer knows the deployment of ${place}. How it ended is not known.`
        : `How the deployment of ${place} ended can't be read.`;
    case "system":
      return `${place} ${failedOnItsOwn(picture, what)}.${inVain(cause)}`;
  }
}

function failedOnItsOwn(picture: Picture, what: string): string {
  const { deployment } = picture;
  const { systemTitle: aws, causeUnknown } = deployment;
  const direction = directionOf(deployment);
  switch (progressOf(deployment)) {
    case "running":
    case "ending":
      return direction === "rollback"
        ? `failed and ${aws} is rolling back${causeUnknown === true ? "" : " on its own"}`
        : `failed and ${aws} is ending it`;
    case "ended":
      return direction === "rollback" ? `${what} by ${aws}${ended(picture)}` : `failed${ended(picture)}`;
  }
}

/** The rollback is another deployment, which ends separately. */
function handedOver(picture: Picture, cause: Cause, place: string): string {
  const { systemTitle: aws } = picture.deployment;
  const at = ended(picture);
  const lost = recordLost(picture.view);
  const end = rollbackEnd(picture);
  const serves =
    end === undefined ? "What serves is not known until it ends." : describeRollbackEnd(end, aws);
  switch (cause.by) {
    case "request":
      return `A rollback of ${place} was started on request${at}. ${serves}`;
    case "elsewhere":
      return lost === undefined
        ? `A rollback of ${place} was started outside Holdpoint${at}. ${serves}`
        : `A rollback of ${place} was started${at}; ${whoIsLost(lost)}. ${serves}`;
    case "expiry":
      return `Nobody answered for ${place} in time, so it failed${at}. ${aws} started a rollback. ${serves}`;
    case "nobody-knows":
      return `${place} failed${at}. ${aws} started a rollback. ${serves}`;
    case "system":
      return `${place} failed${at}. ${aws} started a rollback. ${serves}${inVain(cause)}`;
  }
}

function inVain({ decision }: Extract<Cause, { readonly by: "system" }>): string {
  return (decision?.by.length ?? 0) === 0 ? "" : " This is not what was asked for here.";
}

/** "was rolled back" as AWS's own action: "rolled back". */
function itself(did: string): string {
  return did.replace(/^was /, "");
}

function finished(picture: Picture): string {
  const at = ended(picture);
  return at === "" ? "" : `, finished${at}`;
}

function ended({ deployment }: Picture): string {
  return deployment.endedAt === undefined ? "" : ` at ${inUtc(deployment.endedAt, "minute")}`;
}

function outcome({ deployment }: Picture): string {
  return deployment.rollbackFailed === true ||
    deployment.outcome === undefined ||
    deployment.outcome.length === 0
    ? ` ${describeServing(servingOf(deployment))}`
    : ` ${plain(deployment.outcome)}`;
}
