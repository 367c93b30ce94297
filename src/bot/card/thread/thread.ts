/**
 * Renders the thread under a card: the log in order, several entries per message. An incident gets a message of its
 * own, because the channel sees it and it is edited later.
 */

import type { KnownBlock } from "@slack/types";
import type { DecisionId, Mention } from "../../../handlers/decision.ts";
import { decisionOfHold } from "../../../handlers/identity.ts";
import {
  isTopLevel,
  type Notified,
  notifiedBy,
  notifiedToRepeat,
  peopleOf,
} from "../../../handlers/notify.ts";
import type { IncidentStage } from "../../../handlers/store/view.ts";
import type { WordedRemark } from "../../../handlers/words.ts";
import type { Message } from "../parts/blocks.ts";
import { blocksAtMost, context, identified, section, sections } from "../parts/blocks.ts";
import { linked } from "../parts/links.ts";
import { code, factLine, fallback, inUtc, plain } from "../parts/phrase.ts";
import type { LogEntry, Picture } from "../parts/picture.ts";
import { placeOf } from "../parts/words.ts";
import { waits } from "../shown.ts";
import { actionToRepeat, callOf, holdToCallFor, missingVoteAt, repeatCallOf, voteCallOf } from "./call.ts";
import { drawIncident, hasFailed, type Incident, untoldStage } from "./incident.ts";
import { isNews, missingVoteLine, pingLines, plainWords, repeatLine, timelineLine } from "./timeline.ts";

export { drawIncident } from "./incident.ts";

/** A log entry with its sequence number; the first one is 1. */
export interface NumberedEntry {
  readonly seq: number;
  readonly entry: LogEntry;
}

export interface ThreadMessage extends Message {
  /** Shown in the channel too: an incident, or a hold whose policy names nobody to notify. */
  readonly broadcast: boolean;
  /** Posted in the channel instead of the thread, because a thread message does not reach the people it notifies. */
  readonly topLevel: boolean;
  /** The people it notifies. Others are named, not mentioned. */
  readonly notified: readonly Mention[];
  /** Set once per stage of an incident: this message is edited until the incident is over. */
  readonly incident: IncidentStage | undefined;
  /** The last entry in this message. */
  readonly to: number;
  /** Contains only progress, and later progress is added to it. */
  readonly progress: boolean;
}

/** Slack folds longer messages ("Show more"), and one long reason fills a block. */
const entriesAtMost = 30;

export interface Surroundings {
  /** The people who can still vote after a vote, by its entry number. If unknown, nobody is called. */
  readonly votersLeft?: ReadonlyMap<number, Notified>;
  /** After Redis lost its data: the holds that people have been called for. Absent: unknown. */
  readonly calledBefore?: ReadonlySet<DecisionId> | undefined;
  /** The card's link, for a message outside the thread. */
  readonly cardUrl?: string;
}

/**
 * Renders the first of these entries, and as many after it as belong in the same message. `entries` must not be empty.
 */
export function drawThread(
  picture: Picture,
  entries: readonly NumberedEntry[],
  around: Surroundings = {},
): ThreadMessage {
  const broadcastAt = entries.findIndex(({ entry }) => isBroadcast(picture, entry));
  const [first] = entries;
  if (broadcastAt === 0 && first !== undefined) {
    const incident = drawIncidentMessage(picture, around);
    if (incident !== undefined) {
      const { text, blocks, notified, stage } = incident;
      const topLevel = isTopLevel(notified);
      return {
        text,
        blocks,
        notified,
        topLevel,
        broadcast: !topLevel,
        incident: stage,
        to: first.seq,
        progress: false,
      };
    }
  }
  const end = broadcastAt > 0 ? Math.min(broadcastAt, entriesAtMost) : entriesAtMost;
  return drawTimeline(picture, entries.slice(0, end), around);
}

/**
 * The thread's newest message, which contains only progress, extended by the entries after it; undefined if these need
 * a message of their own.
 */
