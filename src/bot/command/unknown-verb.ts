/** Suggests a command for text that does not begin with a verb: a typo, a name, or a verb further on. Pure. */

import type { UsageProblem } from "../card/private/usage.ts";
import { isNegation, trimPunctuation, withoutDryRun } from "./grammar.ts";
import { namesIn } from "./leftover.ts";
import { anywhere, type Command, isVerb, parseCommand, spelledVerbs, verbs } from "./parse-command.ts";
import { knownOf, resolveWords, type World } from "./resolve-target.ts";
import { isPutOff, saysWhen } from "./schedule.ts";

/** Words that people use for one of the verbs. They are only suggested: none of them is a term of the field. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:ok|okay|yes|yep|lgtm|\+1|👍|:\+1:|:thumbsup:|✅|accept|allow|confirm|unpause|unblock|release|ship|weiter)$/iu,
    "continue",
  ],
  [/^(?:rb|restore|downgrade|back)$/i, "rollback"],
  [/^(?:kill|halt|delete|remove)$/i, "cancel"],
  [/^(?:retract|revoke|unvote)$/i, "withdraw"],
  [/^(?:what|who|why|which|where|vote|whats|hold|pause|what['’]s|is)$/i, "show"],
];

export function unknownVerb(
  { said, rest, near }: Extract<Command, { readonly kind: "nonsense" }>,
  text: string,
  world: World,
): UsageProblem {
  const whole = spelledVerbs(`${said} ${rest}`.trim(), anywhere);
  const { names, places } = knownOf(world);
  const named = names.filter((name) => beginsLike(text, name));
  const isName =
    named.length > 0 || [said, whole].some((name) => resolveWords({ name }, world).kind === "exact");
  const isWhen = isPutOff(whole, [...names, ...places]);
  const [, hint] = hints.find(([word]) => word.test(trimPunctuation(said) || said)) ?? [];
  const isQuestion = /^(?:how|can)$/i.test(said) || hint !== undefined;
  const [called] = namesIn(rest, names);
  // "ok, please rollback x": the command comes later.
  const isBeforeVerb = namesIn(verbWithin(whole, 4) ?? "", names).length > 0;
  if (hint !== undefined && !(hint !== "show" && isBeforeVerb) && !isName && !isWhen && called !== undefined)
    return {
      kind: "unknown-verb",
      verb: said,
      meant: hint === "show" ? `${hint} ${called}` : `${hint} ${rest}`,
    };
  // A name is more likely meant as one than as a typo of a synonym.
  const isSlip = near !== undefined && !(isName && !verbs.some((verb) => verb === near));
  const slip = isSlip && !isWhen && !isQuestion ? `${near} ${rest}`.trim() : undefined;
  const turned = isName ? verbFirst(whole, named) : verbWithin(whole, slip === undefined ? 8 : 3);
  const meant = near === "strategy" || (isName && slip !== undefined) ? slip : (turned ?? slip);
  const isDryRun = meant !== undefined && !dryRunIn(meant) && dryRunIn(whole);
  const dropped = meant !== undefined && whole.endsWith(meant) ? whole.slice(0, -meant.length).trim() : "";
  if (meant !== undefined && saysWhen(dropped, [...names, ...places]))
    return {
      ...{ kind: "scheduled", when: dropped, command: meant },
      ...(parseCommand(meant).kind === "ask" ? {} : { takesNoReason: true }),
    };
  return {
    kind: "unknown-verb",
    verb: said,
    ...(meant === undefined ? {} : { meant: isDryRun ? `${meant} --dry-run` : meant }),
  };
}

/** Moves the verb to the front: "checkout-api rollback". A name alone becomes `show`. */
function verbFirst(text: string, names: readonly string[]): string {
  const [name = ""] = names.toSorted((a, b) => b.length - a.length);
  const [next = "", ...more] = text.slice(name.length).trim().split(/\s+/);
  if (isVerb(next)) return [next, text.slice(0, name.length), ...more].join(" ");
  const before = text.split(/\s+/);
  const last = before.pop() ?? "";
  return isVerb(last) ? [last, ...before].join(" ") : `show ${text}`;
}

/**
 * The command in "can you rollback checkout-api": the text from the verb on, if that is among the first words and no
 * negation precedes it.
 */
function verbWithin(text: string, wordsAtMost: number): string | undefined {
  const words = text.split(/\s+/);
  const at = words.slice(0, wordsAtMost).findIndex(isVerb);
  const isTakenBack = words.slice(0, at).some((word) => isNegation(word) || contraction.test(word));
  return at < 1 || isTakenBack ? undefined : words.slice(at).join(" ");
}

const contraction = /n['’]t$|^(?:do|does|did|ca|wo|should|would|could|must|is|are)nt$/i;

function dryRunIn(text: string): boolean {
  return withoutDryRun(text) !== text.trim() || /(?:^|\s)dry[-_\s]?run(?=\s|$)/i.test(text);
}

function beginsLike(text: string, name: string): boolean {
  const said = text.trim().toLowerCase();
  return said.startsWith(name.toLowerCase()) && !/^[\w-]/.test(said.slice(name.length));
}
