/** What somebody typed after `/deploy`. Pure. */

import type { Action } from "../handlers/deployment.ts";
import { cutEnd } from "./card/phrase.ts";
import { nearest } from "./near.ts";

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

/** What is asked about AppConfig's strategies. `unclear`: neither a verb nor a name stands behind the word. */
export type StrategyAsk =
  | { readonly verb: "list" }
  | { readonly verb: "show" | "edit"; readonly name: string }
  | { readonly verb: "unclear"; readonly said: string; readonly meant?: string };

export type Parsed = Command | { readonly kind: "strategy"; readonly ask: StrategyAsk };

export type Command =
  | { readonly kind: "list" | "help" }
  | { readonly kind: "show" | "withdraw"; readonly name: string }
  | { readonly kind: "ask"; readonly action: AskVerb; readonly name: string; readonly reason?: string }
  /** The verb is known and says nothing without a name. */
  | { readonly kind: "no-name"; readonly verb: Verb }
  | { readonly kind: "nonsense"; readonly said: string; readonly rest: string; readonly near?: Verb };

const reasonAtMost = 500;
/** Names with spaces are written in quotes; phones make them curly. */
const quotes: Readonly<Record<string, string>> = { '"': '"', "'": "'", "`": "`", "“": "”", "‘": "’" };

export function parseCommand(text: string): Parsed {
  const typed = unescaped(text)
    .trim()
    .replace(/^roll[\s-]+back\b/i, "rollback")
    .replace(/^terminate(?:[\s-]+old)?\b/i, "terminate-old");
  if (typed === "") return { kind: "list" };
  const [word, rest] = split(typed);
  const said = word.toLowerCase();
  const verb = verbs.find((known) => known === said);
  if (verb === undefined) {
    const near = nearest(said, verbs)[0];
    return { kind: "nonsense", said: word, rest, ...(near === undefined ? {} : { near }) };
  }
  if (verb === "list" || verb === "help") return { kind: verb };
  if (verb === "strategy") return { kind: "strategy", ask: parseStrategy(rest) };
  const { name, after } = nameIn(rest);
  if (name === "") return { kind: "no-name", verb };
  if (verb === "show" || verb === "withdraw") return { kind: verb, name };
  const reason = cutEnd(after, reasonAtMost);
  return { kind: "ask", action: verb, name, ...(reason === "" ? {} : { reason }) };
}

const strategyVerbs = ["list", "show", "edit"] as const;

/** What stands behind `strategy`. Nothing is changed by a slip: the likest verb is asked back. */
function parseStrategy(text: string): StrategyAsk {
  if (text === "") return { verb: "list" };
  const [word, rest] = split(text);
  const said = word.toLowerCase();
  const verb = strategyVerbs.find((known) => known === said);
  if (verb === "list") return { verb };
  if (verb === undefined) {
    const near = nearest(said, strategyVerbs)[0];
    const meant = near === undefined ? `show ${text}` : `${near} ${rest}`.trim();
    return { verb: "unclear", said: text, meant };
  }
  const { name, after } = nameIn(rest);
  if (name === "") return { verb: "unclear", said, meant: `${verb} <name>` };
  // A strategy's name may hold spaces, and nothing can stand behind it.
  return { verb, name: after === "" ? name : rest.trim() };
}

/** Slack writes these three characters as entities, and nothing else. */
function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function split(text: string): readonly [string, string] {
  const at = text.search(/\s/);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at).trim()];
}

function nameIn(text: string): { readonly name: string; readonly after: string } {
  const closing = quotes[text[0] ?? ""];
  const end = closing === undefined ? -1 : text.indexOf(closing, 1);
  if (end > 0) return { name: text.slice(1, end).trim(), after: text.slice(end + 1).trim() };
  const [name, after] = split(text);
  return { name, after };
}
