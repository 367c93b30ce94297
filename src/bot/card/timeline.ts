/** One line of the thread for each thing that happened. Who asked is named; whether AWS did it is another line. */

import type { LogEntry } from "../../handlers/decision.ts";
import { isLive, isShut } from "../../handlers/decision.ts";
import { actions, type Hold, isWaitedFor, type Remark } from "../../handlers/deployment.ts";
import { decisionOfHold } from "../../handlers/identity.ts";
import { notifiedBy } from "../../handlers/notify.ts";
import { openHolds } from "../../handlers/offers.ts";
import type { Picture } from "../../handlers/picture.ts";
import { everybody, quoted, reasonIn, verbOf, whyVoid } from "./decided.ts";
import { code, dated, mrkdwn, quote, quoteInFull } from "./phrase.ts";
import {
  approversOf,
  capital,
  lasting,
  participles,
  people,
  placeInCode,
  placeOf,
  split,
  verbWith,
} from "./words.ts";

/** The line, with the time in front. */
export function timelineLine(picture: Picture, entry: LogEntry): string {
  return `${dated(entry.at, "minute")}  ${wordsOf(picture, entry)}`;
}

/** False for what happened as everybody expects: a hold that went with its deployment, which nobody had asked about. */
export function isNews(picture: Picture, entry: LogEntry): boolean {
  if (entry.k !== "superseded" && entry.k !== "expired") return true;
  if (everybody(entry.by, entry.asked).length > 0) return true;
  const hold = holdOf(picture, entry.id);
  if (hold !== undefined && !isWaitedFor(hold)) return false;
  if (entry.k === "expired") return true;
  const { deployment, view } = picture;
  const end = view.decisions.get("end")?.state;
  return (
    entry.id !== "end" &&
    !isLive(end) &&
    end !== "confirmed" &&
    (deployment.phase === "running" || deployment.phase === "succeeded")
  );
}

function wordsOf(picture: Picture, entry: LogEntry): string {
  const aws = picture.deployment.systemTitle;
  switch (entry.k) {
    case "vote":
      return `🗳️ ${people([entry.by])} votes to ${verbOf(entry.action)}: ${entry.n} of ${entry.need}${because(entry)}`;
    case "withdrawn":
      return `↩️ ${people([entry.by])} takes the vote back`;
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
          : `${people(against)} asked to end the deployment before it went out`;
      return `🚫 ${quoted(entry.action)} of ${people(split(entry.by))} was not sent: ${first}`;
    }
    case "remark":
      return remarkWords(entry.remark);
    default:
      return decisionWords(picture, entry);
  }
}

function because({ detail }: Extract<LogEntry, { readonly k: "vote" | "claimed" }>): string {
  const reason = reasonIn(detail);
  return reason === undefined ? "" : ` Reason:${quote(reason, quoteInFull)}`;
}

type DecisionEntry = Exclude<
  LogEntry,
  { readonly k: "vote" | "withdrawn" | "void" | "late" | "claimed" | "dropped" | "remark" }
>;

function decisionWords(picture: Picture, entry: DecisionEntry): string {
  const aws = picture.deployment.systemTitle;
  const verb = verbOf(entry.action);
  const by = split(entry.by);
  const who = by.length === 0 ? "" : ` (${people(by)})`;
  const asked = everybody(entry.by, entry.asked);
  const again = asked.length === 0 ? "Please ask again." : `${people(asked, 20)}: please ask again.`;
  const took = entry.answer === "accepted" ? "it took the request" : "not known whether it took it";
  const words: Readonly<Record<DecisionEntry["k"], string>> = {
    accepted: `📨 Asked ${aws} to ${verb}${who}. ${aws} took the request and has not confirmed it yet.`,
    refused: `⚠️ ${aws} refused to ${verb}${who}. Holdpoint reads ${aws}.${said(entry.answer)}`,
    unclear: `❓ It is not known whether ${aws} got ${quoted(entry.action)}${who}. Holdpoint reads ${aws} and does not ask again by itself.`,
    open: `🚫 ${quoted(entry.action)} was not done${who}. It changed nothing at AWS.${why(entry.answer)}`,
    confirmed: `✅ ${aws} confirmed ${quoted(entry.action)}${who}`,
    // Whether it never will is not known: AWS may have taken it and be slow.
    reopened: `✋ ${stillShows(picture, entry)}, and nothing of ${quoted(entry.action)}. ${again}`,
    notSent: `✋ Nothing was sent: Holdpoint stopped before it could ask ${aws} to ${verb}. ${again}`,
    expired: expiredWords(picture, entry, asked),
    superseded: supersededWords(picture, entry, asked),
    lateAnswer: `⚠️ A late answer of ${aws} to ${quoted(entry.action)}${who}: ${took}. What ${aws} shows counts.`,
  };
  return words[entry.k];
}

function stillShows({ deployment }: Picture, { id }: DecisionEntry): string {
  const { systemTitle, status } = deployment;
  return id === "end" || id === "revert"
    ? `${systemTitle} still shows ${code(status)}`
    : `${systemTitle} still waits`;
}

