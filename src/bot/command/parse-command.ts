/** Parses the text of a command. Pure. docs/commands.md has the grammar. */

import { type Action, actions } from "../../handlers/deployment.ts";
import { sameLetters, tidied } from "../../handlers/names/names.ts";
import { closest, nearest, slips } from "../../handlers/names/similar.ts";
import type { StrategyAsk } from "../card/strategy/value.ts";
import {
  beginsWith,
  type Known,
  listWords,
  nothingKnown,
  parseWords,
  trimPunctuation,
  type Words,
} from "./grammar.ts";
import { isNarrowing } from "./narrow.ts";
import { unescaped } from "./quotes.ts";

export const verbs = [
  "list",
  "show",
  "continue",
  "rollback",
  "cancel",
  "terminate-old",
  "revert",
  "withdraw",
  "strategy",
  "help",
] as const;
type Verb = (typeof verbs)[number];
type AskVerb = Extract<Verb, Action>;

/** Synonyms that mean one verb only. */
const synonyms: Readonly<Record<string, Verb>> = {
  ...{ approve: "continue", go: "continue", promote: "continue", proceed: "continue", resume: "continue" },
  ...{ status: "show", info: "show", describe: "show", ls: "list", "?": "help" },
  strategies: "strategy",
};

/**
 * Words for several actions: the one that the deployment offers is meant. If it offers more than one, people are asked.
 */
const vague: Readonly<Record<string, readonly [AskVerb, ...AskVerb[]]>> = {
  abort: ["cancel", "rollback"],
  stop: ["cancel", "rollback"],
  reject: ["cancel", "rollback"],
  deny: ["cancel", "rollback"],
  undo: ["rollback", "cancel", "revert"],
};

/** A reason that is only one of these is asked back. "Go" is a reason. */
export const ownVerbs: readonly string[] = [...verbs, ...Object.keys(vague)];

export const otherVerbs: readonly string[] = [...Object.keys(synonyms), ...Object.keys(vague)];

export type Parsed = Command | { readonly kind: "strategy"; readonly ask: StrategyAsk };

/** `others`: further readings of the same text, if one known name begins with another. */
type Said = Words & { readonly others?: readonly Words[] };

export type Named =
  | (Said & { readonly kind: "show" | "withdraw" })
  | (Said & {
      readonly kind: "ask";
      readonly action: AskVerb;
      /** Further actions that the verb may mean. */
      readonly orActions?: readonly AskVerb[];
    });

export type Command =
  /** `words` filter the list, or ask for help on one verb. */
  | { readonly kind: "list" | "help"; readonly words?: readonly string[] }
  | Named
  /** A known verb without the name that it needs. */
  | { readonly kind: "no-name"; readonly verb: string }
  | { readonly kind: "nonsense"; readonly said: string; readonly rest: string; readonly near?: string };

export function parseCommand(text: string, known: Known = nothingKnown): Parsed {
  const isName = (words: string): boolean => known.names.some((it) => it !== "" && beginsWith(words, it));
  const typed = spelledVerbs(tidied(asOneLine(unescaped(text, isName))), "^").replace(helpFlag, "help");
  if (typed === "") return { kind: "list" };
  const [word, rest] = split(typed);
  const said = verbWord(word);
  const meant = Object.hasOwn(vague, said) ? vague[said] : undefined;
  const isOfVote = ["rollback", "cancel", "revert"].includes(verbOf(said) ?? "") && ownVote.test(rest);
  const verb = isOfVote && !isName(rest) ? "withdraw" : verbOf(said);
  if (verb === undefined) {
    const near = slipOf(said, verbs) ?? slipOf(said, otherVerbs);
    // The "no" of "no continue x" is not a typo of "show".
    const isSlip = near !== undefined && (near === "strategy" || !isVerb(split(rest)[0]));
    return { kind: "nonsense", said: word, rest, ...(isSlip ? { near } : {}) };
  }
  if (helpFlag.test(rest) && !isNamed(rest, known)) return withWords("help", [said]);
  if (verb === "list") return withWords(verb, listWords(rest, known));
  if (verb === "help") return withWords(verb, rest.split(/[\s,]+/));
  if (verb === "strategy") return { kind: "strategy", ask: parseStrategy(rest) };
  const [first = { name: "" }, ...more] = parseWords(rest, known);
  if (said === "status" && rest === "") return { kind: "list" };
  if (verb === "show" && first.name !== "" && !isNamed(first.name, known)) {
    const narrowing = listWords(rest, known);
    if (narrowing.every((it) => isNarrowing(it, known))) return withWords("list", narrowing);
  }
  if (first.name === "") return { kind: "no-name", verb: said };
  const others = more.length === 0 ? {} : { others: more };
  if (verb === "show" || verb === "withdraw") return { kind: verb, ...first, ...others };
  const orActions = meant === undefined ? {} : { orActions: meant.slice(1) };
  return { kind: "ask", action: verb, ...first, ...others, ...orActions };
}

