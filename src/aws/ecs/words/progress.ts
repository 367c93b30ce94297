/** The headline while no answer is needed, and what comes next. */

import type { AwsMs, Deployment, Gate } from "../../../handlers/deployment.ts";
import type { DeploymentWords, Phrase } from "../../../handlers/words.ts";
import { gatesOf } from "../facts/gates.ts";
import { oldRevisionOf, runningOf, wantsNoTask } from "../facts/serving.ts";
import { nextPercent, productionPercent, type Strategy, strategyOf, taskPercent } from "../facts/stage.ts";
import type { ServiceDeployment, StoredDetail } from "../facts/stored-detail.ts";
import { namedOr } from "./builds.ts";
import { shareOf } from "./strategy.ts";

type Progress = NonNullable<DeploymentWords["progress"]>;

export function describeProgress(
  { phase, rollbackUntil }: Deployment,
  { deployment, versions }: StoredDetail,
): Progress | undefined {
  switch (phase) {
    case "running":
      return whileRunning(deployment, rollbackUntil);
    case "rolling-back":
      return { headline: ["ECS is rolling back"], next: afterRollback(deployment, versions.old) };
    case "stopping":
      return {
        headline: ["ECS is stopping this deployment"],
        next: ["it ends. A newer one may take its place."],
      };
    case "succeeded":
    case "rolled-back":
    case "stopped":
    case "failed":
      return undefined;
  }
}

function afterRollback(deployment: ServiceDeployment, old: StoredDetail["versions"]["old"]): Phrase {
  if (old.kind === "none") return ["the deployment ends. There is no old version to return to."];
  return oldRevisionOf(deployment) === undefined
    ? ["the deployment ends. Not known: what the service returns to."]
    : ["the service returns to ", ...namedOr(old, "the old version"), "."];
}

function whileRunning(deployment: ServiceDeployment, rollbackUntil: AwsMs | undefined): Progress {
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
  rollbackUntil: AwsMs | undefined,
): { readonly headline: Phrase; readonly next: Phrase } {
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
        next: [afterScaleUp[strategyOf(deployment)]],
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

const afterScaleUp: Readonly<Record<Strategy, string>> = {
  rolling: "ECS replaces the old tasks step by step.",
  "blue-green": "ECS begins to shift traffic.",
  linear: "ECS begins to shift traffic.",
  canary: "ECS begins to shift traffic.",
  unknown: "ECS continues on its own.",
};

function withoutTasks(deployment: ServiceDeployment): string {
  const running = runningOf(deployment);
  if (running === 0) return "No task runs: the desired count is 0";
  return running === undefined
    ? "The desired count is 0"
    : `The desired count is 0, and ${running === 1 ? "1 task still runs" : `${running} tasks still run`}`;
}

function newTasks({ targetServiceRevision }: ServiceDeployment): string {
  const { runningTaskCount, requestedTaskCount } = targetServiceRevision ?? {};
  if (requestedTaskCount === undefined) return "ECS is deploying; how many tasks it starts was not read";
  if (requestedTaskCount === 0) return "ECS starts the new tasks";
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

/** Before the next step can be answered, the previous one is still being shifted or is baking. */
function untilPause(deployment: ServiceDeployment, next: Gate | undefined): Phrase | undefined {
  if (next === undefined) return undefined;
  const now = productionPercent(deployment);
  if (next.step === undefined || now === undefined) return describePause(next);
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

const places: ReadonlyMap<string, string> = new Map([
  ["RECONCILE_SERVICE", "before anything changes"],
  ["PRE_SCALE_UP", "before the new tasks start"],
  ["POST_SCALE_UP", "after the new tasks have started"],
  ["POST_TEST_TRAFFIC_SHIFT", "before production"],
  ["PRE_PRODUCTION_TRAFFIC_SHIFT", "before production"],
  ["POST_PRODUCTION_TRAFFIC_SHIFT", "after production traffic has moved"],
]);

export function whereOf({ stage, step }: Gate): string {
  if (step !== undefined) return `before ${shareOf(step.from, step.to)}`;
  return places.get(stage) ?? "at a stage that Holdpoint does not know";
}

function describePause(gate: Gate): Phrase {
  return gate.stage === "POST_PRODUCTION_TRAFFIC_SHIFT"
    ? ["ECS moves production traffic, then pauses and waits for an answer."]
    : [`ECS pauses ${whereOf(gate)} and waits for an answer.`];
}
