/** `/deploy list`: deployments that wait, run, or have ended and can still be reverted. */

import type { KnownBlock } from "@slack/types";
import { labelOf, type Target, targetOf } from "../../../handlers/names/targets.ts";
import type { ActiveEntry } from "../../../handlers/store/queue.ts";
import { titleOf } from "../header.ts";
import { apartAmong, apartInCode } from "../parts/about.ts";
import type { Message } from "../parts/blocks.ts";
import { context, section, sections } from "../parts/blocks.ts";
import { cardLink, linked } from "../parts/links.ts";
import { code, cutEnd, dated, fallback, inUtc, mrkdwn } from "../parts/phrase.ts";
import { defaultSlash } from "../parts/slash.ts";
import { andNotKnown, askedNotSent, count, lowerFirst, placeInCode, placeOf, verbs } from "../parts/words.ts";

/** Keeps the list, its headings and its footer below Slack's 50 blocks. */
const entriesAtMost = 20;
/** Ended deployments must not hide waiting ones. */
const endedAtMost = 5;
/** Ended deployments without an offer, if the person asks for ended ones. */
const overAtMost = 10;

export interface ListedEntry extends ActiveEntry {
  /** AWS's own action if nobody answers: "ECS rolls back". */
  readonly onExpiry?: string;
}

export interface ListOptions {
  readonly slash?: string;
  /** The words that filtered the list. */
  readonly words?: readonly string[];
  /** Waiting or running deployments that this person may not see. */
  readonly hidden?: { readonly count: number; readonly where: string };
  readonly workspaceUrl?: string;
  /** The targets that labels must be distinguishable from. Default: the listed ones. */
  readonly known?: readonly Target[];
}

/**
 * Waiting deployments, the earliest deadline first, then running ones, and last, in a few lines, ended ones that can
 * still be reverted. `now` only affects the format of times.
 */
export function drawList(
  entries: readonly ListedEntry[],
  now: number,
  { slash = defaultSlash, words = [], hidden, workspaceUrl, known = entries.map(targetOf) }: ListOptions = {},
): Message {
  const waiting = entries.filter(({ state }) => state === "waiting").toSorted(byDeadline);
  const running = entries.filter(({ state }) => state !== "waiting" && state !== "ended");
  const past = entries.filter(({ state }) => state === "ended");
  const ended = past.flatMap(revocable).toSorted(byYouth);
  const over = words.some((said) => isState(said, "ended"))
    ? past.filter((it) => it.offered === undefined)
    : [];
  const labelled = (entry: ListedEntry) => ({ label: labelOf(targetOf(entry), known) });
  const listed = new Map(
    [...waiting, ...running, ...ended, ...over].map((entry) => [entry, { ...entry, ...labelled(entry) }]),
  );
  const apartOf = apartAmong([...listed.values()]);
  const placed = (entry: ListedEntry): string => {
    const own = listed.get(entry);
    const apart = own === undefined ? undefined : apartOf(own);
    return [placeInCode(labelled(entry)), ...(apart === undefined ? [] : [apartInCode(apart)])].join(", ");
  };
  const [first] = waiting;
  const isAwaited = waiting.length > 0 ? `${waiting.length} waiting` : "Nothing is waiting";
  const counts = `${[`${isAwaited} for an answer`, ...countsOf(running)].join(", ")}.`;
  const deadline =
    first?.expiresAt === undefined
      ? ""
      : ` The first deadline: ${placeOf(labelled(first))}, ${inUtc(first.expiresAt, "deadline")}.`;
  const isEmpty = waiting.length + running.length === 0;
  const afterwards = ended.length === 0 ? "" : ` ${ended.length} can still be reverted.`;
  const narrowed = words.length === 0 ? "" : ` for ${words.map((said) => `“${said}”`).join(", ")}`;
  const unseen =
    hidden === undefined || hidden.count === 0 ? undefined : `${hidden.count} more in ${hidden.where}`;
  const isOfEnded = isOnlyEnded(words);
  const nothing = isOfEnded
    ? describeEnded(ended.length + over.length, words)
    : `Nothing${unseen === undefined ? "" : " that you may see"} is waiting or running${narrowed}.`;
  const line = (entry: ListedEntry): KnownBlock => section(...entryLines(entry, placed(entry), workspaceUrl));
  const blocks: KnownBlock[] = [
    section(
      isEmpty
        ? `*${mrkdwn([cutEnd(nothing, 300)])}*`
        : `*${counts}*${waiting.length > 1 ? " Earliest deadline first." : ""}`,
    ),
    ...shown(waiting).map(line),
    ...more(waiting.length),
    ...(waiting.length > 0 && running.length > 0 ? [{ type: "divider" } as const] : []),
    ...shown(running).map(line),
    ...more(running.length),
    ...endedBlocks(ended, placed, workspaceUrl),
    ...overBlocks(over, placed, workspaceUrl),
    ...footer(
      readFrom(isEmpty ? [...ended, ...over] : [waiting, running].flatMap(shown), now),
      isEmpty ? undefined : `Details: ${code(`${slash} show <name>`, 60)}`,
      unseen,
    ),
  ];
  const text = isEmpty ? nothing : `${counts}${deadline}`;
  return { text: fallback(`${text}${afterwards}${unseen === undefined ? "" : ` ${unseen}.`}`), blocks };
}

