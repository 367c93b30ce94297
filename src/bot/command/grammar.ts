/**
 * Parses the text after the verb: name, places, reason, `--dry-run`. No word is dropped: whatever fits nowhere goes to
 * `leftover`. Pure.
 */

import { tidied } from "../../handlers/names/names.ts";
import { drawnLengthsAt } from "../../handlers/names/printed.ts";
import { quotedAt, unquoted } from "./quotes.ts";

/** Everything that can be named. Names may contain spaces, slashes, colons and words like "in". */
export interface Known {
  readonly names: readonly string[];
  readonly places: readonly string[];
}

export interface Words {
  readonly name: string;
  /** `name` is the full name of one typed as a card shows it, possibly cut. */
  readonly wasDrawn?: true;
  readonly places?: readonly string[];
  readonly reason?: string;
  /** The reason stands in quotes: nothing in it is another request. */
  readonly isQuoted?: true;
  readonly isDryRun?: true;
  readonly leftover?: readonly string[];
}

export const nothingKnown: Known = { names: [], places: [] };

/** Phones turn two dashes into one long dash, and put a space after it. */
const dash = "[-‐‑‒–—―−⸺⸻﹘﹣－]";
const flag = String.raw`(?:${dash}+\s*|(?<=^|[\s(])[/+=])dry(?:${dash}|[_.\s]){0,2}run`;
/** A word written like an option, which no reason needs. */
const option = new RegExp(
  String.raw`(?<=^|[\s("'“\x60])(?:${dash}{2,}\p{L}|[–—⸺－]\p{L}[\p{L}-]*(?=\P{L}*$)|-\p{L}$)`,
  "u",
);
const dryRun = new RegExp(String.raw`^${flag}(?=$|[\s,.;:!?])[,.;:!?]*`, "i");
const dryRunBefore = new RegExp(String.raw`^(?:${dash}+dry\S*|${dash}n)(?=\s)`, "i");
/** Matches what may be meant as the flag: anywhere in a reason, or as its last word. */
const dryRunWithin = new RegExp(
  String.raw`(?:(?<![\s,;([])[\s,;([]+)?(?:(?<!${dash})${flag}\w*|(?<=^|[\s(])${dash}{2,}dry(?!\S*\w)|(?<=^|\s)${dash}n$|(?<=^|[,;.([]\s*)dry[-_\s]?run(?=[)\]\s.!]*$))[)\].,;!?]*\s*`,
  "giu",
);
const dryRunLeft = new RegExp(String.raw`(?:^|[\s(])(?:${dash}+\s*dry|${dash}n(?:$|\s)|dry[-_\s]?run)`, "i");
/** The text before the name in a card's header and in a list: the emoji, the state, or both. */
const emoji = "(?:[✋⌛⏳❓ℹ▶🚨⏪⏹⏸⚠✅]\\ufe0f?|:[a-z0-9_+-]+:)";
const state =
  "(?:waiting|old version kept|asked to [a-z ]+|not known|continued elsewhere|running|failed|rolling back|stopping|done|rolled back(?: by \\w+)?|stopped)";
