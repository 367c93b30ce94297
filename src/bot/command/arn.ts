/** Recognizes ARNs, console URLs and ids that people paste from AWS. Pure. */

import type { SystemName } from "../../handlers/deployment.ts";
import { sameLetters } from "../../handlers/names/names.ts";
import { slips } from "../../handlers/names/similar.ts";
import type { Target } from "../../handlers/names/targets.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";

/** What an ARN or a console URL says about a target. */
export interface Reference {
  readonly system: SystemName;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  /** All of these are names of the target. Empty if only a deployment of it is named. */
  readonly names: readonly string[];
  /** It names one deployment, or something else of the target. */
  readonly isBelow: boolean;
  /** The id of that deployment, or the end of it. */
  readonly deployment?: string | undefined;
}

type Names = readonly [first: string, second: string, third: string];

interface Pattern {
  readonly system: SystemName;
  /** `below` matches where it names something of the target. */
  readonly pattern: RegExp;
  readonly called: (...names: Names) => readonly string[];
  readonly deployment?: (...names: Names) => string;
}

/** The resource part of ARNs. */
const resources: readonly Pattern[] = [
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
    pattern: /^application\/([^/]+)\/environment\/([^/]+)\/deployment\/(?<below>\d+)$/i,
    called: (application, environment) => [`id ${application}/${environment}`],
    deployment: (application, environment, number) => `${application}/${environment}/${number}`,
  },
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

/** The paths of the console, today's and that of before 2023, where it stands behind the `#`. */
const pages: readonly Pattern[] = [
  {
    system: "ecs",
    pattern:
      /^\/ecs\/\S*?clusters\/([^/?#]+)\/services\/([^/?#]+)(?:\/(?:service-)?deployments\/(?<below>[^/?#]+))?/i,
    called: (cluster, service) => [`${cluster}/${service}`],
    deployment: (cluster, service, id) => `service-deployment/${cluster}/${service}/${id}`,
  },
  {
    system: "codedeploy",
    pattern: /^\/(?:codesuite\/)?codedeploy\/\S*?applications\/([^/?#]+)\/deployment-groups\/([^/?#]+)/i,
    called: (application, group) => [`${application}/${group}`],
  },
  {
    system: "codedeploy",
    pattern: /^\/(?:codesuite\/)?codedeploy\/\S*?applications\/([^/?#]+)/i,
    called: (application) => [application],
  },
  {
    system: "codedeploy",
    pattern: /^\/(?:codesuite\/)?codedeploy\/\S*?deployments\/(?<below>d-[^/?#]+)/i,
    called: () => [],
    deployment: (id) => id,
  },
  {
    system: "appconfig",
    pattern:
      /^\/systems-manager\/appconfig\/applications\/([^/?#]+)\/environments\/([^/?#]+)(?:\/deployments?\/(?<below>\d+))?/i,
    called: (application, environment) => [`id ${application}/${environment}`],
    deployment: (application, environment, number) => `${application}/${environment}/${number}`,
  },
  {
    system: "appconfig",
    pattern: /^\/systems-manager\/appconfig\/applications\/([^/?#]+)/i,
    called: (application) => [application],
  },
];

/** A session of several accounts has the account and a random part in front of the region. */
const consoleUrl =
  /^(?:https?:\/\/)?(?:(\d{12})-[a-z0-9]+\.)?(?:([a-z0-9-]+)\.)?console\.(?:aws\.amazon|amazonaws[a-z-]*)\.[a-z.]+(\/\S*)$/i;

/** What the text says about a target, if it is an ARN or a console URL of one. */
export function referenceIn(text: string): Reference | undefined {
  const [, , service = "", region, account, ...rest] = /^arn:/i.test(text) ? text.split(":") : [];
  const named = readBy(
    resources.filter(({ system }) => system === service.toLowerCase()),
    rest.join(":"),
  );
  if (named !== undefined) return { ...named, account, region };
  const [, ofSession, ofHost, path = ""] = consoleUrl.exec(text) ?? [];
  const shown = readBy(pages, path);
  const [, asked = ofHost] = /[?&]region=([a-z0-9-]+)/i.exec(path) ?? [];
  return shown && { ...shown, account: ofSession, region: asked };
}

function readBy(patterns: readonly Pattern[], text: string): Reference | undefined {
  for (const { system, pattern, called, deployment } of patterns) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const [, first = "", second = "", third = ""] = match.map(decoded);
    const isBelow = match.groups?.below !== undefined;
    const names = called(first, second, third);
    return { system, names, isBelow, ...(isBelow ? { deployment: deployment?.(first, second, third) } : {}) };
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The targets that an ARN or a console URL can mean. */
export function targetsOf(reference: Reference, targets: readonly Target[]): readonly Target[] {
  const { names } = reference;
  return targets.filter(
    (it) =>
      names.length > 0 &&
      isAt(reference, it) &&
      names.every((name) =>
        [it.target, it.qualifiedTarget, it.which ?? "", ...appConfigIdsOf(it)].some((own) =>
          sameLetters(own, name),
        ),
      ),
  );
}

function isAt(said: Reference, it: Pick<Target, "system" | "account" | "region">): boolean {
  return (
    said.system === it.system &&
    (said.account === undefined || said.account === it.account) &&
    (said.region === undefined || sameLetters(said.region, it.region))
  );
}

/** True if the text is the id of this deployment, its ARN or its page in the console. */
export function isOfDeployment(text: string, ref: ActiveEntry["ref"]): boolean {
  if (sameLetters(ref.id, text)) return true;
  const reference = referenceIn(text);
  const end = reference?.deployment;
  return (
    reference !== undefined &&
    end !== undefined &&
    isAt(reference, ref) &&
    sameLetters(ref.id.slice(-end.length), end)
  );
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

/** The format of CodeDeploy's deployment ids, which hardly a name has: of letters alone only in capitals. */
export function isCodeDeployId(text: string): boolean {
  const id = referenceIn(text)?.deployment ?? text;
  return /^d-(?=.*\d)[a-z0-9]{7,11}$/i.test(id) || /^d-[A-Z]{7,11}$/.test(id);
}

/**
 * Deployments whose id is within 2 typos of this one, or begins with it. For a CodeDeploy id without a match: all
 * waiting CodeDeploy deployments, or else the running ones.
 */
export function nearIds(text: string, entries: readonly ActiveEntry[]): readonly ActiveEntry[] {
  const { deployment, names: [name = text] = [] } = referenceIn(text) ?? {};
  const said = (deployment ?? name.replace(/^id /, "")).toLowerCase();
  const isStart = /^d-[a-z0-9]{3,}$/.test(said);
  if (!isStart && !isCodeDeployId(text) && (said.length < 7 || !/\d/.test(said))) return [];
  const near = entries.filter(({ ref: { id, system }, which = "" }) =>
    [id, id.slice(id.lastIndexOf("/") + 1), ...appConfigIdsOf({ system, which })]
      .map((it) => it.toLowerCase())
      .some((it) => it.length >= 7 && (slips(said, it) <= 2 || (isStart && it.startsWith(said)))),
  );
  if (near.length > 0 || !isCodeDeployId(text)) return near;
  const living = entries.filter(({ ref, state }) => ref.system === "codedeploy" && state !== "ended");
  const waiting = living.filter(({ state }) => state === "waiting");
  return waiting.length > 0 ? waiting : living;
}
