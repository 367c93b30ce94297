/**
 * Where strategies may be read and edited, and by whom. Accounts and regions that no route can show are hidden (P8).
 */

import { lookUp } from "../answer/look-up.ts";
import type { Refusal } from "../decision.ts";
import type { SystemName } from "../deployment.ts";
import { couldShow, judge, type Person, type Route, reaching } from "../policy.ts";
import type { Directory, System } from "../ports.ts";
import type { Reading, Strategies, Strategy, StrategyRef } from "./strategy.ts";

/** An account and region, with the routes that decide who may edit there. */
export interface StrategyPlace {
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  readonly routes: readonly Route[];
}

export interface StrategySource {
  readonly system: SystemName;
  /** "AppConfig" */
  readonly title: string;
  readonly strategies: Strategies;
}

type Judged =
  | { readonly kind: "allowed"; readonly place: StrategyPlace }
  /** `channel`: of the route whose policy refused. */
  | { readonly kind: "refused"; readonly why: Refusal; readonly channel?: string };

export interface StrategyPlaces extends StrategySource {
  readonly all: readonly StrategyPlace[];
  placeOf(ref: StrategyRef): StrategyPlace | undefined;
  /** Whether this person may edit a strategy now. */
  judge(ref: StrategyRef, person: Person): Promise<Judged>;
  /** Every strategy of every account and region, or why they could not be read. */
  list(): Promise<
    readonly { readonly place: StrategyPlace; readonly listed: Reading<readonly Strategy[]> }[]
  >;
}

/** So many commands in so short a time read AWS; the others share what those read. */
const readsAtMost = 5;
const withinMs = 5_000;

/** Places and strategies whose reads are kept. */
const keptAtMost = 1_000;

function createShared<Value>(nowMs: () => number) {
  const kept = new Map<string, { readonly atMs: readonly number[]; readonly last: Promise<Value> }>();
  return {
    forget: () => kept.clear(),
    read(key: string, read: () => Promise<Value>): Promise<Value> {
      const known = kept.get(key);
      const atMs = (known?.atMs ?? []).filter((ms) => nowMs() - ms < withinMs);
      if (known !== undefined && atMs.length >= readsAtMost) return known.last;
      const fresh = { atMs: [...atMs, nowMs()], last: read() };
      if (kept.size >= keptAtMost) kept.clear();
      kept.set(key, fresh);
      return fresh.last;
    },
  };
}

/** An edit is seen by the next read. */
function sharingReads(strategies: Strategies, nowMs: () => number): Strategies {
  const lists = createShared<Awaited<ReturnType<Strategies["list"]>>>(nowMs);
  const uses = createShared<Awaited<ReturnType<Strategies["uses"]>>>(nowMs);
  const forget = (): void => {
    lists.forget();
    uses.forget();
  };
  return {
    ...strategies,
    list: (account, region) => lists.read(`${account} ${region}`, () => strategies.list(account, region)),
    uses: (ref) => uses.read(`${ref.account} ${ref.region} ${ref.id}`, () => strategies.uses(ref)),
    async update(ref, change) {
      forget();
      return strategies.update(ref, change).finally(forget);
    },
  };
}

/** The first system that has strategies. */
export function strategySourceOf(
  systems: readonly Pick<System, "name" | "title" | "strategies">[],
): StrategySource | undefined {
  for (const { name, title, strategies } of systems) {
    if (strategies !== undefined) return { system: name, title, strategies };
  }
  return undefined;
}

/**
 * A strategy applies to all targets of its account and region, so every route that can show one of them must allow
 * the
 * edit: approvers of a sandbox alone can't change the rollout of production.
 */
export function createStrategyPlaces(
  ports: StrategySource & {
    readonly accounts: readonly {
      readonly id: string;
      readonly name: string;
      readonly regions: readonly string[];
    }[];
    readonly routes: readonly Route[];
    readonly directory: Directory;
    readonly nowMs?: () => number;
  },
): StrategyPlaces {
  const { system, title, accounts, routes, directory, nowMs = () => performance.now() } = ports;
  const strategies = sharingReads(ports.strategies, nowMs);
  const all = accounts.flatMap(({ id: account, name: accountName, regions }) =>
    regions.flatMap((region): StrategyPlace[] => {
      const shown = routes.filter((route) => couldShow([route], { system, account, accountName, region }));
      return shown.length === 0 ? [] : [{ account, accountName, region, routes: reaching(shown) }];
    }),
  );
  const placeOf = ({ account, region }: StrategyRef): StrategyPlace | undefined =>
    all.find((place) => place.account === account && place.region === region);

  return {
    ...{ system, title, strategies, all, placeOf },
    async judge(ref, person) {
      const place = placeOf(ref);
      if (place === undefined) return { kind: "refused", why: { rule: "no-route" } };
      const action = "edit-strategy";
      for (const { policy, channel } of place.routes) {
        const lookups = await lookUp(directory, person.foreign ? undefined : policy.rules[action], channel);
        const verdict = judge(policy, { action, person, reason: undefined }, lookups);
        if (verdict.kind === "refused") return { ...verdict, channel };
      }
      return { kind: "allowed", place };
    },
    list: () =>
      Promise.all(
        all.map(async (place) => ({
          place,
          listed: await strategies.list(place.account, place.region),
        })),
      ),
  };
}
