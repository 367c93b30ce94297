/** What somebody typed after the command. Pure. The grammar stands in docs/commands.md. */

import type { Action } from "../../handlers/deployment.ts";
import { sameLetters, tidied } from "../../handlers/names/names.ts";
import { closest, nearest, slips } from "../../handlers/names/near.ts";
import type { StrategyAsk } from "../card/strategy/value.ts";
import {
  type Known,
  listWords,
  nothingKnown,
  readWords,
  unescaped,
  type Words,
  withoutMarksBehind,
} from "./grammar.ts";
import { isNarrowing } from "./narrow.ts";

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
export type Verb = (typeof verbs)[number];
type AskVerb = Extract<Verb, Action>;

/** Other words for a verb that mean nothing else. */
const synonyms: Readonly<Record<string, Verb>> = {
  ...{ approve: "continue", go: "continue", promote: "continue", proceed: "continue", resume: "continue" },
  ...{ status: "show", info: "show", describe: "show", ls: "list", "?": "help" },
};

/** Words that mean one of several actions: whichever the deployment offers. Where it offers more, people are asked. */
const vague: Readonly<Record<string, readonly [AskVerb, ...AskVerb[]]>> = {
  abort: ["cancel", "rollback"],
  stop: ["cancel", "rollback"],
  reject: ["cancel", "rollback"],
  deny: ["cancel", "rollback"],
  undo: ["rollback", "cancel", "revert"],
};

/** What may be typed for a verb. */
export const otherVerbs: readonly string[] = [...Object.keys(synonyms), ...Object.keys(vague)];

export type Parsed = Command | { readonly kind: "strategy"; readonly ask: StrategyAsk };

/** `others`: further ways to read the same text, where one known name begins another. */
type Said = Words & { readonly others?: readonly Words[] };

export type Named =
  | (Said & { readonly kind: "show" | "withdraw" })
  | (Said & {
      readonly kind: "ask";
      readonly action: AskVerb;
      /** Further actions that the word may mean. */
      readonly orActions?: readonly AskVerb[];
    });

export type Command =
  /** `words` narrow the list, or ask for help on one verb. */
  | { readonly kind: "list" | "help"; readonly words?: readonly string[] }
  | Named
  /** The verb is known and says nothing without a name. */
  | { readonly kind: "no-name"; readonly verb: string }
  | { readonly kind: "nonsense"; readonly said: string; readonly rest: string; readonly near?: string };

export function parseCommand(text: string, known: Known = nothingKnown): Parsed {
  const typed = spelledVerbs(tidied(unescaped(text)), "^").replace(helpFlag, "help");
  if (typed === "") return { kind: "list" };
  const [word, rest] = split(typed);
  const said = verbWord(word);
  const meant = Object.hasOwn(vague, said) ? vague[said] : undefined;
  const verb = verbOf(said);
  if (verb === undefined) {
    const near = slipOf(said, verbs) ?? slipOf(said, otherVerbs);
    // "no continue x" is not a slip of "show".
    const isSlip = near !== undefined && (near === "strategy" || !isVerb(split(rest)[0]));
    return { kind: "nonsense", said: word, rest, ...(isSlip ? { near } : {}) };
  }
  if (helpFlag.test(rest) && !isNamed(rest, known)) return withWords("help", [said]);
  if (verb === "list") return withWords(verb, listWords(rest, known));
  if (verb === "help") return withWords(verb, rest.split(/[\s,]+/));
  if (verb === "strategy") return { kind: "strategy", ask: parseStrategy(rest) };
  const [first = { name: "" }, ...more] = readWords(rest, known);
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

/** Verbs of two words as one; `where`: at the beginning alone, or behind any space. */
export function spelledVerbs(text: string, where: "^" | "(?<!\\S)"): string {
  return text
    .replace(new RegExp(`${where}roll[\\s-]+back(?!\\S)`, "gi"), "rollback")
    .replace(new RegExp(`${where}terminate(?:[\\s-]+old)?(?!\\S)`, "gi"), "terminate-old");
}

/** As programs in a terminal are asked. */
const helpFlag = /^[-–—]{1,2}h(?:elp)?$/i;

/** A verb with what stands behind it: "list?" and "rollback:". An action with a question mark is none. */
function verbWord(word: string): string {
  const said = word.toLowerCase();
  const bare = withoutMarksBehind(said) || said.slice(0, 1);
  const readsOnly = ["list", "show", "help"].includes(verbOf(bare) ?? "");
  return said.includes("?") && !readsOnly ? said : bare;
}

/** What was begun, or differs by a slip. */
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

/** True for a word that begins a command. */
export function isVerb(word: string): boolean {
  return verbOf(withoutMarksBehind(word).toLowerCase()) !== undefined;
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
 * What stands behind `strategy`: a verb, or a name to show. A word that differs from a verb by a slip is asked back,
 * unless a strategy is called so.
 * A strategy's name may hold spaces, and nothing can stand behind it.
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

/** A name that is all of the text, with its quotes taken off. */
function bareName(text: string): string {
  const name = /^["'`“”„‘’«»]([^"'`“”„‘’«»]*)["'`“”„‘’«»](@\S+| in \S+)?$/.exec(text.trim());
  return name === null ? text.trim() : `${(name[1] ?? "").trim()}${name[2] ?? ""}`;
}

function split(text: string): readonly [string, string] {
  const at = text.search(/\s/);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at).trim()];
}
