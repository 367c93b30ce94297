/** Names as they were drawn, possibly cut, and come back in a command. Pure. */

import { lettersOf, visible } from "./names.ts";
import { isCutOf } from "./shorten.ts";

/** What stands on a card or in a notification for what would format, mention or link there. */
const drawnFor: Readonly<Record<string, string>> = {
  ...{ "‹": "<", "›": ">", "＆": "&", "＠": "@", "∗": "*", "∼": "~", "∶": ":", "∕": "/", ˍ: "_" },
};
const looksDrawn = /[…‹›＆＠∗∼∶∕ˍ␣]|\\u[0-9a-f]{4}/i;

/** The shortest name that is drawn cut. What is shorter somebody typed. */
const cutAtLeast = 12;

/** True for a text that may stand for another name: pieces are cut out of it, or it holds what is drawn for other characters. */
export function isDrawn(text: string): boolean {
  return looksDrawn.test(text);
}

/** True where a card, a list, a button or a notification draws the name like this. */
export function isDrawnAs(drawn: string, name: string): boolean {
  const text = lettersOf(undrawn(drawn));
  const whole = visible(name);
  const letters = lettersOf(whole);
  if (!text.includes("…")) return text === letters;
  const isNoLonger = Array.from(text).length <= Array.from(letters).length;
  return isNoLonger && Array.from(drawn).length >= cutAtLeast && isCutOf(text, whole);
}

function undrawn(text: string): string {
  return text.replace(/[‹›＆＠∗∼∶∕ˍ]/g, (it) => drawnFor[it] ?? it);
}

/** How far a drawn name reaches at the beginning of a text, the longest first. */
export function drawnLengthsAt(text: string, names: readonly string[]): readonly number[] {
  const before = text.slice(0, longestDrawn);
  const first = before.search(looksDrawn);
  if (first === -1) return [];
  // Text that only looks drawn further back is far more common than a drawn name.
  const start = lettersOf(before.slice(0, first));
  const possible = names.filter((name) => lettersOf(visible(name)).startsWith(start));
  if (possible.length === 0) return [];
  const ends = [...before.matchAll(/(?=[\s,.;:!?/(]|$)/g)].map(({ index }) => index);
  return ends
    .filter((end) => {
      const drawn = before.slice(0, end);
      return isDrawn(drawn) && possible.some((name) => isDrawnAs(drawn, name));
    })
    .toReversed();
}

/** No surface shows more of a name; whatever stands for a character is at most six long. */
const longestDrawn = 600;
