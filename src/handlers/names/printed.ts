/** Parses names that were copied from a card into a command, possibly cut. Pure. */

import { lettersOf, visible } from "./names.ts";
import { isCutOf } from "./shorten.ts";

/** The replacements for characters that would format, mention or link in Slack. */
const drawnFor: Readonly<Record<string, string>> = {
  ...{ "‹": "<", "›": ">", "＆": "&", "＠": "@", "∗": "*", "∼": "~", "∶": ":", "∕": "/", ˍ: "_" },
};
const looksDrawn = /[…‹›＆＠∗∼∶∕ˍ␣]|\\u[0-9a-f]{4}/i;

/** The shortest length of a cut name. A shorter text with an ellipsis was typed. */
const cutAtLeast = 12;

/** True for a text that was possibly copied from a card: it has a cut, or replacement characters. */
export function isDrawn(text: string): boolean {
  return looksDrawn.test(text);
}

/** True if a card, list, button or notification renders the name like this. */
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

/** The lengths at which the beginning of a text can be a rendered name, the longest first. */
export function drawnLengthsAt(text: string, names: readonly string[]): readonly number[] {
  const before = text.slice(0, longestDrawn);
  const first = before.search(looksDrawn);
  if (first === -1) return [];
  // Text that only looks rendered further on is far more common than a rendered name.
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

/** No rendered name is longer: the replacement of a character has at most six characters. */
const longestDrawn = 600;
