/** What tells deployments of one target apart where they stand side by side. */

import { type About, type Action, isSameRef, type Ref } from "../../../handlers/deployment.ts";
import type { Label } from "../../../handlers/names/targets.ts";
import { code, name, word } from "./phrase.ts";
import { placeInCode } from "./words.ts";

const subjectAtMost = 24;
const numberAtMost = 24;
/** In a button, where the target and the verb need room too. */
const shortAtMost = 16;

export interface Labelled {
  readonly label: Label;
  readonly ref: Ref;
  readonly about?: About;
}

/** How one differs from the others with the same label. */
export type Apart = About & { readonly subjects: readonly string[]; readonly numbers: readonly string[] };

/** Says how each of those that stand side by side differs from the others; undefined where its label is its own. */
export function apartAmong(all: readonly Labelled[]): (it: Labelled) => Apart | undefined {
  const byLabel = new Map<string, Labelled[]>();
  const drawn = new Map(all.map((it) => [it, placeInCode(it)]));
  for (const [it, label] of drawn) byLabel.set(label, [...(byLabel.get(label) ?? []), it]);
  return (it) => {
    const alike = byLabel.get(drawn.get(it) ?? "") ?? [];
    const others = alike.filter((other) => !isSameRef(other.ref, it.ref));
    if (others.length === 0) return undefined;
    const isTold = others.every((other) => !isSameAbout(aboutOf(other), aboutOf(it)));
    // Two applications of AppConfig may have one name, and each counts its own deployments.
    const shown = (one: Labelled): About => (isTold ? aboutOf(one) : { number: one.ref.id });
    return {
      ...shown(it),
      subjects: others.flatMap((other) => shown(other).subject ?? []),
      numbers: others.map((other) => shown(other).number),
    };
  };
}

/** "`limits`, deployment 21" */
export function apartInCode({ subject, number, subjects, numbers }: Apart): string {
  const named = subject === undefined ? "" : `${code(subject, subjectAtMost, subjects)}, `;
  const isWhole = number.length <= numberAtMost;
  return `${named}deployment ${isWhole ? word(number) : code(number, numberAtMost, numbers)}`;
}

/** "limits 21", for buttons */
export function apartShort({ subject, number, subjects, numbers }: Apart): string {
  const named = subject === undefined ? "" : `${name(subject, shortAtMost, subjects)} `;
  return `${named}${name(number, shortAtMost, numbers)}`;
}

/** Several of one target may be there to be taken back, so these two say which one it is about. */
export function isOfOne(action: Action): boolean {
  return action === "revert" || action === "cancel";
}

/** "Deployment 21 (limits).", for plain text */
export function aboutSentence({ subject, number }: About): string {
  const named = subject === undefined ? "" : ` (${name(subject, subjectAtMost)})`;
  return `Deployment ${name(number, numberAtMost)}${named}.`;
}

export function aboutInCode(about: About): string {
  return apartInCode({ ...about, subjects: [], numbers: [] });
}

/** Entries of earlier releases have only their id. */
function aboutOf({ about, ref }: Labelled): About {
  return about ?? { number: ref.id };
}

function isSameAbout(a: About, b: About): boolean {
  return a.subject === b.subject && a.number === b.number;
}
