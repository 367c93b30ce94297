/** What can be deployed to, and how two of them are told apart. Pure. */

import type { SystemName } from "./deployment.ts";
import type { ActiveEntry } from "./store.ts";

/** Something that can be deployed to, whether a deployment of it is in sight or not. */
export interface Target {
  readonly system: SystemName;
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  /** The name that people use. */
  readonly target: string;
  /** The same with its cluster, group, environment or instance; equal where nothing narrows it. */
  readonly qualifiedTarget: string;
}

/** `complete`: every configured place was listed whole, recently. */
export interface KnownTargets {
  readonly targets: readonly Target[];
  readonly complete: boolean;
}

export function targetOf({ ref, target, qualifiedTarget = target, accountName }: ActiveEntry): Target {
  const { system, account, region } = ref;
  return { system, account, region, target, qualifiedTarget, accountName };
}

/** Equal for two targets exactly if they are one and the same. */
export function identityOf({ system, account, region, qualifiedTarget }: Target): string {
  return JSON.stringify([system, account, region, qualifiedTarget]);
}

export function distinct(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [identityOf(target), target])).values()];
}

/** Accounts, region, and the cluster, group, environment or instance that narrows the name. */
export function placesOf(it: Target): readonly string[] {
  const { account, accountName, region, target, qualifiedTarget } = it;
  const before = qualifiedTarget.endsWith(`/${target}`) ? [qualifiedTarget.slice(0, -target.length - 1)] : [];
  const after = qualifiedTarget.startsWith(`${target}/`) ? [qualifiedTarget.slice(target.length + 1)] : [];
  return [accountName, account, region, ...before, ...after];
}
