/** Deployment targets, and labels that distinguish them. Pure. */

import type { SystemName } from "../deployment.ts";
import type { ActiveEntry } from "../store/queue.ts";
import { innerOf, lettersOf, outerOf, sameLetters, visible } from "./names.ts";
import { shorten } from "./shorten.ts";

/** A deployment target, whether it has a known deployment or not. */
export interface Target {
  readonly system: SystemName;
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  /** The name that people use. */
  readonly target: string;
  /** The name with its cluster, group, environment or instance; the same as `target` if there is none. */
  readonly qualifiedTarget: string;
  /** Distinguishes it from targets of the same name, in text form. Absent if names are enough, and in old records. */
  readonly which?: string;
}

/** `complete`: there is a recent, complete list of every configured account and region. */
export interface KnownTargets {
  readonly targets: readonly Target[];
  readonly complete: boolean;
}

export function targetOf(
  it: Pick<ActiveEntry, "ref" | "target" | "qualifiedTarget" | "which" | "accountName">,
): Target {
  const { ref, target, qualifiedTarget = target, which, accountName } = it;
  const { system, account, region } = ref;
  return {
    ...{ system, account, region, target, qualifiedTarget, accountName },
    ...(which === undefined ? {} : { which }),
  };
}

/** Equal for two targets exactly if they are the same one. */
export function identityOf({ system, account, region, qualifiedTarget, which }: Target): string {
  return JSON.stringify([system, account, region, qualifiedTarget, which]);
}

export function distinct(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [identityOf(target), target])).values()];
}

/** Both parts of an AppConfig or Proton target's name; people also write "inner in outer". */
export function partsOf({
  system,
  qualifiedTarget,
}: Target): { readonly outer: string; readonly inner: string } | undefined {
  const inner = system === "appconfig" || system === "proton" ? innerOf(qualifiedTarget) : undefined;
  return inner === undefined ? undefined : { outer: outerOf(qualifiedTarget), inner };
}

/** Account, region, and the cluster, group, environment or instance of the name. */
export function placesOf(it: Target): readonly string[] {
  const { account, accountName, region, target, qualifiedTarget } = it;
  const parts = partsOf(it);
  if (parts !== undefined) return [accountName, account, region, parts.inner];
  const before = qualifiedTarget.endsWith(`/${target}`) ? [qualifiedTarget.slice(0, -target.length - 1)] : [];
  const after = qualifiedTarget.startsWith(`${target}/`) ? [qualifiedTarget.slice(target.length + 1)] : [];
  return [accountName, account, region, ...before, ...after];
}

/** A target's name wherever it is shown. */
export interface Label {
  /** `api`, or `prod/api` if another target is called `api` too. */
  readonly name: string;
  /** `prod`, or `prod, eu-west-1` if that is not enough. */
  readonly place: string;
  /** The other targets' names: a cut of this name must not match any of them. */
  readonly others: readonly string[];
}

/** What is shown in addition to the name and the account. */
interface Shown {
  readonly qualified?: true;
  readonly region?: true;
  readonly system?: true;
  readonly id?: true;
  readonly which?: true;
}

/** The shortest first. */
const choices: readonly Shown[] = [
  {},
  { qualified: true },
  { region: true },
  { system: true },
  { id: true },
  { qualified: true, region: true },
  { qualified: true, system: true },
  { region: true, system: true },
  { qualified: true, id: true },
  { region: true, id: true },
  { system: true, id: true },
  { qualified: true, region: true, system: true },
  { which: true },
  { qualified: true, which: true },
  { region: true, which: true },
  { id: true, which: true },
];
const everything: Shown = { qualified: true, region: true, system: true, id: true, which: true };

/** Maximum length of account names. */
const accountAtMost = 20;

const titles: Readonly<Record<SystemName, string>> = {
  ecs: "ECS",
  codedeploy: "CodeDeploy",
  appconfig: "AppConfig",
  proton: "Proton",
};

/** Shows just enough to distinguish a target from every other known one. */
export function labelOf(target: Target, known: readonly Target[]): Label {
  const others = known.filter((other) => !isSame(other, target));
  const own = new Set(namesOf(target).map(lettersOf));
  const alike = others.filter((other) => namesOf(other).some((name) => own.has(lettersOf(name))));
  const tellsAll = (same: Same) => (shown: Shown) =>
    alike.every((other) => tells(shown, target, other, same));
  const shown = choices.find(tellsAll(sameLetters)) ?? choices.find(tellsAll(isIdentical)) ?? everything;
  const { account, accountName, region, system, which } = target;
  const accounts = others.map((other) => visible(other.accountName));
  const withId = shown.id === true && accountName !== account ? ` (${account})` : "";
  const place = [
    `${shorten(visible(accountName), accountAtMost, accounts)}${withId}`,
    ...(shown.region === true ? [region] : []),
    ...(shown.system === true ? [titles[system]] : []),
    ...(shown.which === true && which !== undefined ? [which] : []),
  ];
  return {
    name: visible(nameIn(shown, target)),
    place: place.join(", "),
    others: [...new Set(others.flatMap(namesOf).map(visible))],
  };
}

function tells(shown: Shown, target: Target, other: Target, same: Same): boolean {
  const name = nameIn(shown, target);
  if (!namesOf(other).some((it) => same(it, name))) return true;
  if (!same(other.accountName, target.accountName)) return true;
  return (
    (shown.id === true && target.account !== other.account) ||
    (shown.region === true && target.region !== other.region) ||
    (shown.system === true && target.system !== other.system) ||
    (shown.which === true && target.which !== other.which)
  );
}

function nameIn({ qualified }: Shown, { target, qualifiedTarget }: Target): string {
  return qualified === true ? qualifiedTarget : target;
}

function namesOf({ target, qualifiedTarget }: Target): readonly string[] {
  return [target, qualifiedTarget];
}

/**
 * Records of earlier releases lack `which` and can have no qualified name: one of them matches any target that it
 * could mean, and is not another target.
 */
function isSame(a: Target, b: Target): boolean {
  if (a.system !== b.system || a.account !== b.account || a.region !== b.region) return false;
  if (a.which !== undefined && b.which !== undefined && a.which !== b.which) return false;
  if (a.qualifiedTarget === b.qualifiedTarget) return true;
  return a.target === b.target && [a, b].some((it) => it.qualifiedTarget === it.target);
}

type Same = (name: string, other: string) => boolean;

function isIdentical(name: string, other: string): boolean {
  return name === other;
}