export function drawLongerProgress(
  picture: Picture,
  told: readonly NumberedEntry[],
  added: readonly NumberedEntry[],
): ThreadMessage | undefined {
  const entries = [...told, ...added];
  const fits =
    entries.length <= entriesAtMost &&
    entries.every(isProgress) &&
    !added.some(({ entry }) => isBroadcast(picture, entry));
  return fits ? drawTimeline(picture, entries, {}) : undefined;
}

/** A remark that needs nobody and is not about a hold. */
function isProgress({ entry }: NumberedEntry): boolean {
  return entry.k === "remark" && entry.remark.weight === "progress" && entry.remark.holdId === undefined;
}

/** The incident message, with a link to the card if it is not in the card's thread. */
export function drawIncidentMessage(picture: Picture, around: Surroundings): Incident | undefined {
  const incident = drawIncident(picture);
  if (incident === undefined || !isTopLevel(incident.notified)) return incident;
  return { ...incident, blocks: [...incident.blocks, cardLine(around)] };
}

/** An incident calls people when it is first reported, and once more if it ends badly. */
function isBroadcast(picture: Picture, entry: LogEntry): boolean {
  if (untoldStage(picture) === undefined) return false;
  if (picture.view.board.incidentTs !== undefined) return true;
  return (
    entry.k === "remark" &&
    (entry.remark.weight === "incident" || (entry.remark.weight === "ending" && hasFailed(picture)))
  );
}

function drawTimeline(
  picture: Picture,
  entries: readonly NumberedEntry[],
  around: Surroundings,
): ThreadMessage {
  const news = entries.filter(({ entry }) => isNews(picture, entry));
  const told = news.length === 0 ? entries : news;
  const isStart = entries.some(({ seq }) => seq === 1);
  const isToldBefore = isStart && picture.view.board.older === true;
  const lines = told.map(
    (numbered): Line =>
      isToldBefore && !isUncalled(picture, numbered.entry, around)
        ? { text: timelineLine(picture, numbered.entry) }
        : lineOf(picture, numbered, around),
  );
  const calls = lines.flatMap(({ call }) => (call === undefined ? [] : [call]));
  const notified = calls.flatMap(({ whom }) => peopleOf(whom));
  const topLevel = isTopLevel(notified);
  const blocks: readonly KnownBlock[] = [
    ...(isToldBefore ? [lostMemory()] : []),
    ...sections(lines.map(({ text }) => text)),
    ...(topLevel ? [cardLine(around)] : []),
    ...(isStart ? details(picture) : []),
  ];
  return {
    text: fallbackOf(picture, told, calls),
    blocks: identified(blocks.slice(0, blocksAtMost), "thread"),
    broadcast: !topLevel && calls.some(({ whom }) => whom.kind === "channel"),
    ...{ notified, topLevel },
    incident: undefined,
    to: entries.at(-1)?.seq ?? 0,
    progress: entries.every(isProgress),
  };
}

/** True for a hold that opened after Redis lost its data, or right before, so that nobody was called for it. */
function isUncalled(picture: Picture, entry: LogEntry, { calledBefore }: Surroundings): boolean {
  const hold = holdToCallFor(picture, entry);
  return hold !== undefined && calledBefore?.has(decisionOfHold(hold.id)) === false;
}

function cardLine({ cardUrl }: Surroundings): KnownBlock {
  return context(linked(cardUrl, "Open the card") ?? "The card is in this channel.");
}

interface Call {
  readonly kind: "repeat" | "hold" | "vote";
  readonly whom: Notified;
  /** Shown on a lock screen. */
  readonly sentence: string;
}

interface Line {
  readonly text: string;
  readonly call?: Call;
}

