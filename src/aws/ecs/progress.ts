/** What happens while nobody has to answer, what comes next, and what serves when it is over. */

import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Deployment, EpochMs, Gate, Phase } from "../../handlers/deployment.ts";
import type { DeploymentWords, Phrase } from "../../handlers/words.ts";
import { gatesOf, pauseWords, whereOf } from "./gates.ts";
import { buildName, type Image, imagesOf, namedOr, taskDefinitionOf, type Versions } from "./reading.ts";
import { oldRevisionOf, runningOf, servingOf, wantsNoTask } from "./serving.ts";
import { nextPercent, productionPercent, shareOf, strategyOf, taskPercent } from "./stage.ts";

type Progress = NonNullable<DeploymentWords["progress"]>;

export function progressOf(
  deployment: ServiceDeployment,
  phase: Phase,
  versions: Versions,
  rollbackUntil: EpochMs | undefined,
): Progress | undefined {
  switch (phase) {
    case "running":
      return whileRunning(deployment, rollbackUntil);
    case "rolling-back": {
      const old = namedOr(versions.old, "the old version");
      return { headline: ["ECS is rolling back"], next: ["the service returns to ", ...old, "."] };
    }
    case "stopping":
      return { headline: ["ECS is stopping this deployment"], next: ["a newer deployment takes its place."] };
    default:
      return undefined;
  }
}

/**
 * ECS does not say when the bake time began. The first read in it is the nearest: every later one shows a later change,
 * if any.
 */
export function bakeEnd(
  deployment: ServiceDeployment,
  previous: Deployment | undefined,
): EpochMs | undefined {
  const { lifecycleStage, updatedAt, deploymentConfiguration } = deployment;
  const minutes = deploymentConfiguration?.bakeTimeInMinutes;
  if (lifecycleStage !== "BAKE_TIME" || minutes === undefined || minutes === 0) return undefined;
  if (previous?.rollbackUntil !== undefined) return previous.rollbackUntil;
  return updatedAt === undefined ? undefined : updatedAt.getTime() + minutes * 60_000;
}

function whileRunning(deployment: ServiceDeployment, rollbackUntil: EpochMs | undefined): Progress {
  const percent =
    strategyOf(deployment) === "rolling" ? taskPercent(deployment) : productionPercent(deployment);
  const { headline, next: then } = atStage(deployment, rollbackUntil);
  const next = gatesOf(deployment)?.next;
  return {
    headline: wantsNoTask(deployment) ? [withoutTasks(deployment)] : headline,
    next: untilPause(deployment, next) ?? then,
    ...(percent === undefined || wantsNoTask(deployment) ? {} : { percent }),
  };
}

function atStage(
  deployment: ServiceDeployment,
  rollbackUntil: EpochMs | undefined,
): { readonly headline: Phrase; readonly next: Phrase } {
  const rolling = strategyOf(deployment) === "rolling";
  const configuration = deployment.deploymentConfiguration;
  const stage: string | undefined = deployment.lifecycleStage;
  switch (stage) {
    case "RECONCILE_SERVICE":
    case "PRE_SCALE_UP":
      return {
        headline: ["ECS prepares the deployment"],
        next: [wantsNoTask(deployment) ? "ECS starts no task." : "ECS starts the new tasks."],
      };
    case "SCALE_UP":
      return {
        headline: [newTasks(deployment)],
        next: [rolling ? "ECS replaces the old tasks step by step." : "ECS begins to shift traffic."],
      };
    case "POST_SCALE_UP":
      return { headline: [newTasks(deployment)], next: ["ECS continues on its own."] };
    case "TEST_TRAFFIC_SHIFT":
      return { headline: ["ECS moves test traffic to the new version"], next: ["ECS continues on its own."] };
    case "POST_TEST_TRAFFIC_SHIFT":
      return { headline: ["Test traffic is on the new version"], next: ["ECS continues on its own."] };
    case "PRE_PRODUCTION_TRAFFIC_SHIFT":
    case "PRODUCTION_TRAFFIC_SHIFT":
      return { headline: productionHeadline(deployment), next: afterShift(deployment) };
    case "POST_PRODUCTION_TRAFFIC_SHIFT":
      return { headline: productionHeadline(deployment), next: ["the bake time begins."] };
    case "BAKE_TIME": {
      if (rollbackUntil !== undefined)
        return {
          headline: productionHeadline(deployment),
          next: [
            "about ",
            { time: rollbackUntil, show: "deadline" },
            " ECS removes the old tasks by itself. Until then it can go back to them.",
          ],
        };
      const minutes = configuration?.bakeTimeInMinutes;
      const time = minutes === undefined ? "the bake time" : `${minutes} min of bake time`;
      return {
        headline: productionHeadline(deployment),
        next: [`after ${time} ECS removes the old tasks.`],
      };
    }
    case "CLEAN_UP":
      return { headline: ["ECS removes the old tasks"], next: ["the deployment ends."] };
    case undefined:
      return { headline: [newTasks(deployment)], next: ["ECS continues on its own."] };
    default:
      return {
        headline: ["ECS is deploying, at a stage that Holdpoint does not know"],
        next: ["ECS continues on its own."],
      };
  }
}

