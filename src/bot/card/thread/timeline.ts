/** One thread line per log entry. It names the people who asked; whether AWS did it is another line. */

import { isLive, isShut, split } from "../../../handlers/decision.ts";
import {
  type Action,
  actions,
  isGoingForward,
  isRolledBackByAnother,
  isWaitedFor,
  msUntil,
  type RuleName,
} from "../../../handlers/deployment.ts";
import {
  decisionOfHold,
  deploymentDecision,
  isDeploymentDecision,
  isEnding,
} from "../../../handlers/identity.ts";
import { type MissingVote, type Notified, notifiedBy } from "../../../handlers/notify.ts";
import { recordLost } from "../../../handlers/store/record-lost.ts";
import type { WordedHold, WordedRemark } from "../../../handlers/words.ts";
import { everybody, isSent, quoted, reasonIn, verbOf, whyVoid } from "../decided.ts";
import { code, dated, mrkdwn, quote, quoteInFull } from "../parts/phrase.ts";
import type { LogEntry, Picture } from "../parts/picture.ts";
import {
  andNotKnown,
  approversOf,
  capital,
  count,
  jointOf,
  lasting,
  notKnownWhether,
  participles,
  people,
  placeInCode,
  placeOf,
  verbs,
  verbWith,
} from "../parts/words.ts";
import { holdToCallFor } from "./call.ts";

/** The line, with its time in front. */
export function timelineLine(picture: Picture, entry: LogEntry): string {
  return `${dated(entry.at, "minute")}  ${wordsOf(picture, entry)}`;
}

/** False for expected events: a hold that ended with its deployment and that nobody had answered. */
export function isNews(picture: Picture, entry: LogEntry): boolean {
  if (entry.k !== "superseded" && entry.k !== "expired") return true;
  if (everybody(entry.by, entry.asked).length > 0) return true;
  const hold = holdOf(picture, entry.id);
  if (hold !== undefined && !isWaitedFor(hold)) return false;
  if (entry.k === "expired") return true;
  const { deployment, view } = picture;
  const end = view.decisions.get(deploymentDecision.end)?.state;
  return (
    entry.id !== deploymentDecision.end && !isLive(end) && end !== "confirmed" && isGoingForward(deployment)
  );
}

function wordsOf(picture: Picture, entry: LogEntry): string {
  const aws = picture.deployment.systemTitle;
  switch (entry.k) {
    case "vote":
      return `🗳️ ${people([entry.by])} votes ${entry.again === true ? "again " : ""}to ${verbOf(entry.action)}: ${entry.n} of ${entry.need}${notKnown(entry)}${because(entry, ".")}`;
    case "withdrawn":
      return `↩️ ${people([entry.by])} withdrew their vote`;
    case "void":
      return `🗳️ ${people([entry.by])}'s vote to ${verbOf(entry.action)} no longer counts: ${whyVoid[entry.why]}`;
    case "late": {
      const wonBy = split(entry.wonBy);
      const why =
        wonBy.length === 0
          ? "it was over already"
          : `${people(wonBy)} had asked to ${verbOf(entry.wonAction)}`;
      return `🚫 ${people([entry.by])} asked to ${verbOf(entry.action)}, too late: ${why}`;
    }
    case "claimed": {
      const by = split(entry.by);
      const others = split(entry.others);
      const against = others.length === 0 ? "" : ` ${people(others)} had voted otherwise.`;
      return `⏳ ${people(by)} ${by.length > 1 ? "ask" : "asks"} ${aws} to ${verbOf(entry.action)}.${against}${because(entry)}`;
    }
    case "dropped": {
      const against = split(entry.against);
      const first =
        against.length === 0
          ? "something else was decided first"
          : `${people(against)} asked to end the deployment before that went out`;
      return `🚫 ${quoted(entry.action)}, asked for by ${people(split(entry.by))}, was not sent: ${first}`;
    }
    case "remark":
      return describeRemark(entry.remark);
    default:
      return describeDecision(picture, entry);
  }
}

function notKnown({ detail }: Extract<LogEntry, { readonly k: "vote" }>): string {
  const unknown = split(detail?.unknown);
  return unknown.length === 0 ? "" : `; ${notKnownWhether(people(unknown))}`;
}

function because({ detail }: Extract<LogEntry, { readonly k: "vote" | "claimed" }>, end = ""): string {
  const reason = reasonIn(detail);
  return reason === undefined ? "" : `${end} Reason:${quote(reason, quoteInFull)}`;
}

type DecisionEntry = Exclude<
  LogEntry,
  { readonly k: "vote" | "withdrawn" | "void" | "late" | "claimed" | "dropped" | "remark" }
>;

