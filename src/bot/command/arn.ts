/** Recognizes ARNs and ids that people paste from AWS. Pure. */

import type { SystemName } from "../../handlers/deployment.ts";
import { sameLetters } from "../../handlers/names/names.ts";
import { slips } from "../../handlers/names/similar.ts";
import type { Target } from "../../handlers/names/targets.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";

/** The resource part of an ARN, and the names that its target must have. `below`: the ARN of one deployment of it. */
const resources: readonly {
  readonly system: SystemName;
  readonly pattern: RegExp;
  readonly called: (first: string, second: string) => readonly string[];
}[] = [
  { system: "ecs", pattern: /^service\/([^/]+\/[^/]+)$/i, called: (name) => [name] },
  // The short ARN format that ECS used before 2021.
  { system: "ecs", pattern: /^service\/([^/]+)$/i, called: (service) => [service] },
  {
    system: "ecs",
    pattern: /^(?:service-deployment|service-revision|task-set)\/([^/]+\/[^/]+)(?<below>\/.+)$/i,
    called: (name) => [name],
  },
  { system: "codedeploy", pattern: /^(?:deploymentgroup|application):(.+)$/i, called: (name) => [name] },
  {
    system: "appconfig",
    pattern: /^application\/([^/]+)\/environment\/([^/]+)(?<below>\/.+)?$/i,
    called: (application, environment) => [`id ${application}/${environment}`],
  },
  {
    system: "appconfig",
    pattern: /^application\/([^/]+)$/i,
    called: (application) => [application],
  },
  {
    system: "proton",
    pattern: /^service\/([^/]+)\/service-instance\/([^/]+)$/i,
    called: (service, instance) => [`${service}/${instance}`, "Proton service instance"],
  },
  {
    system: "proton",
    pattern: /^service\/([^/]+)\/pipeline(?:\/.+)?$/i,
    called: (service) => [service, "Proton service pipeline"],
  },
  {
    system: "proton",
    pattern: /^(environment|component)\/([^/]+)$/i,
    called: (kind, name) => [name, `Proton ${kind.toLowerCase()}`],
  },
];

/**
 * The targets of an ARN; `undefined` if the text is none. `names`: the target's names in it. `isBelow`: it is the ARN
 * of one deployment.
 */
export function targetsOfArn(
  text: string,
  targets: readonly Target[],
):
  | { readonly targets: readonly Target[]; readonly names: readonly string[]; readonly isBelow: boolean }
  | undefined {
  if (!/^arn:/i.test(text)) return undefined;
  const [, , service = "", region = "", account, ...rest] = text.split(":");
  for (const { system, pattern, called } of resources) {
    const match = system === service.toLowerCase() ? pattern.exec(rest.join(":")) : null;
    if (match === null) continue;
    const names = called(match[1] ?? "", match[2] ?? "");
    const found = targets.filter(
      (it) =>
        it.system === system &&
        it.account === account &&
        sameLetters(it.region, region) &&
        names.every((name) =>
          [it.target, it.qualifiedTarget, it.which ?? "", ...appConfigIdsOf(it)].some((own) =>
            sameLetters(own, name),
          ),
        ),
    );
    return { targets: found, names, isBelow: match.groups?.below !== undefined };
  }
  return { targets: [], names: [], isBelow: false };
}

/**
 * The ids that AppConfig's console shows for a target: application and environment together, and the application alone.
 */
export function appConfigIdsOf({ system, which = "" }: Pick<Target, "system" | "which">): readonly string[] {
  const [, both = "", application = ""] =
    system === "appconfig" ? (/^id (([^/]+)\/.+)$/.exec(which) ?? []) : [];
  return both === "" ? [] : [both, application];
}

/** The ids of an AppConfig application and environment, side by side as its console and API write them. */
export function appConfigIdIn(text: string): string | undefined {
  const [, application, environment] =
    /^\/?(?:applications?\/)?([a-z0-9]{4,7})\/(?:environments?\/)?([a-z0-9]{4,7})$/i.exec(text) ?? [];
  return application === undefined || environment === undefined
    ? undefined
    : `id ${application}/${environment}`.toLowerCase();
}

/** True for an ARN, an id or a console URL: AWS's identifiers, which nobody uses as names. */
export function isId(text: string): boolean {
  const ids = [
    /^arn:/i,
    /^(?:https?:\/\/)?[\w.-]*(?:console\.|amazonaws)/i,
    /^ecs-svc\/\d+$/i,
    /^\/?applications?\/[a-z0-9]{4,7}\//i,
    /^(?=[a-z]*\d)[a-z0-9]{7}\/(?=[a-z]*\d)[a-z0-9]{7}(?:\/\d+)?$/i,
  ];
  return isCodeDeployId(text) || ids.some((it) => it.test(text));
}

/** The format of CodeDeploy's deployment ids, which no name has. */
export function isCodeDeployId(text: string): boolean {
  return /^d-(?=.*\d)[a-z0-9]{7,11}$/i.test(text);
}

/**
 * Deployments whose id is within 2 typos of this one. For a CodeDeploy id without a match: all waiting CodeDeploy
 * deployments, or else the running ones.
 */
export function nearIds(text: string, entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  const said = text.toLowerCase();
  if (said.length < 7 || !/\d/.test(said)) return [];
  const near = entries.filter(({ ref: { id, system }, which = "" }) =>
    [id, id.slice(id.lastIndexOf("/") + 1), ...appConfigIdsOf({ system, which })].some(
      (it) => it.length >= 7 && slips(said, it.toLowerCase()) <= 2,
    ),
  );
  if (near.length > 0 || !isCodeDeployId(text)) return near;
  const living = entries.filter(({ ref, state }) => ref.system === "codedeploy" && state !== "ended");
  const waiting = living.filter(({ state }) => state === "waiting");
  return waiting.length > 0 ? waiting : living;
}
