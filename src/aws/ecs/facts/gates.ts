/**
 * The pauses that a deployment still has ahead. They come from its configuration, because the lifecycle hook details
 * have no stage.
 */

import type { Gates } from "../../../handlers/deployment.ts";
import { isPause as isHold } from "../locate.ts";
import { nextPercent, percentAfter, productionPercent, strategyOf } from "./stage.ts";
import type { Hook, ServiceDeployment } from "./stored-detail.ts";

/** Linear and canary deployments return to this stage before each step. */
const eachStep = "PRE_PRODUCTION_TRAFFIC_SHIFT";

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

/** AWS sometimes leaves out the type of a pause; a Lambda hook always has a target. */
export function isPause({ targetType, hookTargetArn }: Hook): boolean {
  return targetType === "PAUSE" || (targetType === undefined && hookTargetArn === undefined);
}

/** `undefined` if ECS does not return the configuration, or leaves its hooks out although the deployment pauses. */
export function gatesOf(deployment: ServiceDeployment): Gates | undefined {
  const { deploymentConfiguration, lifecycleStage, lifecycleHookDetails = [] } = deployment;
  if (deploymentConfiguration === undefined) return undefined;
  const { lifecycleHooks: hooks = [] } = deploymentConfiguration;
  const pauses = lifecycleHookDetails.some(({ targetType, hookId = "" }) =>
    isHold({ type: targetType, id: hookId }),
  );
  if (pauses && !hooks.some(isPause)) return undefined;
  const planned = hooks
    .filter(isPause)
    .flatMap(({ lifecycleStages = [] }) => lifecycleStages)
    .flatMap((stage) => Array.from({ length: timesOf(deployment, stage) }, () => stage))
    .toSorted((a, b) => position(a) - position(b));
  const firstStep = planned.indexOf(eachStep);
  const steps = firstStep < 0 ? 0 : stepsDone(deployment);
  // ECS may list only the latest answers, but every completed step had one.
  const passed = Math.max(answeredOf(deployment), steps === 0 ? 0 : firstStep + steps);
  const now = lifecycleStage === undefined ? -1 : stages.indexOf(lifecycleStage);
  const ahead = planned.findIndex((stage, index) => index >= passed && lastAt(deployment, stage) >= now);
  const total = planned.length;
  const stage = planned[ahead];
  if (stage === undefined) return { passed: total, total };
  const asked = stage === eachStep ? ahead - firstStep : 0;
  const [from, to] = [percentAfter(deployment, asked), percentAfter(deployment, asked + 1)];
  const isBetween = asked > 0 && from !== undefined && to !== undefined;
  return { passed: ahead, total, next: { stage, ...(isBetween ? { step: { from, to } } : {}) } };
}

/** The number of pauses that ended with the deployment continuing. */
function answeredOf({ lifecycleHookDetails = [] }: ServiceDeployment): number {
  return lifecycleHookDetails.filter(
    ({ targetType, hookId = "", status, timeoutAction }) =>
      isHold({ type: targetType, id: hookId }) &&
      (status === "SUCCEEDED" || (status === "TIMED_OUT" && timeoutAction === "CONTINUE")),
  ).length;
}

function stepsDone(deployment: ServiceDeployment): number {
  const now = productionPercent(deployment) ?? 0;
  return Array.from({ length: timesOf(deployment, eachStep) }, (_, index) => index + 1).filter(
    (steps) => now > 0 && (percentAfter(deployment, steps) ?? 101) <= now,
  ).length;
}

/** A stage that AWS adds later counts as still ahead. */
function position(stage: string): number {
  const found = stages.indexOf(stage);
  return found < 0 ? stages.length : found;
}

function lastAt(deployment: ServiceDeployment, stage: string): number {
  const repeats = stage === eachStep && stepsLeft(deployment) > 0;
  return repeats ? Math.max(position(stage), stages.indexOf("PRODUCTION_TRAFFIC_SHIFT")) : position(stage);
}

function stepsLeft(deployment: ServiceDeployment): number {
  const strategy = strategyOf(deployment);
  if (strategy !== "linear" && strategy !== "canary") return 0;
  const now = productionPercent(deployment);
  // Unknown whether steps are left: assume one, so that a possible pause is shown.
  if (now === undefined) return 1;
  return now >= 100 || nextPercent(deployment) === undefined ? 0 : 1;
}

function timesOf({ deploymentConfiguration }: ServiceDeployment, stage: string): number {
  if (stage !== eachStep) return 1;
  const { strategy, linearConfiguration } = deploymentConfiguration ?? {};
  if (strategy === "CANARY") return 2;
  const step = linearConfiguration?.stepPercent ?? 100;
  return strategy === "LINEAR" && step > 0 ? Math.ceil(100 / step) : 1;
}
