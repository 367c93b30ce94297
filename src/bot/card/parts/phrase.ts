/**
 * Renders a Phrase for Slack. The only place that makes outside text harmless (P10): escaping `& < >` alone would leave
 * `*`, `_`, `~` and `:name:` active, so names go into code spans, and other people's sentences into code blocks.
 */

import type { EpochMs } from "../../../handlers/deployment.ts";
import { cutMiddle, shorten } from "../../../handlers/names/shorten.ts";
import type { Fact, Part, Phrase } from "../../../handlers/words.ts";
import { linked } from "./links.ts";

/** The longest name in a line of a card, unless the caller passes `atMost`. */
const codeAtMost = 36;
/** Escaping can make a text five times longer, and a section has at most 3000 characters. */
const codeNeverAbove = 500;
/** The longest AWS message on a card. The thread shows it in full (`quoteInFull`). */
const quoteAtMost = 200;
export const quoteInFull = 2_000;
const quoteNeverAbove = 2_600;

const userId = /^[UW][A-Z0-9]{1,30}$/;
const groupId = /^S[A-Z0-9]{1,30}$/;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** For `mrkdwn` texts. */
export function mrkdwn(
  phrase: Phrase,
  quotes: { readonly atMost: number } = { atMost: quoteAtMost },
): string {
  const siblings = codesIn(phrase);
  return phrase.map((part) => mrkdwnPart(part, quotes.atMost, siblings)).join("");
}

/** The code parts of a sentence. Readers compare them (an old tag and a new one), so they are shortened as siblings. */
function codesIn(phrase: Phrase): readonly string[] {
  return phrase.flatMap((part) => (typeof part !== "string" && "code" in part ? [part.code] : []));
}

function mrkdwnPart(part: Part, atMost: number, siblings: readonly string[]): string {
  if (typeof part === "string") return escaped(part);
  if ("code" in part) return code(part.code, part.atMost, siblings);
  if ("quote" in part) return quote(part.quote, atMost);
  if ("bold" in part) return `*${mrkdwn(part.bold, { atMost })}*`;
  if ("time" in part) return dated(part.time, part.show);
  if ("person" in part) return person(part.person);
  if ("link" in part) return linked(part.link, escaped(part.words)) ?? escaped(part.words);
  return group(part.group);
}

/** For `plain_text` objects with `emoji: false`, which format nothing. */
export function plain(phrase: Phrase): string {
  const siblings = codesIn(phrase);
  return phrase.map((part) => plainPart(part, siblings)).join("");
}

function plainPart(part: Part, siblings: readonly string[]): string {
  if (typeof part === "string") return part;
  if ("code" in part) return name(part.code, part.atMost ?? codeAtMost, siblings);
  if ("quote" in part) return `“${name(part.quote, quoteAtMost)}”`;
  if ("bold" in part) return plain(part.bold);
  if ("time" in part) return inUtc(part.time, part.show);
  if ("link" in part) return part.words;
  return "person" in part ? "somebody" : "a group";
}

/** A name from outside for `plain_text`: one line, and nothing that reads as a mention or a link. */
export function name(text: string, atMost: number, siblings: readonly string[] = []): string {
  return harmless(shorten(oneLine(text), atMost, siblings));
}

/**
 * The sentence that replaces the whole message in notifications and screen readers. Slack parses it as mrkdwn, so
 * formatting characters are replaced by look-alikes. At most 249 characters.
 */
export function fallback(...phrase: Phrase): string {
  const sentence = plain(phrase).replaceAll("&", "＆").replaceAll("<", "‹").replaceAll(">", "›");
  return cutEnd(sentence, 249).replace(emphasis, (run) => "ˍ".repeat(run.length));
}

/** The line of a fact: `*Label:* value`, or why there is no value. */
export function factLine(fact: Fact): string {
  const label = `*${escaped(fact.label)}:*`;
  if (fact.kind === "value") return `${label} ${mrkdwn(fact.value)}`;
  return fact.why.length === 0 ? `${label} ❓ unknown` : `${label} ❓ unknown: ${mrkdwn(fact.why)}`;
}

