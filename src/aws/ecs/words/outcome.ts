/** The version that serves now. Parts that could not be read are left out, never guessed. */

import type { Deployment } from "../../../handlers/deployment.ts";
import type { Phrase } from "../../../handlers/words.ts";
import { oldRevisionOf, servingOf } from "../facts/serving.ts";
import { productionPercent } from "../facts/stage.ts";
import type { Cause, Image, ServiceDeployment, StoredDetail, Versions } from "../facts/stored-detail.ts";
import { taskDefinitionOf } from "../facts/versions.ts";
import { buildName, buildNames, shortDigests } from "./builds.ts";
import { tasksFailed } from "./remarks.ts";

export function describeOutcome(
  { phase }: Pick<Deployment, "phase">,
  { deployment, versions, cause }: StoredDetail,
): Phrase | undefined {
  switch (phase) {
    case "succeeded":
      return [...builds(versions), serves(deployment)];
    case "rolled-back":
      return rolledBack(deployment, versions);
    case "stopped":
      return describeStop(deployment, cause);
    case "failed":
      return ["What serves now is not known. Look in AWS."];
    case "running":
    case "stopping":
    case "rolling-back":
      return undefined;
  }
}

function describeStop({ deploymentCircuitBreaker }: ServiceDeployment, cause: Cause | undefined): Phrase {
  const mayBeNewer = "A newer one may have taken its place.";
  if (cause === undefined) return [`ECS stopped this deployment. ${mayBeNewer}`];
  if (cause !== "failed-tasks")
    return ["ECS stopped this deployment without a rollback. Look in AWS to see what serves now."];
  const failed = tasksFailed(deploymentCircuitBreaker?.failureCount ?? 0);
  return [`ECS stopped this deployment after ${failed}. ${mayBeNewer} Look in AWS to see what serves now.`];
}

function builds(versions: Versions): Phrase {
  const [old, next] = onlyBuilds(versions);
  const name = taskDefinitionOf(versions.new);
  const definition: Phrase =
    name === undefined ? [] : ["task definition ", { code: `${name.family}:${name.revision}`, atMost: 24 }];
  if (next === undefined) return definition.length === 0 ? [] : [...definition, ". "];
  const from: Phrase = old === undefined || old === next ? [] : [{ code: old, atMost: 24 }, " → "];
  return [
    ...from,
    { code: next, atMost: 24 },
    ...(definition.length === 0 ? [] : [", ", ...definition]),
    ". ",
  ];
}

/** Says "serves" only if running tasks were read. */
function serves(deployment: ServiceDeployment): string {
  const percent = productionPercent(deployment);
  const { targetServiceRevision: target } = deployment;
  const tasks = tasksOf(target);
  if (target?.runningTaskCount === 0)
    return target.requestedTaskCount === 0
      ? "No task runs (desired count 0): nothing was proven."
      : "None of its tasks runs: nothing was proven.";
  if (target?.requestedTaskCount === 0)
    return "The desired count is 0. What still runs is on its way out: nothing was proven.";
  if (percent === 0) return "ECS shows no production traffic on it.";
  if (target?.runningTaskCount === undefined) return "ECS does not say how many of its tasks run.";
  if (percent !== undefined) return `It serves ${percent}% of production traffic.`;
  return tasks === undefined ? "It serves now." : `It serves now, ${tasks}.`;
}

function rolledBack(deployment: ServiceDeployment, versions: Versions): Phrase {
  if (versions.old.kind === "none") return [withoutOld(deployment)];
  const [old, next] = onlyBuilds(versions);
  const name = taskDefinitionOf(versions.old);
  const definition: Phrase =
    name === undefined ? [] : ["task definition ", { code: `${name.family}:${name.revision}`, atMost: 24 }];
  const what: Phrase =
    old === undefined
      ? definition.length === 0
        ? ["the old version"]
        : definition
      : [{ code: old, atMost: 24 }, ...(definition.length === 0 ? [] : [" (", ...definition, ")"])];
  const tasks = tasksOf(oldRevisionOf(deployment));
  const notLive: Phrase =
    next === undefined || next === old
      ? [" The new version is not live."]
      : [" ", { code: next, atMost: 24 }, " is not live."];
  const serving = servingOf(deployment, "rolled-back");
  const moved = productionPercent(deployment) ?? 0;
  if (moved > 0)
    return [`ECS confirmed the rollback and still shows ${moved}% of production traffic on the new version.`];
  if (serving === "none") return ["The service is back at ", ...what, ", and no task runs."];
  if (serving === "unknown")
    return ["The service is back at ", ...what, ". ECS does not say how many of its tasks run."];
  return ["Production serves ", ...what, tasks === undefined ? "." : `, ${tasks}.`, ...notLive];
}

function withoutOld(deployment: ServiceDeployment): string {
  const running = deployment.targetServiceRevision?.runningTaskCount;
  if (servingOf(deployment, "rolled-back") === "none")
    return "There was no old version to return to, and no task runs.";
  const left =
    running === undefined || running === 0
      ? ""
      : ` ECS still shows ${running} running ${running === 1 ? "task" : "tasks"} of the new version.`;
  return `There was no old version to return to.${left} What serves now is not known: look in AWS.`;
}

function tasksOf(
  revision:
    | { readonly runningTaskCount?: number | undefined; readonly requestedTaskCount?: number | undefined }
    | undefined,
): string | undefined {
  const { runningTaskCount, requestedTaskCount } = revision ?? {};
  if (runningTaskCount === undefined || requestedTaskCount === undefined) return undefined;
  return `${runningTaskCount} of ${requestedTaskCount} tasks running`;
}

/**
 * With several containers there is no single name; the task definition is shown instead. A tag that was used again gets
 * its digest.
 */
function onlyBuilds(versions: Versions): readonly [old: string | undefined, next: string | undefined] {
  const [old, next] = [onlyImage(versions.old), onlyImage(versions.new)];
  if (old === undefined || next === undefined) return [old && buildName(old), next && buildName(next)];
  const named = buildNames(old, next);
  const [before, after] = shortDigests(old, next);
  if (named[0] !== named[1] || before === undefined || after === undefined || before === after) return named;
  return [`${named[0]}@${before}`, `${named[1]}@${after}`];
}

function onlyImage(reading: Versions["old"]): Image | undefined {
  if (reading.kind !== "read") return undefined;
  const [first, second] = reading.value.images;
  return second === undefined ? first : undefined;
}
