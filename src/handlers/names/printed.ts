/** Names as they were drawn, possibly cut, and come back in a command. Pure. */

import { visible } from "./names.ts";
import { isCutOf } from "./shorten.ts";

/** What stands on a card or in a notification for what would format, mention or link there. */
const drawnFor: Readonly<Record<string, string>> = {
  ...{ "‹": "<", "›": ">", "＆": "&", "＠": "@", "∗": "*", "∼": "~", "∶": ":", "∕": "/", ˍ: "_" },
};
const looksDrawn = /[…‹›＆＠∗∼∶∕ˍ␣]|\\u[0-9a-f]{4}/;

/** The shortest name that is drawn cut. What is shorter somebody typed. */
const cutAtLeast = 12;

/** True for a text that no name has to be: pieces are cut out of it, or it holds what stands for other characters. */
export function isDrawn(text: string): boolean {
  return looksDrawn.test(text);
}

/** True where a card, a list, a button or a notification draws the name like this. */
export function isDrawnAs(drawn: string, name: string): boolean {
  const text = drawn.replace(/[‹›＆＠∗∼∶∕ˍ]/g, (it) => drawnFor[it] ?? it);
  const whole = visible(name);
  if (!text.includes("…")) return text === whole;
  const { length } = Array.from(text);
  return length >= cutAtLeast && length < Array.from(whole).length && isCutOf(text, whole);
}

/** How far a drawn name reaches at the beginning of a text, the longest first. */
export function drawnLengthsAt(text: string, names: readonly string[]): readonly number[] {
  const before = text.slice(0, longestDrawn);
  if (!isDrawn(before)) return [];
  const ends = [...before.matchAll(/(?=[\s,.;:!?/(]|$)/g)].map(({ index }) => index);
  return ends
    .filter((end) => {
      const drawn = before.slice(0, end);
      return isDrawn(drawn) && names.some((name) => isDrawnAs(drawn, name));
    })
    .toReversed();
}

/** No surface shows more of a name; whatever stands for a character is at most six long. */
const longestDrawn = 600;