/** A line with a verb at its beginning may be a command of its own: a space alone would join it to the line before. */
function asOneLine(text: string): string {
  const [first = "", ...lines] = text.trim().split(/[\r\n]+/);
  const joined = lines.map((line) => {
    const words = spelledVerbs(line.trim(), anywhere).split(/\s+/, 3);
    return `${words.some((word) => isVerb(word) || isMistypedVerb(word)) ? "," : ""} ${line}`;
  });
  return [first, ...joined].join("");
}

/** Where a verb of two words may stand. */
export const anywhere = "(?<![\\w-])";

/** "Cancel my vote" takes a vote back, and cancels no deployment. */
const ownVote = /^(?:(?:my|our)\s+votes?|votes?\s+(?:for|on|to|of))(?=\s|$)/i;

/** Joins verbs of two words; `where`: only at the beginning, or anywhere. */
export function spelledVerbs(text: string, where: "^" | typeof anywhere): string {
  return text
    .replace(new RegExp(`${where}roll[\\s-]+back(?![\\w-])`, "gi"), "rollback")
    .replace(new RegExp(`${where}terminate(?:[\\s-]+old)?(?![\\w-])`, "gi"), "terminate-old");
}

/** The help flag, as in a terminal. */
const helpFlag = /^[-–—]{1,2}h(?:elp)?$/i;

/** The verb without punctuation after it: "list?", "rollback:". An action with a question mark is not a verb. */
function verbWord(word: string): string {
  const said = word.toLowerCase();
  const bare = trimPunctuation(said) || said.slice(0, 1);
  const readsOnly = ["list", "show", "help"].includes(verbOf(bare) ?? "");
  return said.includes("?") && !readsOnly ? said : bare;
}

/** The word that `said` is the beginning of, or a typo of. */
function slipOf(said: string, words: readonly string[]): string | undefined {
  const distanceOf = (word: string) => (said.length > 1 && word.startsWith(said) ? 0 : slips(said, word));
  return closest(words, 3, distanceOf)[0];
}

function verbOf(said: string): Verb | undefined {
  return (
    verbs.find((it) => it === said) ??
    (Object.hasOwn(synonyms, said) ? synonyms[said] : undefined) ??
    (Object.hasOwn(vague, said) ? vague[said]?.[0] : undefined)
  );
}

/** True for a verb or a synonym of one. */
export function isVerb(word: string): boolean {
  return verbOf(trimPunctuation(word).toLowerCase()) !== undefined;
}

/** True for a typo of a longer verb. "cancels" and "approved" are other words, and so may be a typo of a short verb. */
export function isMistypedVerb(word: string): boolean {
  const said = word.toLowerCase();
  return [...verbs, ...otherVerbs].some(
    (verb) => verb.length > 5 && !said.startsWith(verb) && slips(said, verb) === 1,
  );
}

/** The actions that a verb of `ownVerbs` may mean; none for a verb that does something else. */
export function actionsOf(verb: string): readonly string[] {
  return Object.hasOwn(vague, verb) ? (vague[verb] ?? []) : actions.filter((it) => it === verb);
}

function isNamed(name: string, { names }: Known): boolean {
  return names.some((it) => sameLetters(it, name));
}

function withWords(kind: "list" | "help", all: readonly string[]): Command {
  const words = all.filter((word) => word !== "");
  return words.length === 0 ? { kind } : { kind, words };
}

const strategyVerbs = ["list", "show", "edit"] as const;

/**
 * Parses the text after `strategy`: a verb, or a name to show. A word that may be a mistyped verb is asked back, unless
 * a strategy has that name. A strategy's name may contain spaces, and nothing can follow it.
 */
function parseStrategy(text: string): StrategyAsk {
  if (text === "") return { verb: "list" };
  const [word, rest] = split(text);
  const said = word.toLowerCase();
  const verb = strategyVerbs.find((known) => known === said);
  if (verb === "list")
    return rest === ""
      ? { verb }
      : { verb: "unclear", said: text, meant: `show ${bareName(rest)}`, name: bareName(text) };
  if (verb === undefined) {
    const near = rest === "" || /^in\s/i.test(rest) ? undefined : nearest(said, strategyVerbs)[0];
    if (near !== undefined)
      return { verb: "unclear", said: text, meant: `${near} ${rest}`, name: bareName(text) };
    return { verb: "show", name: bareName(text) };
  }
  const name = bareName(rest);
  return name === "" ? { verb: "unclear", said, meant: `${verb} <name>` } : { verb, name };
}

/** The whole text as a name, without its quotes. */
function bareName(text: string): string {
  const name = /^["'`“”„‘’«»]([^"'`“”„‘’«»]*)["'`“”„‘’«»](@\S+| in \S+)?$/.exec(text.trim());
  return name === null ? text.trim() : `${(name[1] ?? "").trim()}${name[2] ?? ""}`;
}

function split(text: string): readonly [string, string] {
  const at = text.search(/\s/);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at).trim()];
}
