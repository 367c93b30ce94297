/** Shortens names so that no two of them look alike. Pure. */

import { lettersOf } from "./names.ts";
import { isMadeOf } from "./pieces.ts";

/** Replaces the removed part. */
const cutMark = "…";

/**
 * Shortens `name` to at most `atMost` code points. Without siblings it keeps both ends. With siblings it first cuts
 * their common prefix, then tries other cuts, and returns the first result that no sibling could have been cut to. If
 * there is none, it appends a checksum where there is room.
 */
export function shorten(name: string, atMost: number, siblings: readonly string[] = []): string {
  const points = Array.from(name);
  if (points.length <= atMost) return name;
  const others = siblings.filter((other) => other !== name);
  for (const cut of cuts(points, atMost, others)) if (!others.some((other) => fits(cut, other))) return cut;
  // For example a long run of one character: no part of it distinguishes it from a longer run.
  const sum = checksum(name);
  return atMost > sum.length + 2 ? `${cutMiddle(name, atMost - sum.length)}${sum}` : cutMiddle(name, atMost);
}

/** 60% head, 40% tail. Counted in code points, so no character is split. */
export function cutMiddle(text: string, atMost: number): string {
  const points = Array.from(text);
  if (points.length <= atMost) return text;
  const head = Math.ceil((atMost - 1) * 0.6);
  const tail = atMost - 1 - head;
  return [...points.slice(0, head), cutMark, ...points.slice(points.length - tail)].join("");
}

/** The best cut first. */
function* cuts(points: readonly string[], atMost: number, others: readonly string[]): Generator<string> {
  const name = points.join("");
  const from = sharedStart(points, others);
  if (from > 0) yield withoutShared(points, from, atMost);
  yield cutMiddle(name, atMost);
  const ends = Math.floor((atMost - 2) / 4);
  const inside = atMost - 2 - 2 * ends;
  for (let at = ends + 1; at + inside + ends < points.length; at += 1)
    yield [
      ...points.slice(0, ends),
      cutMark,
      ...points.slice(at, at + inside),
      cutMark,
      ...points.slice(points.length - ends),
    ].join("");
}

/** Keeps the part between the shared prefix and a random suffix, and as much of the others as there is room for. */
function withoutShared(points: readonly string[], from: number, atMost: number): string {
  const to = suffixStart(points);
  const core = points.slice(from, to);
  const suffix = points.slice(to);
  const left = atMost - 1 - core.length;
  if (left < 1) return `${cutMark}${cutMiddle([...core, ...suffix].join(""), atMost - 1)}`;
  if (suffix.length <= left)
    return [...points.slice(0, left - suffix.length), cutMark, ...core, ...suffix].join("");
  const tail = Math.floor((left - 1) * 0.4);
  // Fewer than three letters of the end say nothing.
  const kept = tail < 3 ? 0 : tail;
  const head = points.slice(0, left - 1 - kept);
  if (head.length >= from)
    return [...points.slice(0, atMost - 1 - kept), cutMark, ...points.slice(points.length - kept)].join("");
  return [...head, cutMark, ...core, cutMark, ...points.slice(points.length - kept)].join("");
}

/** Index of the first word that not all relatives share. Relatives are siblings that begin with the same word. */
function sharedStart(points: readonly string[], others: readonly string[]): number {
  const lengths = others.map((other) => sharedLength(points, Array.from(other)));
  const starts = lengths.map((length) => wordStart(points, length)).filter((start) => start > 0);
  return starts.length === 0 ? 0 : Math.min(...starts);
}

function sharedLength(points: readonly string[], other: readonly string[]): number {
  const length = points.findIndex((point, index) => point !== other[index]);
  return length === -1 ? points.length : length;
}

function wordStart(points: readonly string[], at: number): number {
  return points.slice(0, at).findLastIndex((point) => /[-_./ @:]/.test(point)) + 1;
}

/** CloudFormation appends `-1A2B3C4D5E6F` to names. */
function suffixStart(points: readonly string[]): number {
  const suffix = /[-_](?=[A-Z]*\d)[A-Z0-9]{8,}$/.exec(points.join(""))?.[0] ?? "";
  return points.length - suffix.length;
}

/** True if a name could have been cut to this. */
function fits(cut: string, name: string): boolean {
  return isMadeOf(cut.split(cutMark), name);
}

/** True if `shorten` could have returned `cut` for the name, ignoring case. */
export function isCutOf(cut: string, name: string): boolean {
  const [drawn, whole] = [lettersOf(cut), lettersOf(name)];
  if (fits(drawn, whole)) return true;
  const sum = checksum(name);
  return drawn.endsWith(sum) && fits(drawn.slice(0, -sum.length), whole);
}

/** FNV-1a of the whole name: `#k3f9x`. */
function checksum(name: string): string {
  let hash = 0x811c9dc5;
  for (const point of name) hash = Math.imul(hash ^ (point.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `#${(hash % 36 ** 5).toString(36).padStart(5, "0")}`;
}
