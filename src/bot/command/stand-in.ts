/** Words that stand where a name, a place or a reason was expected, and are none. Pure. */

import type { Known, Words } from "./grammar.ts";

const standIn =
  /^(?:it|this|that|these|those|one|ones|last|latest|newest|first|previous|current|mine|in|to|from|of|my|the|vote|deployment|#?\d{1,2})$/i;
const everything = /^(?:all|both|everything|every|each|them|any|anything|\*)$/i;
const filler = /^(?:the|a|an|my|our|me|this|that|of|on|for|service|deployment|deploy|application|app)$/i;
const placeFiller = /^(?:the|our|account|region|cluster|group|environment|env|instance|aws)$/i;

/** "it", "the last one" */
export function isStandIn(name: string): boolean {
  return standIn.test(name);
}

export function isEverything(name: string): boolean {
  return everything.test(name);
}

/** "the checkout": the same with the name that stands behind words that name nothing. */
export function wordsBehindFiller({ name, leftover = [], ...rest }: Words): Words | undefined {
  const next = behind([name, ...leftover], filler);
  return next === undefined ? undefined : { ...rest, name: next };
}

/** "in the prod account" */
export function placeBehindFiller(said: readonly string[], { places }: Known): string | undefined {
  const next = behind(said, placeFiller)?.toLowerCase();
  return places.find((it) => it.toLowerCase() === next);
}

const release = "(?:version|revision|release|build)";
const which = "(?:latest|stable|previous)";
const version = new RegExp(
  String.raw`^(?:(?:back )?to )?(?:the )?(?:(?:${release} )?(?:v?\d+(?:\.\d+)+(?:[-+.]\w+)*|v\d+|${which})|${which} ${release}|${release} #?\d+)[.!?]*$|^(?:back )?to #?\d+[.!?]*$`,
  "i",
);

/** "2.19.0", "latest" and "to version 41" may be what somebody wants to deploy, which no command chooses. */
export function isVersion(text: string): boolean {
  return version.test(text.trim());
}

function behind(words: readonly string[], some: RegExp): string | undefined {
  const at = words.findIndex((word) => !some.test(word));
  return at < 1 ? undefined : words[at]?.replace(/[:,;.!?]+$/, "");
}
