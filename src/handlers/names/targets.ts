/** What can be deployed to, and how two of them are told apart. Pure. */

import type { SystemName } from "../deployment.ts";
import type { ActiveEntry } from "../store/queue.ts";
import { innerOf, lettersOf, outerOf, sameLetters, visible } from "./names.ts";
import { shorten } from "./shorten.ts";

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
  /** What tells it from others of the same names there, in words. Absent where names are enough, and in old records. */
  readonly which?: string;
}

/** `complete`: every configured place was listed whole, recently. */
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

/** Equal for two targets exactly if they are one and the same. */
export function identityOf({ system, account, region, qualifiedTarget, which }: Target): string {
  return JSON.stringify([system, account, region, qualifiedTarget, which]);
}

export function distinct(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [identityOf(target), target])).values()];
}

/** AppConfig's and Proton's targets are called by both parts of their name; people also say one in the other. */
export function partsOf({
  system,
  qualifiedTarget,
}: Target): { readonly outer: string; readonly inner: string } | undefined {
  const inner = system === "appconfig" || system === "proton" ? innerOf(qualifiedTarget) : undefined;
  return inner === undefined ? undefined : { outer: outerOf(qualifiedTarget), inner };
}

/** Accounts, region, and the cluster, group, environment or instance that narrows the name. */
export function placesOf(it: Target): readonly string[] {
  const { account, accountName, region, target, qualifiedTarget } = it;
  const parts = partsOf(it);
  if (parts !== undefined) return [accountName, account, region, parts.inner];
  const before = qualifiedTarget.endsWith(`/${target}`) ? [qualifiedTarget.slice(0, -target.length - 1)] : [];
  const after = qualifiedTarget.startsWith(`${target}/`) ? [qualifiedTarget.slice(target.length + 1)] : [];
  return [accountName, account, region, ...before, ...after];
}

/** What a target is called wherever it is shown. */
export interface Label {
  /** `api`, or `prod/api` where another one is called `api` too. */
  readonly name: string;
  /** `prod`, and where that is not enough `prod, eu-west-1`. */
  readonly place: string;
  /** The names of the others: no cut of this one may fit them. */
  readonly others: readonly string[];
}

/** What is shown beside the name and the account, which always stand there. */
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

/** Account names get at most so many characters. */
const accountAtMost = 20;

const titles: Readonly<Record<SystemName, string>> = {
  ecs: "ECS",
  codedeploy: "CodeDeploy",
  appconfig: "AppConfig",
  proton: "Proton",
};

/** Shows what tells a target from every other one that is known, and no more. */
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

/** What earlier releases recorded lacks what tells some apart: it may be either of two, and is not a third. */
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