function lineOf(picture: Picture, { seq, entry }: NumberedEntry, { votersLeft }: Surroundings): Line {
  const ping = pingLines(picture, entry, seq);
  if (ping.length > 0) {
    const whom = notifiedBy(picture.route.policy);
    return { text: ping.join("\n"), call: { kind: "hold", whom, sentence: callOf(picture) } };
  }
  const text = timelineLine(picture, entry);
  const action = actionToRepeat(picture, entry);
  if (action !== undefined) {
    const whom = notifiedToRepeat(picture.route.policy, action, waits(picture));
    const sentence = repeatCallOf(picture, action, entry);
    return {
      text: `${text}\n${repeatLine(picture, action, whom)}`,
      call: { kind: "repeat", whom, sentence },
    };
  }
  const vote = missingVoteAt(picture, entry);
  const whom = votersLeft?.get(seq);
  if (vote === undefined || whom === undefined || (whom.kind === "people" && whom.people.length === 0))
    return { text };
  const call: Call = { kind: "vote", whom, sentence: voteCallOf(picture, vote) };
  return { text: `${text}\n${missingVoteLine(picture, vote, whom)}`, call };
}

/**
 * A request without effect is most urgent. A hold comes before a vote, because people who answer it see the votes too.
 */
function fallbackOf(picture: Picture, told: readonly NumberedEntry[], calls: readonly Call[]): string {
  const order = ["repeat", "hold", "vote"] as const;
  const [call] = order.flatMap((kind) => calls.find((it) => it.kind === kind) ?? []);
  return call === undefined ? sentence(picture, told) : fallback(call.sentence);
}

/** Everything in Redis was lost, votes included. */
function lostMemory(): KnownBlock {
  return section(
    "ℹ️ *Holdpoint's store was emptied; the state was read from AWS again.* Earlier votes no longer count: press again.",
  );
}

/** This message is never edited, so it gives no reasons for unread values: they may be untrue a minute later. */
function details({ deployment }: Picture): readonly KnownBlock[] {
  if (deployment.details.length === 0) return [];
  const read = deployment.details.filter(({ kind }) => kind === "value").map(factLine);
  const unread = deployment.details.filter(({ kind }) => kind === "unknown").map(({ label }) => label);
  const unreadLines =
    unread.length === 0
      ? []
      : [`*Not read when this was posted:* ${[...new Set(unread)].join(", ")}. ${bySlashCommand}`];
  return sections([...(read.length === 0 ? [] : ["*All values*", ...read]), ...unreadLines]);
}

const bySlashCommand = `Holdpoint's slash command with the word ${code("show")} shows the present values.`;

function sentence(picture: Picture, told: readonly NumberedEntry[]): string {
  const last = mostUrgent(told)?.entry;
  if (last === undefined) return fallback(`Update on ${placeOf(picture)}.`);
  const hold =
    last.k === "remark" ? picture.deployment.holds.find(({ id }) => id === last.remark.holdId) : undefined;
  const until = hold?.expiresAt === undefined ? "" : ` Answer by ${inUtc(hold.expiresAt, "deadline")}.`;
  const words = last.k === "remark" ? remarkSentence(picture, last.remark) : plainWords(picture, last);
  return fallback(`${words}${until}`);
}

function remarkSentence(picture: Picture, remark: WordedRemark): string {
  return `${placeOf(picture)}: ${plain(remark.words)}.`;
}

const urgency: readonly WordedRemark["weight"][] = ["person", "incident", "ending", "progress"];

/** A notification has room for one entry: the latest of the most urgent. */
function mostUrgent(entries: readonly NumberedEntry[]): NumberedEntry | undefined {
  const weight = weightOf(entries);
  return entries.findLast(({ entry }) => weightOfOne(entry) === weight);
}

/** The urgency of these entries for the rate budget: that of the most urgent one. */
export function weightOf(entries: readonly NumberedEntry[]): WordedRemark["weight"] {
  const weights = entries.map(({ entry }) => weightOfOne(entry));
  return urgency.find((weight) => weights.includes(weight)) ?? "progress";
}

function weightOfOne(entry: LogEntry): WordedRemark["weight"] {
  switch (entry.k) {
    case "remark":
      return entry.remark.weight;
    case "vote":
    case "withdrawn":
    case "late":
      return "progress";
    case "confirmed":
    case "superseded":
    case "expired":
      return "ending";
    default:
      return "person";
  }
}
