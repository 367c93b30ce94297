/**
 * What the thread under a card says: the log, in order, several entries to a message. An incident gets a message of its
 * own, because the channel sees it and it is redrawn later.
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

/** An entry with its place in the log; the first one is 1. */
export interface NumberedEntry {
  readonly seq: number;
  readonly entry: LogEntry;
}

export interface ThreadMessage extends Message {
  /** The channel sees it too: an incident, or a hold whose policy names nobody to notify. */
  readonly broadcast: boolean;
  /** It stands in the channel and not in the thread, because it notifies whom nothing in a thread reaches. */
  readonly topLevel: boolean;
  /** Whom it notifies. Others are named in it and not mentioned. */
  readonly notified: readonly Mention[];
  /** Present once for each stage of an incident: this message is redrawn until it is over. */
  readonly incident: IncidentStage | undefined;
  /** The last entry that this message tells. */
  readonly to: number;
  /** It tells nothing but progress, and what follows of that is added to it. */
  readonly progress: boolean;
}

/** More would be cut by "Show more", and one long reason fills a block. */
const entriesAtMost = 30;

export interface Surroundings {
  /** Whom a vote leaves to vote, by the number of its entry. Where it is not known, nobody is called. */
  readonly votersLeft?: ReadonlyMap<number, Notified>;
  /** After the store lost its data: the holds for which people have been called. Absent: not known. */
  readonly calledBefore?: ReadonlySet<DecisionId> | undefined;
  /** Where a message outside the thread finds its card. */
  readonly cardUrl?: string;
}

/** Tells the first of these entries, and as many after it as belong into one message. There is at least one. */
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
 * The thread's newest message, which tells progress alone, with the entries that follow it: undefined where these want a
 * message of their own.
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

/** It needs nobody, and nobody's answer is in it. */
function isProgress({ entry }: NumberedEntry): boolean {
  return entry.k === "remark" && entry.remark.weight === "progress" && entry.remark.holdId === undefined;
}

/** The incident, with a link to its card where it does not stand in that card's thread. */
export function drawIncidentMessage(picture: Picture, around: Surroundings): Incident | undefined {
  const incident = drawIncident(picture);
  if (incident === undefined || !isTopLevel(incident.notified)) return incident;
  return { ...incident, blocks: [...incident.blocks, cardLine(around)] };
}

/** An incident calls people once when it is first told, and once more when it has ended badly. */
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

/** A hold that opened after the store lost its data, or right before. */
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
  /** For a lock screen. */
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

/** A hold before a vote: whoever answers it sees the votes too. An end that did not come is more urgent than both. */
function fallbackOf(picture: Picture, told: readonly NumberedEntry[], calls: readonly Call[]): string {
  const order = ["repeat", "hold", "vote"] as const;
  const [call] = order.flatMap((kind) => calls.find((it) => it.kind === kind) ?? []);
  return call === undefined ? sentence(picture, told) : fallback(call.sentence);
}

/** What the store knew before is gone, votes included. */
function lostMemory(): KnownBlock {
  return section(
    "ℹ️ *Holdpoint's store was emptied; the state was read from AWS again.* Earlier votes no longer count: press again.",
  );
}

/** This message stays as it is: why a value could not be read may be untrue a minute later. */
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

/** A notification has room for one: the latest of the most urgent. */
function mostUrgent(entries: readonly NumberedEntry[]): NumberedEntry | undefined {
  const weight = weightOf(entries);
  return entries.findLast(({ entry }) => weightOfOne(entry) === weight);
}

/** Where these entries stand in the rate budget: as high as the most urgent of them. */
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