function shown(entries: readonly ListedEntry[]): readonly ListedEntry[] {
  return entries.slice(0, entriesAtMost);
}

function footer(...pieces: readonly (string | undefined)[]): readonly KnownBlock[] {
  return pieces.every((piece) => piece === undefined) ? [] : [context(...pieces)];
}

const minuteMs = 60_000;
/** A read further back than this includes its day. */
const sameDayMs = 12 * 60 * minuteMs;

/** The lines come from the index: it is as old as the last read of each deployment. */
function readFrom(entries: readonly ListedEntry[], now: number): string | undefined {
  const times = entries.flatMap(({ readAt }) => readAt ?? []);
  const unknown = entries.length - times.length;
  const missing = unknown === 0 ? "" : `; when ${count(unknown, "line")} was read is not recorded`;
  if (times.length === 0) return undefined;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const show = now - first < sameDayMs ? "minute" : "deadline";
  const isOneMinute = Math.floor(first / minuteMs) === Math.floor(last / minuteMs);
  const when = isOneMinute
    ? `at ${dated(last, show)}`
    : `between ${dated(first, show)} and ${dated(last, show)}`;
  return `Read from AWS ${when}${missing}`;
}

type Revocable = ListedEntry & { readonly offered: NonNullable<ActiveEntry["offered"]> };

/** "3 running", "1 failed": the states as the lines name them. */
function countsOf(running: readonly ListedEntry[]): readonly string[] {
  const titles = running.map((entry) => {
    const { words } = titleIn(entry);
    return words === written.kept.words ? "keeping the old version" : lowerFirst(words);
  });
  return [...new Set([...titles.filter((it) => it === "running"), ...titles])].map(
    (title) => `${titles.filter((it) => it === title).length} ${title}`,
  );
}

function isState(word: string, ...states: readonly string[]): boolean {
  return states.includes(word.toLowerCase());
}

function isOnlyEnded(words: readonly string[]): boolean {
  return (
    words.some((word) => isState(word, "ended")) && !words.some((word) => isState(word, "waiting", "running"))
  );
}

/** "3 ended for “prod”." */
function describeEnded(n: number, words: readonly string[]): string {
  const others = words.filter((word) => !isState(word, "ended")).map((word) => `“${word}”`);
  const narrowed = others.length === 0 ? "" : ` for ${others.join(", ")}`;
  return n === 0 ? `Nothing has ended within 24 hours${narrowed}.` : `${n} ended${narrowed}.`;
}

/** Without an offer, it has just ended and stays in the index a little longer: not worth listing. */
function revocable(entry: ListedEntry): readonly Revocable[] {
  return entry.offered === undefined ? [] : [{ ...entry, offered: entry.offered }];
}

function byYouth(a: Revocable, b: Revocable): number {
  return b.offered.until - a.offered.until;
}