function withoutTasks(deployment: ServiceDeployment): string {
  const running = runningOf(deployment);
  if (running === 0) return "No task runs: the desired count is 0";
  return running === undefined
    ? "The desired count is 0"
    : `The desired count is 0, and ${running === 1 ? "1 task still runs" : `${running} tasks still run`}`;
}

function newTasks({ targetServiceRevision }: ServiceDeployment): string {
  const { runningTaskCount, requestedTaskCount } = targetServiceRevision ?? {};
  if (requestedTaskCount === undefined || requestedTaskCount === 0) return "ECS starts the new tasks";
  if (runningTaskCount === undefined)
    return `ECS does not say how many of the ${requestedTaskCount} new tasks are running`;
  return `${runningTaskCount} of ${requestedTaskCount} new tasks are running`;
}

function productionHeadline(deployment: ServiceDeployment): Phrase {
  const percent = productionPercent(deployment);
  return percent === undefined
    ? [newTasks(deployment)]
    : [`${percent}% of production traffic is on the new version`];
}

/** Before a step is asked for, the one that was answered is still carried out, or bakes. */
function untilPause(deployment: ServiceDeployment, next: Gate | undefined): Phrase | undefined {
  if (next === undefined) return undefined;
  const now = productionPercent(deployment) ?? 0;
  if (next.step === undefined) return pauseWords(next);
  const { from } = next.step;
  if (now >= from)
    return [`after ${bakeOf(deployment)} ECS pauses ${whereOf(next)} and waits for an answer.`];
  const share = now === 0 ? `${from}% of production traffic` : shareOf(now, from);
  return [`ECS shifts ${share}, then pauses ${whereOf(next)} and waits for an answer.`];
}

function afterShift(deployment: ServiceDeployment): Phrase {
  const now = productionPercent(deployment);
  const next = nextPercent(deployment);
  if (now === undefined || next === undefined || now >= 100) return ["ECS continues on its own."];
  if (now === 0) return [`ECS shifts ${next}% of production traffic.`];
  return [`after ${bakeOf(deployment)} `, { bold: [`ECS shifts ${shareOf(now, next)}`] }, "."];
}

function bakeOf(deployment: ServiceDeployment): string {
  const configuration = deployment.deploymentConfiguration;
  const canary = strategyOf(deployment) === "canary";
  const minutes = canary
    ? configuration?.canaryConfiguration?.canaryBakeTimeInMinutes
    : configuration?.linearConfiguration?.stepBakeTimeInMinutes;
  const bake = canary ? "canary bake time" : "bake time";
  return minutes === undefined ? `the ${bake}` : `${minutes} min of ${bake}`;
}

/** What serves now. Where a part could not be read it is left out, never guessed. */
export function outcomeOf(
  deployment: ServiceDeployment,
  phase: Phase,
  versions: Versions,
  isIncident: boolean,
): Phrase | undefined {
  switch (phase) {
    case "succeeded":
      return [...builds(versions), serves(deployment)];
    case "rolled-back":
      return rolledBack(deployment, versions);
    case "stopped":
      return isIncident
        ? ["ECS stopped this deployment without a rollback. Look in AWS to see what serves now."]
        : ["ECS stopped this deployment. A newer one may have taken its place."];
    case "failed":
      return ["What serves now is not known. Look in AWS."];
    default:
      return undefined;
  }
}

function builds(versions: Versions): Phrase {
  const [old, next] = [onlyBuild(versions.old), onlyBuild(versions.new)];
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

/** "Serves" stands on tasks that were read as running. */
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
  if (versions.old.kind === "none")
    return ["There was no old version to return to. Look in AWS to see what serves now."];
  const old = onlyBuild(versions.old);
  const next = onlyBuild(versions.new);
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
    next === undefined
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

function tasksOf(
  revision:
    | { readonly runningTaskCount?: number | undefined; readonly requestedTaskCount?: number | undefined }
    | undefined,
): string | undefined {
  const { runningTaskCount, requestedTaskCount } = revision ?? {};
  if (runningTaskCount === undefined || requestedTaskCount === undefined) return undefined;
  return `${runningTaskCount} of ${requestedTaskCount} tasks running`;
}

/** Several containers have no one name: then the task definition speaks for them. */
function onlyBuild(reading: Versions["old"]): string | undefined {
  if (reading.kind !== "read") return undefined;
  const [first, second]: readonly Image[] = imagesOf(reading.value);
  return first === undefined || second !== undefined ? undefined : buildName(first);
}
