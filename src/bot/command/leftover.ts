/** Interprets words that fit nowhere in a command, or not where they are. Pure. */

import { sameLetters } from "../../handlers/names/names.ts";
import { placesOf, type Target } from "../../handlers/names/targets.ts";
import {
  isNegation,
  type Known,
  spelledOut,
  trimPunctuation,
  type Words,
  withoutDryRun,
  withoutShortcodes,
} from "./grammar.ts";
import { isVerb, type Named, ownVerbs } from "./parse-command.ts";
import { namesOf } from "./resolve-target.ts";
import { isPlaceOfAws, isVersion } from "./stand-in.ts";

const connectives =
  /^(?:(?:and|or|then|also|plus|in|on|at|to|into|for|from|within|just|only|now|because|the|und|oder|dann|actually|instead|rather|no|wait|sorry|please|pls|plz|bitte|asap|immediately|quick(?:ly)?|fast|urgent(?:ly)?|right|again|already|thanks|thx|cc)[,.;:!?]*|[&+/,@–—-]+)(?:\s+|$)/i;

/** Removes words that only connect: "and staging", "then rollback". */
export function stripConnectives(text: string): string {
  let rest = text
    .replace(/[()[\]{}]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  while (connectives.test(rest)) rest = rest.replace(connectives, "");
  return trimPunctuation(rest.replace(/^@/, ""));
}

/** A verb at the beginning of the rest: "continue x then rollback". */
export function secondVerbIn(text: string): string | undefined {
  const [word = ""] = stripConnectives(text).split(" ");
  return isVerb(word) ? word : undefined;
}

/** True if one of `things` is negated: "not in prod", "except shop". */
export function isNegated(text: string, things: readonly string[]): boolean {
  const words = spelledOut(text)
    .toLowerCase()
    .replace(/[()[\]{}]/g, " ")
    .split(/\s+/);
  /** Indexes of the words after a negation, with only connecting words in between. */
  const starts = new Set<number>();
  let isBehind = false;
  let at = 1;
  for (const word of words) {
    if (isBehind) starts.add(at).add(word.startsWith("@") ? at + 1 : at);
    isBehind = isNegation(word) || (isBehind && stripConnectives(word) === "");
    at += word.length + 1;
  }
  const said = ` ${words.join(" ")} `;
  return things.some((thing) => thing !== "" && placeIn(said, thing.toLowerCase(), starts) !== -1);
}

/** The names and ARNs in a text; none is matched within another. */
export function namesIn(text: string, names: readonly string[]): readonly string[] {
  let rest = ` ${text.toLowerCase()} `;
  const arns = [...text.matchAll(/(?<![^\s,;("'“”`])arn:[^\s,;)"'“”`]*[^\s,;)"'“”`.:!?]/gi)].map(
    ([arn]) => arn,
  );
  const found = [...names, ...arns]
    .filter((name) => name !== "")
    .toSorted((a, b) => b.length - a.length)
    .filter((name) => {
      const at = placeIn(rest, name.toLowerCase());
      if (at === -1) return false;
      rest = `${rest.slice(0, at)} \0 ${rest.slice(at + name.length)}`;
      return true;
    });
  const wanted = text.toLowerCase();
  return found.toSorted((a, b) => wanted.indexOf(a.toLowerCase()) - wanted.indexOf(b.toLowerCase()));
}

const endOfName = /[\s,;&+)"'“”`]|[.:!?]+(?:\s|$)/y;

/**
 * Index of `name` as a whole word in `text`, or -1. `starts`: the only indexes where it may begin; without it, after
 * whitespace or punctuation.
 */
function placeIn(text: string, name: string, starts?: ReadonlySet<number>): number {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const isStart = starts === undefined ? /[\s,;&+("'“”`]/.test(text[at - 1] ?? "") : starts.has(at);
    endOfName.lastIndex = at + name.length;
    if (isStart && endOfName.test(text)) return at;
  }
  return -1;
}

/** True for a reason that may be meant as a place, as another name, as a version, or as another command. */
export function isElsewhere(reason: string, target: Target, { names, places }: Known): boolean {
  const said = reason
    .replace(/["'`“”„‘’«»]/g, "")
    .replace(/(?<![\s,.;:!?)])[\s,.;:!?)]+$/, "")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
  // "x:2.19.0 because slow"
  const [first = said] = said.split(/\s+because\b/, 1);
  if (isVersion(first) || isPlaceOfAws(stripConnectives(said)) || ownVerbs.includes(said)) return true;
  const own = namesOf(target);
  const bare = stripConnectives(said).replace(/ (?:too|also|as well)$/, "");
  if (
    [...places, ...names.filter((name) => !own.some((it) => sameLetters(it, name)))].some((it) =>
      sameLetters(it, bare),
    )
  )
    return true;
  const here = placesOf(target);
  return places.some((place) => {
    const there = `in ${place.toLowerCase()}`;
    const isSaid =
      said.endsWith(` ${there}`) || (said.startsWith(there) && !/[\w-]/.test(said[there.length] ?? ""));
    return isSaid && !here.some((it) => sameLetters(it, place));
  });
}

/** Takes the leftover words as the reason, unless they are an option, a version or a direction. */
export function withReason({ kind }: Named, words: Words, leftover: readonly string[]): Words {
  const isOption =
    leftover.some((word) => /^[-–—]/.test(word)) || /^(?:to|from|with|using|cc)\b/i.test(leftover[0] ?? "");
  const isReason =
    kind === "ask" && words.reason === undefined && !isOption && !isVersion(leftover.join(" "));
  const reason = withoutDryRun(leftover.join(" ")).replace(/^[\s,;|=>#.…/]+/, "");
  const saysSomething = /[\p{L}\p{N}]/u.test(stripConnectives(withoutShortcodes(reason)));
  return isReason && saysSomething ? { ...words, reason } : words;
}