function describeDecision(picture: Picture, entry: DecisionEntry): string {
  const aws = picture.deployment.systemTitle;
  const by = split(entry.by);
  const who = by.length === 0 ? "" : ` (${people(by)})`;
  const asked = everybody(entry.by, entry.asked);
  const again = asked.length === 0 ? "Press again." : `${people(asked, 20)}: press again.`;
  const took = entry.answer === "accepted" ? " and accepted it" : "; it is not known whether it accepted it";
  const words: Readonly<Record<DecisionEntry["k"], string>> = {
    accepted: `📨 ${quoted(entry.action)} sent to ${aws}${who}. ${aws} has not confirmed it yet.`,
    refused: `⚠️ ${aws} rejected ${quoted(entry.action)}${who}. Checking the current state.${said(entry.answer)}`,
    unclear: `❓ It is not known whether ${aws} received ${quoted(entry.action)}${who}. Checking; it is not sent again.`,
    open: `🚫 ${quoted(entry.action)} ${wasSent(picture, entry) ? "had no effect" : "was not sent"}${who}. Nothing changed in AWS.${why(entry.answer)}`,
    confirmed: startedRollback(picture, entry)
      ? `⏪ ${aws} ended the deployment and started a rollback${who}`
      : `✅ ${aws} confirmed ${quoted(entry.action)}${who}`,
    // It may still take effect: AWS may have accepted it and be slow.
    reopened: `✋ ${stillShows(picture, entry)}: ${quoted(entry.action)} has not taken effect. ${again}`,
    notSent: `✋ ${quoted(entry.action)} was not sent to ${aws}: Holdpoint stopped first. ${again}`,
    expired: describeExpired(picture, entry, asked),
    superseded: describeSuperseded(picture, entry, asked),
    lateAnswer: `⚠️ ${aws} replied late to ${quoted(entry.action)}${who}${took}. What ${aws} shows counts.`,
  };
  return words[entry.k];
}

/** AWS has begun what was asked for, in another deployment. */
function startedRollback({ deployment }: Picture, { action }: { readonly action?: RuleName }): boolean {
  return action !== undefined && isEnding(action) && isRolledBackByAnother(deployment);
}

/** Also true if a later attempt has replaced the record: then it is only known that this one had no effect. */
function wasSent({ view }: Picture, { id, att }: DecisionEntry): boolean {
  const decision = view.decisions.get(id);
  return decision === undefined || decision.attempt !== att || isSent(decision);
}

function stillShows({ deployment }: Picture, { id }: DecisionEntry): string {
  const { systemTitle, status } = deployment;
  return isDeploymentDecision(id)
    ? `${systemTitle} still shows ${code(status)}`
    : `${systemTitle} still waits`;
}

function describeExpired(picture: Picture, entry: DecisionEntry, asked: readonly string[]): string {
  const hold = holdOf(picture, entry.id);
  const then = hold?.onExpiry === undefined ? "" : ` ${mrkdwn(hold.onExpiry)}`;
  const late = asked.length === 0 ? "" : ` Too few votes came in time: ${people(asked)}.`;
  return `⌛ The deadline has passed.${then}${late}`;
}

function describeSuperseded(picture: Picture, entry: DecisionEntry, asked: readonly string[]): string {
  const { systemTitle, status } = picture.deployment;
  const mine = asked.length === 0 ? "" : ` This is not what ${people(asked)} asked for.`;
  const hold = holdOf(picture, entry.id);
  const shows = actions.find((action) => action === hold?.shows);
  if (shows !== undefined)
    return `ℹ️ ${capital(participles[shows])}${recordLost(picture.view) === undefined ? " outside Holdpoint" : "; who asked is no longer on record"}.${mine}`;
  if (hold?.shows === "none") return `ℹ️ ${systemTitle} has no such hold: the event that named it was wrong.`;
  const what = isDeploymentDecision(entry.id) ? "It ended differently" : "The hold is over";
  return `ℹ️ ${what}: ${systemTitle} shows ${code(status)}.${mine}`;
}

function holdOf({ deployment }: Picture, id: string): WordedHold | undefined {
  return deployment.holds.find((hold) => decisionOfHold(hold.id) === id);
}

function said(answer: string | undefined): string {
  return answer === undefined || answer === "" ? "" : ` AWS says:${quote(answer, quoteInFull)}`;
}

/** AWS's message, or Holdpoint's own if nothing was sent. */
function why(answer: string | undefined): string {
  return answer === undefined || answer === "" ? "" : ` Why:${quote(answer, quoteInFull)}`;
}