export function code(text: string, atMost: number = codeAtMost, siblings: readonly string[] = []): string {
  const line = oneLine(text).replaceAll("`", "'").trim();
  const cut = shorten(line === "" ? "(empty)" : line, Math.min(atMost, codeNeverAbove), siblings);
  return `\`${escaped(cut)}\``;
}

/** A name from the configuration or from AWS's own short lists: bare if nothing in it could format, else as code. */
export function word(text: string, atMost: number = codeAtMost): string {
  return /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(text) ? cutMiddle(text, atMost) : code(text, atMost);
}

export function quote(text: string, atMost: number = quoteAtMost): string {
  const lines = invisible(text.replaceAll("\r\n", "\n"), "\n").replaceAll("`", "'").trim();
  let shown = cutMiddle(lines === "" ? "(empty)" : lines, atMost);
  while (escaped(shown).length > quoteNeverAbove)
    shown = cutMiddle(shown, Math.floor(Array.from(shown).length * 0.8));
  return `\n\`\`\`${escaped(shown)}\`\`\``;
}

export function person(id: string): string {
  return userId.test(id) ? `<@${id}>` : code(id, 24);
}

export function group(id: string): string {
  return groupId.test(id) ? `<!subteam^${id}>` : code(id, 24);
}

/** Slack shows it in the reader's time zone; the fallback is in UTC. */
export function dated(time: EpochMs, show: "deadline" | "minute" | "second"): string {
  if (!isDate(time)) return "an unknown time";
  const format = { deadline: "{time} {date_short_pretty}", minute: "{time}", second: "{time_secs}" }[show];
  return `<!date^${Math.floor(time / 1000)}^${format}|${inUtc(time, show)}>`;
}

/** "14:32 UTC on 17 Nov", "14:32 UTC" or "14:32:07 UTC". */
export function inUtc(time: EpochMs, show: "deadline" | "minute" | "second"): string {
  if (!isDate(time)) return "an unknown time";
  const date = new Date(time);
  const clock = date.toISOString().slice(11, show === "second" ? 19 : 16);
  return show === "deadline"
    ? `${clock} UTC on ${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ""}`
    : `${clock} UTC`;
}

function isDate(time: EpochMs): boolean {
  return Number.isFinite(time) && Math.abs(time) < 8.64e15;
}

/** Cuts to a length in UTF-16 code units, as Slack counts, and never splits a surrogate pair. */
export function cutEnd(text: string, atMost: number): string {
  if (text.length <= atMost) return text;
  let kept = "";
  for (const point of text) {
    if (kept.length + point.length > atMost - 1) break;
    kept += point;
  }
  return `${kept.trimEnd()}…`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function oneLine(text: string): string {
  return invisible(text, " ").replace(/ {2,}/g, " ");
}

/** Replaces control characters and those that change the writing direction: they make a text look like another one. */
function invisible(text: string, newline: string): string {
  return text
    .split(/[\n\u2028\u2029]/)
    .map((line) => line.replace(/(?!\u200c|\u200d)[\p{Cc}\p{Cf}\p{Cs}]/gu, " "))
    .join(newline);
}

/** Replaces characters that format, mention or link by look-alikes, where a code span is not possible. */
function harmless(text: string): string {
  return text
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replace(/&(?=#?\w+;)/g, "＆")
    .replaceAll("`", "'")
    .replaceAll("*", "∗")
    .replaceAll("~", "∼")
    .replaceAll("@", "＠")
    .replaceAll("://", ":∕∕")
    .replace(/:(?=[\p{L}\p{N}_+'-]+:)/gu, "∶")
    .replace(emphasis, (run) => "ˍ".repeat(run.length));
}

/** Underscores format only at the edge of a word: `snake_case` stays as it is. */
const emphasis = /(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])/g;
