/** The pauses that a deployment still comes to. They are configured in advance; a hook in the list of details has no stage. */

import type { DeploymentLifecycleHook, ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Gate, Gates, Phrase } from "../../handlers/deployment.ts";
import { nextPercent, productionPercent, strategyOf } from "./stage.ts";

const stages: readonly string[] = [
  "RECONCILE_SERVICE",
  "PRE_SCALE_UP",
  "SCALE_UP",
  "POST_SCALE_UP",
  "TEST_TRAFFIC_SHIFT",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
  "BAKE_TIME",
  "CLEAN_UP",
];

/** AWS leaves the type of pauses out at times; a Lambda hook always has a target. */
export function isPause({ targetType, hookTargetArn }: DeploymentLifecycleHook): boolean {
  return targetType === "PAUSE" || (targetType === undefined && hookTargetArn === undefined);
}

/** `undefined` where ECS does not show the configuration. */
export function gatesOf(deployment: ServiceDeployment): Gates | undefined {
  const { deploymentConfiguration, lifecycleHookDetails = [], lifecycleStage } = deployment;
  if (deploymentConfiguration === undefined) return undefined;
  const hooks = deploymentConfiguration.lifecycleHooks ?? [];
  const planned = hooks
    .filter(isPause)
    .flatMap(({ lifecycleStages = [] }) => lifecycleStages)
    .flatMap((stage) => Array.from({ length: timesOf(deployment, stage) }, () => stage))
    .toSorted((a, b) => position(a) - position(b));
  const answered = lifecycleHookDetails.filter(
    ({ targetType, targetArn, status, timeoutAction }) =>
      (targetType === "PAUSE" || targetArn === undefined) &&
      (status === "SUCCEEDED" || (status === "TIMED_OUT" && timeoutAction === "CONTINUE")),
  ).length;
  const now = lifecycleStage === undefined ? -1 : stages.indexOf(lifecycleStage);
  const ahead = planned.findIndex((stage, index) => index >= answered && lastAt(deployment, stage) >= now);
  if (ahead < 0) return { passed: planned.length, total: planned.length };
  const stage = planned[ahead] ?? "";
  return { passed: ahead, total: planned.length, next: { stage, where: whereOf(stage) } };
}

/** A stage that AWS adds later counts as still to come. */
function position(stage: string): number {
  const found = stages.indexOf(stage);
  return found < 0 ? stages.length : found;
}

/** Linear and canary deployments come back to the pause before production with each step. */
function lastAt(deployment: ServiceDeployment, stage: string): number {
  const repeats = stage === "PRE_PRODUCTION_TRAFFIC_SHIFT" && stepsLeft(deployment) > 0;
  return repeats ? Math.max(position(stage), stages.indexOf("PRODUCTION_TRAFFIC_SHIFT")) : position(stage);
}

function stepsLeft(deployment: ServiceDeployment): number {
  const strategy = strategyOf(deployment);
  if (strategy !== "linear" && strategy !== "canary") return 0;
  return (productionPercent(deployment) ?? 0) >= 100 || nextPercent(deployment) === undefined ? 0 : 1;
}

function timesOf({ deploymentConfiguration }: ServiceDeployment, stage: string): number {
  if (stage !== "PRE_PRODUCTION_TRAFFIC_SHIFT") return 1;
  const { strategy, linearConfiguration } = deploymentConfiguration ?? {};
  if (strategy === "CANARY") return 2;
  const step = linearConfiguration?.stepPercent ?? 100;
  return strategy === "LINEAR" && step > 0 ? Math.ceil(100 / step) : 1;
}

const places: Readonly<Record<string, string>> = {
  RECONCILE_SERVICE: "before anything changes",
  PRE_SCALE_UP: "before the new tasks start",
  POST_SCALE_UP: "after the new tasks have started",
  POST_TEST_TRAFFIC_SHIFT: "before production",
  PRE_PRODUCTION_TRAFFIC_SHIFT: "before production",
  POST_PRODUCTION_TRAFFIC_SHIFT: "after production traffic has moved",
};

function whereOf(stage: string): string {
  return places[stage] ?? "at a stage that Holdpoint does not know";
}

export function pauseWords({ stage, where }: Gate): Phrase {
  return stage === "POST_PRODUCTION_TRAFFIC_SHIFT"
    ? ["ECS moves production traffic, then pauses and waits for an answer."]
    : [`ECS pauses ${where} and waits for an answer.`];
}
