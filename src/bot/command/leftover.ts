/** Interprets words that fit nowhere in a command, or not where they are. Pure. */

import { sameLetters } from "../../handlers/names/names.ts";
import { placesOf, type Target } from "../../handlers/names/targets.ts";
import { reasonModal } from "../card/private/modal.ts";
import { isId } from "./arn.ts";
import {
  beginsWith,
  isNegation,
  type Known,
  spelledOut,
  trimPunctuation,
  type Words,
  withoutDryRun,
  withoutShortcodes,
} from "./grammar.ts";
import {
  actionsOf,
  anywhere,
  isMistypedVerb,
  isVerb,
  type Named,
  ownVerbs,
  spelledVerbs,
  verbs,
} from "./parse-command.ts";
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

/** The ARNs and console URLs in a text. */
export function idsIn(text: string): readonly string[] {
  return [...text.matchAll(idInText)].map(([id]) => id).filter((id) => isId(id));
}

/** The names, ARNs and console URLs in a text; none is matched within another. */
export function namesIn(text: string, names: readonly string[]): readonly string[] {
  let rest = ` ${text.toLowerCase()} `;
  const found = [...names, ...idsIn(text)]
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

const idInText = /(?<![^\s,;("'“”`<])(?:arn:|https?:\/\/)[^\s,;)"'“”`>]*[^\s,;)"'“”`>.:!?]/gi;

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

const marks = "[\\s\\p{P}\\p{S}]+";
const consents =
  "ok|okay|yes|well|oh|h+m+|u[hm]+|(?:(?:it|that|all|this) )?(?:looks?|sounds?|is|are)? ?(?:fine|good|great)|lgtm|approved|agreed";
const consent = new RegExp(`^(?:${marks})?(?:(?:${consents})(?=[\\s,;:.!…]|$)(?:${marks})?)+`, "iu");

/** Removes words of consent at the beginning: "ok, looks good". */
export function withoutConsent(text: string): string {
  return text.replace(consent, "");
}

const mark = "[,;.:!?…()[\\]{}|•·–—&+>→⇒\\p{So}]|(?<=^|\\s)-+(?=\\s)";
const joint = `(?:${consents}|and|then|also|plus|but|or|so|next|now|just|first|finally|please|pls|plz|bitte|und|dann|after that|afterwards|(?:can|could|would|will) you|you (?:can|should)|let['’]?s|instead|rather|actually|immediately|quickly|\\/[\\w-]*)(?=[\\s,;.:!?…])`;
const startOfClause = new RegExp(`(?:^|${mark}|(?<=\\s)${joint})(?:\\s|${mark}|${joint})*`, "giu");
const marksBefore = /^[\s,:"“”„'‘’`*_]+/;
const wordsBefore =
  /^(?:[\s,:"“”„'‘’`*_]|(?:the|my|our|both|all|also|please|vote for|service|app|application|deployments?)(?=\s))+/i;
const endOfThing = /^[\s,;.:!?…)"'“”‘’`*_]/;
const wordOf = /^[^\s,;.:!?…)]*/;
/** Nothing else follows in the clause: "rollback", "cancel that too". */
const alone =
  /^(?:[\s,]+(?:it|this|that|these|those|them|all|both|everything|too|also|as well|again|now|please|pls|plz|instead|first|asap|immediately)\b)*[\s,]*(?:[;.!?…)]|$)/i;
const pronoun = /^\s(?:it|them|everything)\b/i;
const rollItBack = /(?<!\S)roll((?:\s+\S+){1,4}?)\s+back(?![\w-])/gi;
/** What a name and the verb behind it have at most. */
const wordsAtMost = 12;

const readsOnly: readonly string[] = ["list", "show", "strategy", "help"];
const back: readonly string[] = ["rollback", "cancel", "revert"];

/**
 * True for a reason with another request in it: a clause with a verb and a known name or place, or one with another
 * action alone ("then rollback it").
 */
export function holdsRequest(
  reason: string,
  { action }: Extract<Named, { readonly kind: "ask" }>,
  { names, places }: Known,
): boolean {
  // A longer one is refused.
  if (reason.length > reasonModal.reasonAtMost) return false;
  const text = spelledVerbs(withoutShortcodes(reason), anywhere).replace(rollItBack, "rollback$1");
  const begins = (said: string, things: readonly string[]): string | undefined =>
    things.find((thing) => thing !== "" && beginsWith(said, thing, endOfThing));
  return [...text.matchAll(startOfClause)].some(({ index, 0: { length } }) => {
    const clause = text.slice(index + length);
    const [word = ""] = wordOf.exec(clause) ?? [];
    const behind = clause.slice(word.length);
    if (isVerb(word) || isMistypedVerb(word)) {
      const objects = [marksBefore, wordsBefore].map((it) => behind.replace(it, ""));
      // "Go live" names no environment.
      const things = sameLetters(word, "go") ? names : [...names, ...places];
      const isNamed = objects.some(
        (it) => isId(/^[^\s,;)]*/.exec(it)?.[0] ?? "") || begins(it, things) !== undefined,
      );
      return isNamed || isContrary(word, action, behind);
    }
    // Names are compared last, because there may be thousands.
    const name = clause.split(/\s+/, wordsAtMost).some(isVerb) ? begins(clause, names) : undefined;
    if (name === undefined) return false;
    const verbFirst = clause.slice(name.length).replace(marksBefore, "");
    const [verb = ""] = wordOf.exec(verbFirst) ?? [];
    return isVerb(verb) && alone.test(verbFirst.slice(verb.length));
  });
}

/** Of the actions that take a version back, one may be another word for the other. */
function isContrary(word: string, action: string, behind: string): boolean {
  const verb = word.toLowerCase();
  if (!ownVerbs.includes(verb) || readsOnly.includes(verb)) return false;
  const own = actionsOf(verb);
  if (own.includes(action)) return false;
  const isAlike = back.includes(action) && own.some((it) => back.includes(it));
  // "Stop it from growing" is no request.
  const isOurs = verbs.some((it) => it === verb) && pronoun.test(behind);
  return isOurs || (!isAlike && alone.test(behind));
}

const too = / (?:too|also|as well)$/;

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
  const others = names.filter((name) => !own.some((it) => sameLetters(it, name)));
  const bareOf = (text: string): string => stripConnectives(text).replace(too, "");
  const [bare, behindConsent] = [bareOf(said), bareOf(withoutConsent(said))];
  if (
    [...places, ...others].some((it) => sameLetters(it, bare)) ||
    others.some((it) => sameLetters(it, behindConsent))
  )
    return true;
  const elsewhere = places.filter((place) => !placesOf(target).some((it) => sameLetters(it, place)));
  const ending = said.replace(too, "");
  const lastClause = bareOf(said.split(/[,;:()[\]–—|]|\.\s|\s-+\s/).at(-1) ?? "");
  return elsewhere.some((place) => {
    const there = `in ${place.toLowerCase()}`;
    const isFirst = said.startsWith(there) && !/[\w-]/.test(said[there.length] ?? "");
    return isFirst || ending.endsWith(` ${there}`) || sameLetters(lastClause, place);
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

/** Moves what the verb can't use to `leftover`. `show` may be written as a question. */
export function usable({ kind }: Named, words: Words): Words {
  if (kind === "ask") return words;
  const { reason, leftover = [], ...rest } = words;
  const said = leftover.filter((word) => kind === "withdraw" || !/^[?!.]+$/.test(word));
  const left = [...said, ...(reason === undefined ? [] : [reason])];
  return { ...rest, ...(left.length === 0 ? {} : { leftover: left }) };
}