function endedBlocks(
  ended: readonly Revocable[],
  placed: (entry: ListedEntry) => string,
  workspaceUrl: string | undefined,
): readonly KnownBlock[] {
  if (ended.length === 0) return [];
  const lines = ended.slice(0, endedAtMost).map((entry) => {
    const { action, until } = entry.offered;
    const pieces = [
      `${titleIn(entry).emoji} ${placed(entry)}`,
      `${verbs[action]} until ${dated(until, "deadline")}`,
      cardOf(entry, workspaceUrl),
    ];
    return pieces.filter((piece) => piece !== undefined).join(" · ");
  });
  const rest = ended.length > endedAtMost ? [`and ${ended.length - endedAtMost} more`] : [];
  return [section("*Complete, can still be reverted:*", ...lines, ...rest)];
}

/** Ended deployments without an offer, the newest first, one line each. */
function overBlocks(
  over: readonly ListedEntry[],
  placed: (entry: ListedEntry) => string,
  workspaceUrl: string | undefined,
): readonly KnownBlock[] {
  if (over.length === 0) return [];
  const last = over.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const lines = last.slice(0, overAtMost).map((entry) => {
    const { emoji, words } = titleIn(entry);
    const pieces = [
      `${emoji} ${placed(entry)}`,
      words,
      entry.endedAt === undefined ? undefined : dated(entry.endedAt, "minute"),
      cardOf(entry, workspaceUrl),
    ];
    return pieces.filter((piece) => piece !== undefined).join(" · ");
  });
  const rest = over.length > overAtMost ? [`and ${over.length - overAtMost} more`] : [];
  return sections(["*Ended within 24 hours:*", ...lines, ...rest]);
}

function byDeadline(a: ListedEntry, b: ListedEntry): number {
  return (a.expiresAt ?? Number.POSITIVE_INFINITY) - (b.expiresAt ?? Number.POSITIVE_INFINITY);
}

function more(n: number): readonly KnownBlock[] {
  return n > entriesAtMost ? [context(`and ${n - entriesAtMost} more`)] : [];
}

/** Titles for entries of earlier releases, which have no `standing`. */
const written = {
  waiting: { emoji: "✋", words: "Waiting" },
  kept: { emoji: "⌛", words: "Old version kept" },
  running: { emoji: "▶️", words: "Running" },
  "rolling-back": { emoji: "⏪", words: "Rolling back" },
  ended: { emoji: "⏹️", words: "Ended" },
} as const;

/** The state as in the card's header. */
function titleIn({ state, standing, systemTitle = "AWS" }: ListedEntry) {
  return standing === undefined ? written[state] : titleOf(standing, systemTitle);
}

function entryLines(entry: ListedEntry, place: string, workspaceUrl: string | undefined): readonly string[] {
  const title = titleIn(entry);
  const { state, expiresAt, onExpiry, votes, openHolds = 0, staleSince } = entry;
  const then = onExpiry === undefined ? "" : `, then ${mrkdwn([onExpiry])}`;
  const isTimed = (state === "waiting" || state === "kept") && expiresAt !== undefined;
  const until = isTimed ? ` until ${dated(expiresAt, "deadline")}${then}` : "";
  const pieces = [
    `${title.words}${until}`,
    openHolds > 1 ? count(openHolds, "hold") : undefined,
    votes === undefined
      ? undefined
      : votes.n >= votes.need && votes.unknown === undefined
        ? askedNotSent
        : votes.n === 0 && votes.unknown === undefined
          ? noVotesOf(votes.need)
          : `${votes.n} of ${votes.need} votes${andNotKnown(votes.unknown ?? 0)}`,
    entry.standing?.recordLost === true ? "who asked is no longer on record" : undefined,
    staleSince === undefined ? undefined : `⚠️ not readable since ${dated(staleSince, "minute")}`,
    cardOf(entry, workspaceUrl),
  ];
  return [`${title.emoji} ${place}`, pieces.filter((piece) => piece !== undefined).join(" · ")];
}

/** Undefined if the first click decides, as on the card. */
function noVotesOf(need: number): string | undefined {
  return need > 1 ? `no votes yet, ${need} needed` : undefined;
}

function cardOf({ channel, ts }: ListedEntry, workspaceUrl: string | undefined): string | undefined {
  if (channel === undefined || ts === undefined) return undefined;
  return linked(cardLink({ channel, ts }, workspaceUrl), "card");
}