const stateBefore = new RegExp(`^(?:${emoji}\\s*)?[*_]*${state}[*_]*:[*_]*\\s+|^${emoji}\\s+`, "iu");
/** Slack sends an emoji as its name between colons. */
const isShortcode = /^:(?=\S*[a-z+-])[a-z0-9_+'-]+:(?=[\s:,.;!?]|$)/i;
const shortcodes = /(?<![a-z0-9]):[a-z0-9_+'-]+:/gi;
/** Excludes a colon that begins an emoji. */
const becauseOf = /^(?:because(?: of)?(?=$|[\s:,]):?[\s,]*(?::(?![a-z0-9_+'-]+:)[\s,]*)*|:\s*)/i;
const endOfPlace = /^[\s,/.;:!?]/;
const brackets = /^<([^<>\s]+)>/;
const emphasis = /^([*_~]{1,3})(.+?)\1(?=$|[\s,.;:!?])/;
/** A place after one of these is excluded, not meant. */
export const negations =
  "not|no|never|nor|except|excluding|without|besides|minus|don['’]?t|nicht|kein|au(?:ß|ss)er|ohne";
const negation = new RegExp(`^[([]?(?:${negations}|but)[,:]?$`, "i");

export function isNegation(word: string): boolean {
  return negation.test(word);
}

/**
 * Removes punctuation at the end. The lookbehind keeps a long run of marks inside the text from being tried from each
 * mark.
 */
export function trimPunctuation(text: string): string {
  return text.replace(/(?<![,.;:!?])[,.;:!?]+$/, "");
}

/** True if the text contains an option, perhaps a mistyped `--dry-run`. */
export function hasOption(text: string): boolean {
  return option.test(text);
}

/** Removes emoji: they give no reason and postpone nothing. */
export function withoutShortcodes(text: string): string {
  return text.replace(shortcodes, " ");
}

/**
 * Every way to read the text, the one with the longest name first. There are several if one known name begins with
 * another ("shop" and "shop in prod"), and only asking tells which is meant. A quoted name has one reading.
 */
export function parseWords(text: string, known: Known): readonly Words[] {
  let rest = tidied(text);
  let isDryRun = false;
  for (;;) {
    const [before] = dryRun.exec(rest) ?? dryRunBefore.exec(rest) ?? [];
    if (before === undefined) break;
    isDryRun = true;
    rest = rest.slice(before.length).trimStart();
  }
  const readings = readingsOf(rest, known);
  return isDryRun ? readings.map((words) => ({ ...words, isDryRun })) : readings;
}

function readingsOf(whole: string, known: Known): readonly Words[] {
  const rest = unwrapped(whole, known);
  const lengths = lengthsAt(rest, known);
  if (lengths.length > 0)
    return lengths.flatMap((length) => withEachPlace(rest.slice(0, length), rest.slice(length), known));
  const quoted = quotedAt(rest);
  if (quoted !== undefined) {
    const account = /^@\S+/.exec(quoted.after)?.[0] ?? "";
    return withEachPlace(`${quoted.inside.trim()}${account}`, quoted.after.slice(account.length), known);
  }
  const [word = ""] = /^\S+/.exec(rest) ?? [];
  const name = trimPunctuation(word);
  return withEachPlace(name, rest.slice(name.length), known);
}

/** A known place may begin another one too: "live" and "live: eu". */
function withEachPlace(name: string, text: string, known: Known): readonly Words[] {
  const longest = clauses(name, text, known);
  const said = longest.places ?? [];
  const others = known.places.filter((place) => !said.includes(place));
  if (!said.some((place) => others.some((other) => beginsWith(place, other, endOfPlace)))) return [longest];
  const shorter = clauses(name, text, { ...known, places: others });
  return shorter.leftover === undefined ? [longest, shorter] : [longest];
}

/**
 * Removes the state before a pasted header, and quotes around more than a name: those don't show where the name ends.
 */
function unwrapped(text: string, known: Known): string {
  const isNamed = lengthsAt(text, known).length > 0;
  const bare = isNamed ? text : text.replace(stateBefore, "").replace(emphasis, "$2").replace(brackets, "$1");
  const quoted = quotedAt(bare);
  if (quoted === undefined) return bare;
  const inside = unwrapped(quoted.inside.trim(), known);
  const lengths = lengthsAt(inside, known);
  const isMore = lengths.length > 0 ? !lengths.includes(inside.length) : quotedAt(inside) !== undefined;
  return isMore ? `${inside}${quoted.after}` : `"${inside}"${quoted.after}`;
}

/** The words of a `list` command: known names and places (the longest first), quoted text, and single words. */
export function listWords(text: string, known: Known): readonly string[] {
  const words: string[] = [];
  let rest = tidied(text);
  while (rest !== "") {
    const [named = ""] = [...known.names, ...known.places]
      .filter((it) => it !== "" && beginsWith(rest, it, /^(?:[\s,]|[.;:!?]+(?:\s|$))/))
      .toSorted((a, b) => b.length - a.length);
    const [drawn = 0] = named === "" ? drawnLengthsAt(rest, [...known.names, ...known.places]) : [];
    const quoted = named === "" && drawn === 0 ? quotedAt(rest) : undefined;
    const [word = ""] = drawn > 0 ? [rest.slice(0, drawn)] : (/^[^\s,]+/.exec(rest) ?? []);
    words.push(named || (quoted?.inside.trim() ?? trimPunctuation(word)));
    rest = named === "" ? (quoted?.after ?? rest.slice(word.length)) : rest.slice(named.length);
    rest = rest.replace(/^[\s,.;:!?]+/, "");
  }
  return words.filter((word) => word !== "");
}

/** The lengths of the known names that the text begins with, longest first. */
function lengthsAt(text: string, { names }: Known): readonly number[] {
  const named = names.filter((name) => name !== "" && beginsWith(text, name)).map(({ length }) => length);
  return [...new Set([...named, ...drawnLengthsAt(text, names)])].toSorted((a, b) => b - a);
}

/** Removes requests for a dry run from a text. */
export function withoutDryRun(text: string): string {
  return text.replace(dryRunWithin, " ").trim();
}

function clauses(name: string, text: string, known: Known): Words {
  const places: string[] = [];
  const leftover: string[] = [];
  let reason: string | undefined;
  let isQuoted = false;
  let isDryRun = false;
  let rest = text;
  const cut = (length: number): void => {
    rest = rest.slice(length).trimStart();
  };
  cut(0);
  while (rest !== "") {
    const asked = dryRun.exec(rest);
    const inside = /^in\s+/i.exec(rest);
    const marker = isShortcode.test(rest) ? null : becauseOf.exec(rest);
    const quoted = quotedAt(rest);
    const stop = /^[,.;!]+(?=$|\s)/.exec(rest);
    if (asked !== null) {
      isDryRun = true;
      cut(asked[0].length);
    } else if (reason === undefined && marker !== null) {
      const typed = rest.slice(marker[0].length).trim();
      rest = "";
      reason = unquoted(typed);
      isQuoted = reason !== typed;
      if (withoutDryRun(reason) === "" && /^because/i.test(marker[0])) leftover.push("because");
    } else if (inside !== null && isNegation(leftover.at(-1) ?? "")) {
      leftover.push("in");
      cut(inside[0].length);
      cut(placesAt(rest, known, leftover));
    } else if (inside !== null && isLeftOut(rest.slice(inside[0].length), known)) {
      leftover.push("in");
      cut(inside[0].length);
    } else if (inside !== null) {
      cut(inside[0].length);
      const length = placesAt(rest, known, places);
      if (length === 0) leftover.push("in");
      cut(length);
    } else if (reason === undefined && quoted !== undefined) {
      reason = quoted.inside.trim();
      isQuoted = true;
      rest = quoted.after;
      cut(0);
    } else if (stop !== null) {
      cut(stop[0].length);
    } else {
      const [word = rest] = /^\S+/.exec(rest) ?? [];
      leftover.push(word);
      cut(word.length);
    }
  }
  const said = reason?.trim();
  const cleared = said === undefined ? undefined : withoutDryRun(said);
  const why = cleared === undefined || cleared === said ? said : unquoted(cleared);
  if (why !== said && why !== cleared) isQuoted = true;
  const saysNothing =
    why !== undefined && why !== "" && /^[\s\p{P}\p{S}\p{M}\p{Cf}]*$/u.test(withoutShortcodes(why));
  if (saysNothing) leftover.push(why);
  if (cleared !== said || dryRunLeft.test(leftover.join(" "))) isDryRun = true;
  return {
    name,
    ...(places.length === 0 ? {} : { places }),
    ...(why === undefined || why === "" || saysNothing ? {} : { reason: why }),
    ...(isQuoted ? { isQuoted } : {}),
    ...(isDryRun ? { isDryRun } : {}),
    ...(leftover.length === 0 ? {} : { leftover }),
  };
}

/** True for "not prod", "!prod" and "non-prod", unless a place has that name. */
function isLeftOut(text: string, { places }: Known): boolean {
  const [first = ""] = /^\S+/.exec(spelledOut(text)) ?? [];
  return isNegation(first) && !places.some((place) => place !== "" && beginsWith(text, place, endOfPlace));
}

/** Rewrites "!prod" and "non-prod" as "not prod". */
export function spelledOut(text: string): string {
  return text.replace(/(?<![^\s(])(?:!|¬|(?:not|non|no)-)(?=\w)/gi, "not ");
}

/**
 * Reads the places after "in": "prod", "prod, eu-west-1", "prod/eu-west-1". Returns the length of the text that was
 * read.
 */
function placesAt(text: string, known: Known, into: string[]): number {
  let at = 0;
  for (;;) {
    const here = text.slice(at);
    const [longest] = known.places
      .filter((place) => place !== "" && beginsWith(here, place, endOfPlace))
      .toSorted((a, b) => b.length - a.length);
    const [drawn = 0] = longest === undefined ? drawnLengthsAt(here, known.places) : [];
    if (longest !== undefined || drawn > 0) {
      into.push(longest ?? here.slice(0, drawn));
      at += longest?.length ?? drawn;
    } else if (at === 0) {
      const quoted = quotedAt(here);
      const [word = ""] = /^[^\s,]+/.exec(here) ?? [];
      const place = quoted?.inside.trim() ?? trimPunctuation(word);
      if (place === "") return 0;
      // A card shows "`prod, eu-west-1, id ab12cd3/ef45gh6`" in one code span.
      const inside: string[] = [];
      const isOne = quoted === undefined || placesAt(place, known, inside) < place.length;
      into.push(...(isOne ? [place] : inside));
      return quoted === undefined ? place.length : here.length - quoted.after.length;
    } else return at;
    const id = /^\s*\(([^()]+)\)/.exec(text.slice(at));
    const inId = known.places.find((place) => place.toLowerCase() === id?.[1]?.trim().toLowerCase());
    if (id !== null && inId !== undefined) {
      into.push(inId);
      at += id[0].length;
    }
    const next = /^(?:\s*,\s*|\/)/.exec(text.slice(at));
    const follows = next === null ? "" : text.slice(at + next[0].length);
    const isPlace =
      known.places.some((place) => beginsWith(follows, place, endOfPlace)) ||
      drawnLengthsAt(follows, known.places).length > 0;
    if (next === null || !isPlace) return at;
    at += next[0].length;
  }
}

export function beginsWith(text: string, name: string, ends = /^(?:\s|[,.;:!?]+(?:\s|$)|:)/): boolean {
  if (text.slice(0, name.length).toLowerCase() !== name.toLowerCase()) return false;
  const after = text.slice(name.length);
  return after === "" || ends.test(after);
}
