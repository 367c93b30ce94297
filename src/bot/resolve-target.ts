/** Which deployment somebody means by a name. Pure. */

import type { ActiveEntry } from "../handlers/store.ts";
import type { Known, Words } from "./grammar.ts";
import { nearest } from "./near.ts";

/** Something that can be deployed to, whether a deployment of it is in sight or not. */
export interface Resource {
  readonly system: string;
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  readonly target: string;
  readonly qualifiedTarget: string;
}

/** What commands are judged against. `complete`: every configured place was listed, recently. */
export interface World {
  readonly entries: readonly ActiveEntry[];
  readonly targets: readonly Resource[];
  readonly complete: boolean;
}

/** `exact`: that is the name. `near`: only something like it; nothing is done without asking back. */
export type Resolved =
  | { readonly kind: "exact" | "near"; readonly entries: readonly [ActiveEntry, ...ActiveEntry[]] }
  | { readonly kind: "none" };

/** `isOne`: no other target that exists fits what was said. `misfit`: the name is right, and it is not there. */
export type Found =
  | { readonly kind: "near"; readonly entries: readonly ActiveEntry[] }
  | { readonly kind: "exact"; readonly entries: readonly ActiveEntry[]; readonly isOne: boolean }
  | { readonly kind: "none" }
  | { readonly kind: "misfit"; readonly place: string; readonly at: readonly Resource[] };

const candidatesAtMost = 10;

/** What a name and places mean. */
export function resolveWords({ name, places = [] }: Words, world: World): Found {
  const isThere = (resource: Resource): boolean =>
    places.every((place) => placesOf(resource).some((known) => sameLetters(known, place)));
  const existing = resourcesOf(world);
  const there = world.entries.filter((entry) => isThere(resourceOf(entry)));
  const found = resolveTarget(name, there);
  const named = sameName(name, existing);
  if (found.kind !== "exact") {
    const missing = places.find((place) =>
      named.every((resource) => !placesOf(resource).some((known) => sameLetters(known, place))),
    );
    if (named.length > 0 && places.length > 0 && !named.some(isThere))
      return { kind: "misfit", place: missing ?? places.join(", "), at: named };
    return found.kind === "none" ? found : { kind: "near", entries: found.entries };
  }
  const resources = new Set(named.filter(isThere).map(identityOf));
  return { kind: "exact", entries: found.entries, isOne: resources.size === 1 };
}

/** Every name and place that a command may use. */
export function knownOf(world: World): Known {
  const resources = resourcesOf(world);
  return {
    names: [...new Set(resources.flatMap(namesOf))],
    places: [...new Set(resources.flatMap(placesOf))],
  };
}

/** True when what was said names more than what several targets may share. */
export function isQualified({ name, places = [] }: Words, entry: ActiveEntry): boolean {
  return places.length > 0 || !sameLetters(entry.target, name);
}

/** Accounts, region, and the cluster, group, environment or service that narrows the name. */
export function placesOf({
  account,
  accountName,
  region,
  target,
  qualifiedTarget,
}: Resource): readonly string[] {
  const before = qualifiedTarget.endsWith(`/${target}`) ? [qualifiedTarget.slice(0, -target.length - 1)] : [];
  const after = qualifiedTarget.startsWith(`${target}/`) ? [qualifiedTarget.slice(target.length + 1)] : [];
  return [accountName, account, region, ...before, ...after];
}

export function resourceOf({ ref, target, qualifiedTarget = target, accountName }: ActiveEntry): Resource {
  const { system, account, region } = ref;
  return { system, account, region, target, qualifiedTarget, accountName };
}

export function resourcesOf({ entries, targets }: World): readonly Resource[] {
  const all = [...entries.map(resourceOf), ...targets];
  return [...new Map(all.map((resource) => [identityOf(resource), resource])).values()];
}

function identityOf({ system, account, region, qualifiedTarget }: Resource): string {
  return JSON.stringify([system, account, region, qualifiedTarget]);
}

function sameName(name: string, resources: readonly Resource[]): readonly Resource[] {
  for (const same of [sameText, sameLetters]) {
    const found = resources.filter((resource) => namesOf(resource).some((known) => same(known, name)));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * A name is the target, with or without what narrows it, or `target@account` where several accounts have one; a name as
 * it stands wins.
 */
export function resolveTarget(name: string, entries: readonly ActiveEntry[]): Resolved {
  for (const same of [sameText, sameLetters]) {
    const found = living(
      entries.filter((entry) => namesOf(resourceOf(entry)).some((known) => same(known, name))),
    );
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

function namesOf({ target, qualifiedTarget, accountName, account }: Resource): readonly string[] {
  return [target, qualifiedTarget].flatMap((name) => [name, `${name}@${accountName}`, `${name}@${account}`]);
}

/** Of one target what has ended is meant only when nothing runs: the last one, and what can still be taken back. */
function living(entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  return entries.filter((entry) => {
    if (entry.state !== "ended") return true;
    const place = identityOf(resourceOf(entry));
    const ofOne = entries.filter((other) => identityOf(resourceOf(other)) === place).toSorted(byEnd);
    if (ofOne.some(({ state }) => state !== "ended")) return false;
    return ofOne[0] === entry || entry.offered !== undefined;
  });
}

function byEnd(a: ActiveEntry, b: ActiveEntry): number {
  const isOffered = ({ offered }: ActiveEntry) => (offered === undefined ? 0 : 1);
  return (b.endedAt ?? 0) - (a.endedAt ?? 0) || isOffered(b) - isOffered(a);
}

function sameText(known: string, name: string): boolean {
  return known === name;
}

function sameLetters(known: string, name: string): boolean {
  return known.toLowerCase() === name.toLowerCase();
}
