/** The lock screen text of a message that calls people: what waits, until when, what happens then, what changes. */

import { split } from "../../../handlers/decision.ts";
import { remedyFor } from "../../../handlers/denied.ts";
import { type Action, type AwsMs, isWaitedFor, msUntil, type RedisMs } from "../../../handlers/deployment.ts";
import { decisionOfHold } from "../../../handlers/identity.ts";
import type { MissingVote } from "../../../handlers/notify.ts";
import { openHolds } from "../../../handlers/offers.ts";
import type { WordedDeployment, WordedHold } from "../../../handlers/words.ts";
import { askable } from "../answers.ts";
import { inUtc, plain } from "../parts/phrase.ts";
import type { LogEntry, Picture } from "../parts/picture.ts";
import { count, placeOf, verbs } from "../parts/words.ts";

/** The hold that this entry reports as opened or asking again, if it still waits for somebody. */
export function holdToCallFor(picture: Picture, entry: LogEntry): WordedHold | undefined {
  const { deployment, view } = picture;
  const repeated = isRepeat(picture, entry) ? entry.id : undefined;
  return openHolds(deployment, view.decisions)
    .filter(isWaitedFor)
    .find(({ id }) =>
      repeated === undefined
        ? entry.k === "remark" && id === entry.remark.holdId
        : decisionOfHold(id) === repeated,
    );
}

type Conclusion = LogEntry & { readonly k: "reopened" | "notSent" | "open" };

/** A request had no effect, and the people who asked have not been told. */
function isRepeat(picture: Picture, entry: LogEntry): entry is Conclusion {
  if (entry.k === "open") return isOfTakeover(picture, entry);
  return entry.k === "reopened" || entry.k === "notSent";
}

/**
 * True if this attempt has no `claimed` entry: only people's claims write one, and they are told privately. A takeover
 * counts as one more attempt.
 */
function isOfTakeover(
  { view }: Picture,
  { id, att }: { readonly id: string; readonly att?: number },
): boolean {
  return !view.log.some((it) => it.k === "claimed" && it.id === id && it.att === att);
}

/** The action to ask for again where no hold waits: the end of the deployment, or an offer of an optional hold. */
export function actionToRepeat(picture: Picture, entry: LogEntry): Action | undefined {
  if (!isRepeat(picture, entry) || holdToCallFor(picture, entry) !== undefined) return undefined;
  // A missing permission is not fixed by clicking again.
  if (entry.k === "open" && remedyFor(entry.answer ?? "") !== undefined) return undefined;
  return askable(picture).find(
    ({ decision, offer }) => decision === entry.id && offer.action === entry.action,
  )?.offer.action;
}

/** "checkout-api in prod: the request to roll back has not taken effect. Press again. 2.18.0 → 2.19.0." */
export function repeatCallOf(picture: Picture, action: Action, { k }: LogEntry): string {
  const { deployment, view } = picture;
  const what = k === "notSent" ? "was not sent" : k === "open" ? "had no effect" : "has not taken effect";
  const until = deadlineOf(openHolds(deployment, view.decisions).filter(isWaitedFor), view.now, "by");
  return `${placeOf(picture)}: the request to ${verbs[action]} ${what}. Press again${until}.${changeOf(deployment)}`;
}

/** One sentence for all waiting holds, however many opened at once. */
export function callOf(picture: Picture): string {
  const { deployment, view } = picture;
  const holds = openHolds(deployment, view.decisions).filter(isWaitedFor);
  return `${callSentence(placeOf(picture), holds, view.now)}${changeOf(deployment)}`;
}

/** The same for missing votes. */
export function voteCallOf(picture: Picture, { decision, action, missing }: MissingVote): string {
  const { deployment, view } = picture;
  const place = placeOf(picture);
  const holds = openHolds(deployment, view.decisions).filter(({ id }) => decisionOfHold(id) === decision);
  const needs = `${place} needs ${count(missing, "more vote")} to ${verbs[action]}`;
  return `${needs}${deadlineOf(holds, view.now, "by")}.${changeOf(deployment)}`;
}

/** The vote that leaves others missing. People are called once per decision and action. */
export function missingVoteAt(picture: Picture, entry: LogEntry): MissingVote | undefined {
  if (entry.k !== "vote") return undefined;
  const isSame = (it: LogEntry): boolean =>
    it.k === "vote" && it.id === entry.id && it.action === entry.action;
  const { log, logLength } = picture.view;
  const first = log.find(isSame) ?? entry;
  // The view does not contain the whole log: if this is not the only vote, there was one before it.
  const recorded = entry.n + split(entry.detail?.unknown).length;
  const isPastView = logLength > log.length && (recorded > 1 || entry.again === true);
  if (first !== entry || isPastView) return undefined;
  const present = askable(picture).find(
    ({ decision, offer }) => decision === entry.id && offer.action === entry.action,
  );
  if (present === undefined) return undefined;
  const { votes: voted, counted, need } = present;
  if (voted.length === 0 || counted.length >= need) return undefined;
  return { decision: entry.id, action: present.offer.action, voted, missing: need - counted.length };
}

/** A deadline further away than this includes its day. */
const sameDayMs = 12 * 3_600_000;

/** `now` only affects the format of the time. */
export function callSentence(place: string, holds: readonly WordedHold[], now: RedisMs): string {
  const several = holds.length > 1 ? ` at ${holds.length} holds, first` : "";
  return `${place} waits for you${several}${deadlineOf(holds, now)}.`;
}

/** " until 14:32 UTC, else ECS rolls back", for the hold that expires first. */
function deadlineOf(holds: readonly WordedHold[], now: RedisMs, word: "until" | "by" = "until"): string {
  const first = holds.toSorted((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity))[0];
  const until = first?.expiresAt === undefined ? "" : ` ${word} ${untilOf(first.expiresAt, now)}`;
  const then = first?.onExpiryShort === undefined ? "" : `, else ${first.onExpiryShort}`;
  return `${until}${then}`;
}

function untilOf(expiresAt: AwsMs, now: RedisMs): string {
  return inUtc(expiresAt, Math.abs(msUntil(expiresAt, now)) < sameDayMs ? "minute" : "deadline");
}

/** " 2.18.0 → 2.19.0.": the change, as far as it was read. */
export function changeOf({ changes }: Pick<WordedDeployment, "changes">): string {
  const said = changes.filter((fact) => fact.kind === "value");
  const [both] = said.filter(({ change }) => change === "both");
  if (both !== undefined) return ` ${plain(both.value)}.`;
  const [added] = said.filter(({ change }) => change === "new");
  if (added !== undefined) return ` ${added.label}: ${plain(added.value)}.`;
  // A value that was not read may have changed.
  const [same] = changes.every(({ kind }) => kind === "value")
    ? said.filter(({ change }) => change === "none")
    : [];
  return same === undefined ? "" : ` ${plain(same.value)}.`;
}
