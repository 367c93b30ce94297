/** Finds the deployments that a typed name refers to. Pure. */

import { innerOf, sameLetters, sameText, tidied, typed } from "../../handlers/names/names.ts";
import { isDrawn, isDrawnAs } from "../../handlers/names/printed.ts";
import { nearest } from "../../handlers/names/similar.ts";
import {
  distinct,
  identityOf,
  type KnownTargets,
  partsOf,
  placesOf,
  type Target,
  targetOf,
} from "../../handlers/names/targets.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { appConfigIdIn, appConfigIdsOf, isOfDeployment, nearIds, referenceIn, targetsOf } from "./arn.ts";
import type { Known, Words } from "./grammar.ts";

/** Everything that commands are matched against. */
export interface World extends KnownTargets {
  readonly entries: readonly ActiveEntry[];
  /** Configured accounts and regions, whether or not anything is there. */
  readonly places?: readonly string[];
}

/** `exact`: the name itself. `near`: only a similar one, so ask back before doing anything. */
export type Resolved =
  | { readonly kind: "exact" | "near"; readonly entries: readonly [ActiveEntry, ...ActiveEntry[]] }
  | { readonly kind: "none" };

/** `fitting`: the existing targets that match, deploying or not. `misfit`: the name exists, but not in that place. */
export type Found =
  | {
      readonly kind: "exact" | "near";
      readonly entries: readonly ActiveEntry[];
      readonly fitting: readonly Target[];
    }
  | { readonly kind: "none"; readonly fitting: readonly Target[] }
  | { readonly kind: "misfit"; readonly place: string; readonly at: readonly Target[] };

const candidatesAtMost = 10;

export function resolveWords({ name, wasDrawn, places = [] }: Words, world: World): Found {
  const isThere = (target: Target): boolean =>
    places.every((place) => saidPlacesOf(target).some((known) => isSaid(known, place)));
  const existing = existingIn(world);
  const named = (targets: readonly Target[]) =>
    wasDrawn === true ? sameName(name, targets) : sameOrDrawnAs(name, targets);
  const pasted = world.entries.filter(({ ref }) => isOfDeployment(name, ref));
  if (pasted.length > 0) {
    const fitting = pasted.map(targetOf).filter(isThere);
    const [first] = pasted;
    return fitting.length > 0 || first === undefined
      ? { kind: "exact", entries: pasted.filter((entry) => isThere(targetOf(entry))), fitting }
      : { kind: "misfit", place: places.join(", "), at: pasted.map(targetOf) };
  }
  const fitting = named(existing.filter(isThere));
  const identities = new Set(fitting.map(identityOf));
  const there = world.entries.filter((entry) => isThere(targetOf(entry)));
  const entries = living(there.filter((entry) => identities.has(identityOf(targetOf(entry)))));
  if (entries.length > 0) return { kind: "exact", entries, fitting };
  if (fitting.length === 0) {
    const at = /^(.+)@([^@]+)$/s.exec(name);
    const [, bare = name, account] = at ?? [];
    const known = named(existing);
    const isElsewhere =
      account !== undefined &&
      existing.some((target) => accountsOf(target).some((it) => sameLetters(it, account)));
    const called = known.length === 0 && isElsewhere ? sameOrDrawnAs(bare, existing) : known;
    const wanted = [...places, ...(known.length === 0 && isElsewhere ? [account] : [])];
    const missing = wanted.find((place) =>
      called.every((target) => !saidPlacesOf(target).some((it) => isSaid(it, place))),
    );
    if (called.length > 0) return { kind: "misfit", place: missing ?? wanted.join(", "), at: called };
  }
  const near = nearTo(name, there);
  return near.length === 0 ? { kind: "none", fitting } : { kind: "near", entries: near, fitting };
}

/**
 * True if the name is this target's with a place, a word or a number attached: "basket-api-staging",
 * "checkout-api/prod", "checkout-api#12", "ecs/checkout-api", "service:checkout-api".
 */