function expiredWords(picture: Picture, entry: DecisionEntry, asked: readonly string[]): string {
  const hold = holdOf(picture, entry.id);
  const then = hold?.onExpiry === undefined ? "" : ` ${mrkdwn(hold.onExpiry)}`;
  const late = asked.length === 0 ? "" : ` Not enough came in time: ${people(asked)}.`;
  return `⌛ The time for an answer is over.${then}${late}`;
}

function supersededWords(picture: Picture, entry: DecisionEntry, asked: readonly string[]): string {
  const { systemTitle, status } = picture.deployment;
  const mine = asked.length === 0 ? "" : ` It was not the request of ${people(asked)}.`;
  const hold = holdOf(picture, entry.id);
  const shows = actions.find((action) => action === hold?.shows);
  if (shows !== undefined) return `ℹ️ ${capital(participles[shows])} outside Holdpoint.${mine}`;
  if (hold?.shows === "none") return `ℹ️ ${systemTitle} knows no such hold: an event told of it wrongly.`;
  const what = entry.id === "end" || entry.id === "revert" ? "It ended otherwise" : "The hold is over";
  return `ℹ️ ${what}: ${systemTitle} shows ${code(status)}.${mine}`;
}

function holdOf({ deployment }: Picture, id: string): Hold | undefined {
  return deployment.holds.find((hold) => decisionOfHold(hold.id) === id);
}

function said(answer: string | undefined): string {
  return answer === undefined || answer === "" ? "" : ` AWS says:${quote(answer, quoteInFull)}`;
}

/** AWS's words, or Holdpoint's own where nothing was sent. */
function why(answer: string | undefined): string {
  return answer === undefined || answer === "" ? "" : ` Why:${quote(answer, quoteInFull)}`;
}

export function remarkWords({ emoji, words, reason }: Remark): string {
  const why = reason === undefined || reason.trim() === "" ? "" : `. AWS says:${quote(reason, quoteInFull)}`;
  return `${emoji} ${mrkdwn(words, { atMost: quoteInFull })}${why}`;
}

/**
 * Calls whom the policy notifies once, when a hold opens or asks again under a card that stands already: an edit notifies nobody. A card that
 * was posted with its hold has named them itself.
 */
export function pingLines(picture: Picture, entry: LogEntry): readonly string[] {
  const isRepeat = entry.k === "reopened" || entry.k === "notSent";
  const { deployment, view, route } = picture;
  const hold = openHolds(deployment, view.decisions).find(({ id }) =>
    isRepeat ? decisionOfHold(id) === entry.id : entry.k === "remark" && id === entry.remark.holdId,
  );
  if (
    hold === undefined ||
    !isWaitedFor(hold) ||
    !cardStoodBefore(picture, entry.at) ||
    isShut(view.decisions.get("end")?.state)
  )
    return [];
  const notified = notifiedBy(route.policy);
  const called = notified.kind === "channel" ? "" : `${approversOf(notified.people, 12)}: `;
  const place = placeInCode(picture);
  // Words for people: nothing is decided by comparing Redis's clock with AWS's here.
  const left =
    hold.expiresAt === undefined ? "" : `, ${lasting(hold.expiresAt - view.now)} from this message`;
  const until = hold.expiresAt === undefined ? "" : ` until ${dated(hold.expiresAt, "deadline")}${left}`;
  return [
    ...(isRepeat ? [timelineLine(picture, entry)] : []),
    `✋ ${called}${place} *waits for your answer*${until}.`,
    ...(hold.onExpiry === undefined ? [] : [`Without an answer: ${mrkdwn(hold.onExpiry)}`]),
    "The buttons are on the card above.",
  ];
}

/** The card's `ts` is Slack's clock, the entry's Redis's: seconds of difference cost a mention or add one. */
function cardStoodBefore({ view }: Picture, at: number): boolean {
  const { ts } = view.board;
  return ts !== undefined && Number(ts) * 1_000 < at;
}

/** The same in one plain sentence, without names of people. */
export function plainWords(picture: Picture, entry: LogEntry): string {
  const { deployment } = picture;
  const place = placeOf(picture);
  const aws = deployment.systemTitle;
  const action = "action" in entry ? entry.action : undefined;
  const verb = verbOf(action);
  const asked = verbWith(action, place);
  switch (entry.k) {
    case "vote":
      return `${place} has ${entry.n} of ${entry.need} votes to ${verb}.`;
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
      return `${aws} confirmed the request to ${asked}.`;
    case "unclear":
      return `It is not known whether ${aws} got the request to ${asked}.`;
    case "reopened":
      return `The request to ${asked} shows no effect: please ask again.`;
    case "notSent":
      return `Nothing was sent for ${place}: please ask again.`;
    case "refused":
      return `${aws} refused to ${asked}.`;
    case "expired":
      return `The time to answer for ${place} is over.`;
    case "superseded":
      return `${place} went another way than asked here.`;
    case "open":
    case "dropped":
      return `The request to ${asked} was not carried out.`;
    case "lateAnswer":
      return `A late answer of ${aws} came for ${place}.`;
    case "remark":
      return `News of ${place}.`;
  }
}
