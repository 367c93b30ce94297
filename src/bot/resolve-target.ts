/** Which deployment somebody means by a name. Pure. */

import type { ActiveEntry } from "../handlers/store.ts";
import { nearest } from "./near.ts";

/** `exact`: that is the name. `near`: only something like it; nothing is done without asking back. */
export type Resolved =
  | { readonly kind: "exact" | "near"; readonly entries: readonly [ActiveEntry, ...ActiveEntry[]] }
  | { readonly kind: "none" };

const candidatesAtMost = 10;

/**
 * A name is the target, with or without what narrows it, or `target@account` where several accounts have one; a name as
 * it stands wins.
 */
export function resolveTarget(name: string, entries: readonly ActiveEntry[]): Resolved {
  for (const same of [sameText, sameLetters]) {
    const found = living(entries.filter((entry) => namesOf(entry).some((known) => same(known, name))));
    const [first, ...others] = found;
    if (first !== undefined) return { kind: "exact", entries: [first, ...others] };
  }
  const known = [...new Set(entries.flatMap(bareNames))];
  const bare = name.split("@", 1)[0] ?? name;
  const near = new Set([...nearest(name, known), ...nearest(bare, known)]);
  const fitting = [...near].map((like) => living(entries.filter((entry) => bareNames(entry).includes(like))));
  const [first, ...others] = [...new Set(fitting.flat())].slice(0, candidatesAtMost);
  return first === undefined ? { kind: "none" } : { kind: "near", entries: [first, ...others] };
}

function bareNames({ target, qualifiedTarget = target }: ActiveEntry): readonly string[] {
  return [target, qualifiedTarget];
}

function namesOf(entry: ActiveEntry): readonly string[] {
  const { accountName, ref } = entry;
  return bareNames(entry).flatMap((name) => [name, `${name}@${accountName}`, `${name}@${ref.account}`]);
}

/** What has ended is meant only when nothing of that name runs, and first of all what can still be asked for something. */
function living(entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  const running = entries.filter(({ state }) => state !== "ended");
  if (running.length > 0) return running;
  const offered = entries.filter((entry) => entry.offered !== undefined);
  return offered.length === 0 ? entries : offered;
}

function sameText(known: string, name: string): boolean {
  return known === name;
}

function sameLetters(known: string, name: string): boolean {
  return known.toLowerCase() === name.toLowerCase();
}