function isPlacedAt(name: string, target: Target): boolean {
  const [, prefix = "", behind = ""] = /^([^-_/.:=]+)[-_/.:=](.+)$/.exec(name) ?? [];
  const isPlace = [...saidPlacesOf(target), "service", "deployment", "name", "app"].some((it) =>
    sameLetters(it, prefix),
  );
  if (isPlace && namesOf(target).some((it) => sameLetters(it, behind))) return true;
  const own = namesOf(target).find((it) => name.toLowerCase().startsWith(it.toLowerCase()));
  const [, rest = ""] = own === undefined ? [] : (/^[-_/.#](.+)$/.exec(name.slice(own.length)) ?? []);
  return /^\d+$/.test(rest)
    ? name.at(-rest.length - 1) === "#"
    : saidPlacesOf(target).some((it) => sameLetters(it, rest));
}

/** Deployments whose name, id, ARN or page in the console resembles this one. */
function nearTo(name: string, entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  const reference = referenceIn(name);
  const meant = reference === undefined ? [] : targetsOf(reference, entries.map(targetOf));
  const within = new Set(meant.map(identityOf));
  if (within.size > 0) return living(entries.filter((entry) => within.has(identityOf(targetOf(entry)))));
  const placed = entries.filter((entry) => isPlacedAt(name, targetOf(entry)));
  if (placed.length > 0) return living(placed);
  for (const piece of reference?.names.slice(0, 1).flatMap((it) => [it, ...it.split("/").slice(1)]) ??
    piecesOf(name)) {
    const found = resolveTarget(piece, entries);
    if (found.kind !== "none") return found.entries;
  }
  return nearIds(name, entries).slice(0, candidatesAtMost);
}

/** The pieces of a name that was cut with "…", "..." or "*", longest first. */
function piecesOf(name: string): readonly string[] {
  return name.split(/…|\.{2,}|\*+/).toSorted((a, b) => b.length - a.length);
}

/** Every name and place that a command may use. */
export function knownOf(world: World): Known {
  const targets = existingIn(world);
  return {
    names: [
      ...new Set([
        ...targets.flatMap(calledOf).flatMap((name) => [name, tidied(name), typed(name)]),
        ...world.entries.map(({ ref }) => ref.id),
      ]),
    ],
    places: [...new Set([...targets.flatMap(saidPlacesOf), ...(world.places ?? [])])],
  };
}

/** Every name that a command may use for a target. */
export function calledOf(target: Target): readonly string[] {
  return [...namesOf(target), ...placedOf(target), ...appConfigIdsOf(target)];
}

/** Every place that a label may contain for a target. */
export function saidPlacesOf(target: Target): readonly string[] {
  const { system, which } = target;
  return [...placesOf(target), system, ...(which === undefined ? [] : [which])];
}

function accountsOf({ accountName, account }: Target): readonly string[] {
  return [accountName, account];
}

/** All known targets, deploying or not. */
export function existingIn({ entries, targets }: World): readonly Target[] {
  return distinct([...entries.map(targetOf), ...targets]);
}

/**
 * A real name can equal another one as a card shows it, and nothing tells which was typed: returns the targets of both.
 */
function sameOrDrawnAs(name: string, targets: readonly Target[]): readonly Target[] {
  const drawn = isDrawn(name) ? targets.filter((it) => drawnNames(name, it).length > 0) : [];
  return [...new Set([...sameName(name, targets), ...drawn])];
}

/** The name itself wins over an account before a name, and that wins over an id or an ARN. */
function sameName(name: string, targets: readonly Target[]): readonly Target[] {
  for (const names of [namesOf, placedOf])
    for (const same of [sameText, sameLetters]) {
      const found = targets.filter((target) => names(target).some((known) => same(known, name)));
      if (found.length > 0) return found;
    }
  const id = appConfigIdIn(name);
  if (id !== undefined) return targets.filter(({ system, which }) => system === "appconfig" && which === id);
  const reference = referenceIn(name);
  if (reference !== undefined) return reference.isBelow ? [] : targetsOf(reference, targets);
  return targets.filter((it) => appConfigIdsOf(it).some((own) => sameLetters(own, name)));
}

/** The names of a target that a card would show as `name`; those with an account only if no other matches. */
function drawnNames(name: string, target: Target): readonly string[] {
  const drawn = (names: readonly string[]) => names.filter((it) => isDrawnAs(name, it));
  const bare = drawn(bareNames(target));
  return bare.length > 0 ? bare : drawn([...namesOf(target), ...placedOf(target)]);
}

/** Replaces a name typed as a card shows it by the full name, if there is only one. Places stay as typed. */
export function inFull(words: Words, world: World): Words {
  const { name } = words;
  // Somebody may have typed the "…" at the end themselves: ask back.
  if (!isDrawn(name) || name.endsWith("…")) return words;
  const targets = existingIn(world);
  const [full, second] =
    sameName(name, targets).length > 0 ? [] : new Set(targets.flatMap((it) => drawnNames(name, it)));
  return full === undefined || second !== undefined ? words : { ...words, name: full, wasDrawn: true };
}

/** Resolves the name of a group, an environment or an instance alone, for a question which one is meant. */
export function inGroup({ name, places = [] }: Words, world: World): Found | undefined {
  const targets = existingIn(world);
  if (targets.some((it) => [it.account, it.accountName, it.region].some((place) => sameLetters(place, name))))
    return undefined;
  const parts = targets.filter(
    ({ system, qualifiedTarget }) =>
      system !== "ecs" && qualifiedTarget.includes("/") && sameLetters(innerOf(qualifiedTarget) ?? "", name),
  );
  const each = parts.map((it) => resolveWords({ name: it.qualifiedTarget, places }, world));
  const exact = each.flatMap((it) => (it.kind === "exact" ? [it] : []));
  const entries = [...new Set(exact.flatMap((it) => it.entries))];
  return entries.length === 0
    ? undefined
    : { kind: "exact", entries, fitting: exact.flatMap((it) => it.fitting) };
}

/** Names with the account in front: `prod/basket-api`. */
function placedOf(it: Target): readonly string[] {
  return accountsOf(it).flatMap((where) => ownNamesOf(it).map((name) => `${where}/${name}`));
}

/**
 * Resolves a name by `namesOf`: a match in the same case wins over one in another case, and that over a similar name.
 */
export function resolveTarget(name: string, entries: readonly ActiveEntry[]): Resolved {
  for (const same of [sameText, sameLetters]) {
    const found = living(
      entries.filter((entry) => namesOf(targetOf(entry)).some((known) => same(known, name))),
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

function bareNames({
  target,
  qualifiedTarget = target,
}: Pick<ActiveEntry, "target" | "qualifiedTarget">): readonly string[] {
  return [target, qualifiedTarget];
}

export function namesOf(it: Target): readonly string[] {
  return ownNamesOf(it).flatMap((name) => [name, ...accountsOf(it).map((where) => `${name}@${where}`)]);
}

function ownNamesOf(it: Target): readonly string[] {
  const parts = partsOf(it);
  return [it.target, it.qualifiedTarget, ...(parts === undefined ? [] : [parts.outer])];
}

/**
 * Drops a target's ended deployments if it has one in progress; otherwise keeps the last one, and those that can still
 * be reverted.
 */
function living(entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  return entries.filter((entry) => {
    if (entry.state !== "ended") return true;
    const place = identityOf(targetOf(entry));
    const ofOne = entries.filter((other) => identityOf(targetOf(other)) === place).toSorted(byEnd);
    if (ofOne.some(({ state }) => state !== "ended")) return false;
    return ofOne[0] === entry || entry.offered !== undefined;
  });
}

function byEnd(a: ActiveEntry, b: ActiveEntry): number {
  const isOffered = ({ offered }: ActiveEntry) => (offered === undefined ? 0 : 1);
  return (b.endedAt ?? 0) - (a.endedAt ?? 0) || isOffered(b) - isOffered(a);
}

export function isSaid(known: string, place: string): boolean {
  return sameLetters(known, place) || (isDrawn(place) && isDrawnAs(place, known));
}
