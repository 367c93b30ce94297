/** Which deployment somebody means by a name. Pure. */

import type { ActiveEntry } from "../handlers/store.ts";
import { nearest } from "./near.ts";

/** `exact`: that is the name. `near`: only something like it; nothing is done without asking back. */
export type Resolved =
  | { readonly kind: "exact" | "near"; readonly entries: readonly [ActiveEntry, ...ActiveEntry[]] }
  | { readonly kind: "none" };

const candidatesAtMost = 10;

/** A name is the target, with or without what narrows it, or `target@account` where several accounts have one; a name as it stands wins. */
export function resolveTarget(name: string, entries: readonly ActiveEntry[]): Resolved {
  for (const same of [sameText, sameLetters]) {
    const found = living(entries.filter((entry) => namesOf(entry).some((known) => same(known, name))));
    const [first, ...others] = found;
    if (first !== undefined) return { kind: "exact", entries: [first, ...others] };
  }
  const near = new Set(nearest(name, [...new Set(entries.map(({ target }) => target))]));
  const bare = name.split("@", 1)[0] ?? name;
  for (const target of nearest(bare, [...new Set(entries.map(({ target }) => target))])) near.add(target);
  const [first, ...others] = [...near]
    .flatMap((target) => living(entries.filter((entry) => entry.target === target)))
    .slice(0, candidatesAtMost);
  return first === undefined ? { kind: "none" } : { kind: "near", entries: [first, ...others] };
}

function namesOf({ target, qualifiedTarget = target, accountName, ref }: ActiveEntry): readonly string[] {
  return [target, qualifiedTarget].flatMap((name) => [
    name,
    `${name}@${accountName}`,
    `${name}@${ref.account}`,
  ]);
}

/** What has ended is meant only when nothing of that name runs. */
function living(entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  const running = entries.filter(({ state }) => state !== "ended");
  return running.length === 0 ? entries : running;
}

function sameText(known: string, name: string): boolean {
  return known === name;
}

function sameLetters(known: string, name: string): boolean {
  return known.toLowerCase() === name.toLowerCase();
}