function describeRemark({ emoji, words, reason }: WordedRemark): string {
  const why = reason === undefined || reason.trim() === "" ? "" : `. AWS says:${quote(reason, quoteInFull)}`;
  return `${emoji} ${mrkdwn(words, { atMost: quoteInFull })}${why}`;
}

/**
 * Notifies the policy's people once, when a hold opens or asks again under an existing card: an edit notifies nobody. A
 * card posted together with its hold has mentioned them itself.
 */
export function pingLines(picture: Picture, entry: LogEntry, seq: number): readonly string[] {
  const { view, route } = picture;
  const hold = holdToCallFor(picture, entry);
  if (
    hold === undefined ||
    !cardStoodBefore(picture, entry.at, seq) ||
    isShut(view.decisions.get(deploymentDecision.end)?.state)
  )
    return [];
  const notified = notifiedBy(route.policy);
  const called = notified.kind === "channel" ? "" : `${approversOf(notified.people, 12)}: `;
  const place = placeInCode(picture);
  const left =
    hold.expiresAt === undefined ? "" : `, ${lasting(msUntil(hold.expiresAt, view.now))} from this message`;
  const until = hold.expiresAt === undefined ? "" : ` until ${dated(hold.expiresAt, "deadline")}${left}`;
  return [
    ...(entry.k === "remark" ? [] : [timelineLine(picture, entry)]),
    `✋ ${called}${place} *waits for your answer*${until}.`,
    ...(hold.onExpiry === undefined ? [] : [`Without an answer: ${mrkdwn(hold.onExpiry)}`]),
    "The buttons are on the card.",
  ];
}

/** "✋ @oncall: press again to roll back checkout-api in prod. The buttons are on the card." */
export function repeatLine(picture: Picture, action: Action, whom: Notified): string {
  const called = whom.kind === "channel" ? "" : `${approversOf(whom.people, 12)}: `;
  return `✋ ${called}*press again* to ${verbs[action]}${jointOf(action)} ${placeInCode(picture)}. The buttons are on the card.`;
}

/** "✋ @ben: 1 more vote is needed to continue checkout-api in prod." */
export function missingVoteLine(picture: Picture, { action, missing }: MissingVote, whom: Notified): string {
  const called = whom.kind === "channel" ? "" : `${approversOf(whom.people, 12)}: `;
  const place = placeInCode(picture);
  const needed = `${count(missing, "more vote")} ${missing === 1 ? "is" : "are"} needed`;
  return `✋ ${called}*${needed}* to ${verbs[action]}${jointOf(action)} ${place}. The buttons are on the card.`;
}

/**
 * If it is unknown what the card was rendered from, its `ts` (Slack's clock) is compared with the entry's time
 * (Redis's): a difference of seconds costs or adds a mention.
 */
function cardStoodBefore({ view }: Picture, at: number, seq: number): boolean {
  const { ts, cardLog } = view.board;
  if (cardLog !== undefined) return seq > cardLog;
  return ts !== undefined && Number(ts) * 1_000 < at;
}

/** The same as one plain sentence, without people's names. */
export function plainWords(picture: Picture, entry: LogEntry): string {
  const { deployment } = picture;
  const place = placeOf(picture);
  const aws = deployment.systemTitle;
  const action = "action" in entry ? entry.action : undefined;
  const verb = verbOf(action);
  const asked = verbWith(action, place);
  switch (entry.k) {
    case "vote":
      return `${place} has ${entry.n} of ${entry.need} votes to ${verb}${andNotKnown(split(entry.detail?.unknown).length)}.`;
    case "withdrawn":
      return `A vote for ${place} was taken back.`;
    case "void":
      return `A vote for ${place} no longer counts.`;
    case "late":
      return `A request to ${asked} came too late.`;
    case "claimed":
      return `Somebody asks ${aws} to ${asked}.`;
    case "accepted":
      return `${aws} was asked to ${asked} and has not confirmed yet.`;
    case "confirmed":
      if (startedRollback(picture, entry)) return `${aws} started the rollback of ${place}.`;
      return `${aws} confirmed the request to ${asked}.`;
    case "unclear":
      return `It is not known whether ${aws} received the request to ${asked}.`;
    case "reopened":
      return `The request to ${asked} has not taken effect. Press again.`;
    case "notSent":
      return `Nothing was sent for ${place}. Press again.`;
    case "refused":
      return `${aws} rejected the request to ${asked}.`;
    case "expired":
      return `The deadline to answer for ${place} has passed.`;
    case "superseded":
      return `${place} ended differently from what was asked for.`;
    case "open":
    case "dropped":
      return `The request to ${asked} was not carried out.`;
    case "lateAnswer":
      return `${aws} replied late about ${place}.`;
    case "remark":
      return `Update on ${place}.`;
  }
}
