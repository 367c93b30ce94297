/** Words used where a name, a place or a reason was expected, but are none. Pure. */

import { lettersOf, sameLetters } from "../../handlers/names/names.ts";
import { type Known, trimPunctuation, type Words } from "./grammar.ts";

const standIn =
  /^(?:it|this|that|these|those|one|ones|last|latest|newest|first|previous|current|mine|in|to|from|of|my|the|vote|deployment|#?\d{1,2})$/i;
const everything = /^(?:all|both|everything|every|each|them|any|anything|\*)$/i;
const filler =
  /^(?:the|a|an|my|our|me|this|that|of|on|for|service|deployment|deploy|application|app|please|pls|plz|bitte|just|[•·*>-]|\d{1,2}[.)]?)$/i;
const placeFiller = /^(?:the|our|account|region|cluster|group|environment|env|instance|aws)$/i;

/** True for a word used instead of a name: "it", "last". */
export function isStandIn(name: string): boolean {
  return standIn.test(name);
}

export function isEverything(name: string): boolean {
  return everything.test(name);
}

/** Skips words before the name that name nothing: "the checkout", "1. `checkout-api`". */
export function wordsAfterFiller(
  { name, leftover = [], reason, ...rest }: Words,
  { names }: Known,
): Words | undefined {
  // A quoted name was parsed as the reason.
  if (reason !== undefined && filler.test(name) && names.some((it) => sameLetters(it, reason)))
    return { ...rest, name: reason };
  const next = firstAfter([name, ...leftover], filler);
  return next === undefined
    ? undefined
    : { ...rest, name: next, ...(reason === undefined ? {} : { reason }) };
}

/** No name has more words than this, and every beginning of the text is tried. */
const wordsAtMost = 12;

/** The known name that was typed with other separators between its words: "checkout api". */
export function nameInWords(said: readonly string[], { names }: Known): string | undefined {
  for (let count = Math.min(said.length, wordsAtMost); count > 1; count -= 1) {
    const bare = withoutSeparators(said.slice(0, count).join(""));
    const name = names.find((it) => withoutSeparators(it) === bare);
    if (name !== undefined) return name;
  }
  return undefined;
}

function withoutSeparators(name: string): string {
  return lettersOf(name).replace(/[\s./_–—-]+/g, "");
}

const region = /^[a-z]{2}(?:-[a-z]+)+-\d$/i;

export function isRegion(text: string): boolean {
  return region.test(text);
}

/** True for a region or an account id, known or not: nobody gives one as a reason. */
export function isPlaceOfAws(text: string): boolean {
  return isRegion(text) || /^\d{12}$/.test(text);
}

/** The place in "in the prod account". */
export function placeAfterFiller(said: readonly string[], { places }: Known): string | undefined {
  const next = firstAfter(said, placeFiller)?.toLowerCase();
  return places.find((it) => it.toLowerCase() === next);
}

const release = "(?:version|revision|release|build)";
const which = "(?:latest|stable|previous)";
const version = new RegExp(
  String.raw`^(?:(?:back )?to )?(?:the )?(?:(?:${release} )?(?:v?\d+(?:\.\d+)+(?:[-+.]\w+)*|v\d+|${which})|${which} ${release}|${release} #?\d+)[.!?]*$|^(?:(?:back )?to )?#?\d{1,6}[.!?]*$`,
  "i",
);

/**
 * True for "2.19.0", "latest" and "to version 41": the person may want to deploy that version, which no command does.
 */
export function isVersion(text: string): boolean {
  return version.test(text.trim());
}

/** The word after the first ones, if those match. */
function firstAfter(words: readonly string[], some: RegExp): string | undefined {
  const at = words.findIndex((word) => !some.test(word));
  const word = words[at];
  return at < 1 || word === undefined ? undefined : trimPunctuation(word);
}
