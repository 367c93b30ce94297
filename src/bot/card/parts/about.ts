/** Distinguishes deployments of one target that are shown together. */

import { type About, type Action, isSameRef, type Ref } from "../../../handlers/deployment.ts";
import type { Label } from "../../../handlers/names/targets.ts";
import { code, name, word } from "./phrase.ts";
import { placeInCode } from "./words.ts";

const subjectAtMost = 24;
const numberAtMost = 24;
/** In a button, which needs room for the target and the verb too. */
const shortAtMost = 16;

export interface Labelled {
  readonly label: Label;
  readonly ref: Ref;
  readonly about?: About | undefined;
}

/** How a deployment differs from others with the same label. */
export type Apart = About & { readonly subjects: readonly string[]; readonly numbers: readonly string[] };

/** Returns how each of these differs from the others; undefined if its label is unique. */
export function apartAmong(all: readonly Labelled[]): (it: Labelled) => Apart | undefined {
  const byLabel = new Map<string, Labelled[]>();
  const drawn = new Map(all.map((it) => [it, placeInCode(it)]));
  for (const [it, label] of drawn) byLabel.set(label, [...(byLabel.get(label) ?? []), it]);
  return (it) => {
    const alike = byLabel.get(drawn.get(it) ?? "") ?? [];
    const others = alike.filter((other) => !isSameRef(other.ref, it.ref));
    if (others.length === 0) return undefined;
    const isTold = others.every((other) => !isSameAbout(aboutOf(other), aboutOf(it)));
    // Two AppConfig applications may have the same name, and each numbers its own deployments.
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

/** A target may have several deployments to revert or cancel, so these two actions name theirs. */
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

/** Entries of earlier releases have only an id. */
function aboutOf({ about, ref }: Labelled): About {
  return about ?? { number: ref.id };
}

function isSameAbout(a: About, b: About): boolean {
  return a.subject === b.subject && a.number === b.number;
}
