/** Finds the strategy that a typed name refers to. Pure. */

import { nearest } from "../../handlers/names/similar.ts";
import type { StrategyElsewhere } from "../card/strategy/refusal.ts";
import type { ListedPlace, PlacedStrategy } from "../card/strategy/strategy.ts";

/** `near`: only similar, so ask back before opening anything. */
export type ResolvedStrategy =
  | { readonly kind: "exact" | "near"; readonly found: readonly [PlacedStrategy, ...PlacedStrategy[]] }
  | StrategyElsewhere
  | { readonly kind: "none" };

/**
 * A name is a strategy's name or id, alone or with an account or region: `name@place` or `name in place`. A match in
 * the same case wins.
 */
export function resolveStrategy(name: string, places: readonly ListedPlace[]): ResolvedStrategy {
  const known = placedIn(places);
  const same = [
    (a: string, b: string) => a === b,
    (a: string, b: string) => a.toLowerCase() === b.toLowerCase(),
  ];
  for (const isSame of same) {
    const [first, ...others] = known.filter((it) => namesOf(it).some((one) => isSame(one, name)));
    if (first !== undefined) return { kind: "exact", found: [first, ...others] };
  }
  const misfit = misfitOf(name, places);
  if (misfit !== undefined) return misfit;
  const names = [...new Set(known.map(({ strategy }) => strategy.name))];
  const near = new Set([...nearest(name, names), ...nearest(name.split("@", 1)[0] ?? name, names)]);
  const [first, ...others] = [...near].flatMap((one) =>
    known.filter(({ strategy }) => strategy.name === one),
  );
  return first === undefined ? { kind: "none" } : { kind: "near", found: [first, ...others] };
}

/**
 * "Slow in prod" if Slow exists only in emea. Undefined if that place could not be read: its strategies are unknown.
 */
function misfitOf(said: string, places: readonly ListedPlace[]): StrategyElsewhere | undefined {
  const [, name = "", where = ""] = /^(.+?)(?:\s+in\s+|@)(\S.*)$/is.exec(said) ?? [];
  const isUnread = places.some(
    ({ place, listed }) =>
      listed.kind !== "read" &&
      [place.accountName, place.account, place.region].some((it) => isSame(it, where)),
  );
  const at = placedIn(places).filter(({ strategy }) =>
    [strategy.name, strategy.ref.id].some((it) => isSame(it, name)),
  );
  const [first] = at;
  return first === undefined || isUnread
    ? undefined
    : { kind: "misfit", name: first.strategy.name, where, at: at.map(({ place }) => place) };
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function namesOf({ strategy, place }: PlacedStrategy): readonly string[] {
  const { name, ref } = strategy;
  return [name, ref.id].flatMap((it) => [
    it,
    ...[place.accountName, place.account, place.region].flatMap((where) => [
      `${it}@${where}`,
      `${it} in ${where}`,
    ]),
  ]);
}

/** The strategies of all places that could be read. */
function placedIn(places: readonly ListedPlace[]): readonly PlacedStrategy[] {
  return places.flatMap(({ place, listed }) =>
    listed.kind === "read" ? listed.value.map((strategy) => ({ place, strategy })) : [],
  );
}
