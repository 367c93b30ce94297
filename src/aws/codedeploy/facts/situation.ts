/** The common input of facts and texts, and everything derived from it. */

import { z } from "zod";
import type { AwsMs, Deployment, Phase, Ref } from "../../../handlers/deployment.ts";
import type { Carried } from "../carried.ts";
import { countsRead, isWhole, sum } from "./counts.ts";
import type { DeploymentInfo, StoredDetail, TaskSet } from "./stored-detail.ts";
import type { Targets } from "./targets.ts";

/** The input of both facts and texts. */
export interface Situation extends StoredDetail {
  readonly ref: Ref;
  readonly phase: Phase;
  readonly platform: Platform;
}

/** Additional input for facts only; none of it is stored as it is. */
export interface Observed extends Situation {
  readonly targets: Targets;
  readonly carried: Carried;
  readonly previous: Deployment | undefined;
  /** In full, what a person decides about; undefined if CodeDeploy doesn't return it. */
  readonly fingerprint: string | undefined;
  /** There is a revision to roll back to, whether or not CodeDeploy names it. */
  readonly hasEarlier: boolean;
  /** This process's clock, for waits whose start nothing from AWS shows. */
  readonly now: AwsMs;
}

export function situationOf(
  { ref, phase }: Pick<Deployment, "ref" | "phase">,
  said: StoredDetail,
): Situation {
  return { ...said, ref, phase, platform: platformOf(said.info) };
}

export const platforms = ["lambda", "ecs", "blue-green", "in-place", "unknown"] as const;
export type Platform = (typeof platforms)[number];

function platformOf({ computePlatform, deploymentStyle }: DeploymentInfo): Platform {
  if (computePlatform === "Lambda") return "lambda";
  if (computePlatform === "ECS") return "ecs";
  if (computePlatform !== "Server") return "unknown";
  switch (deploymentStyle?.deploymentType) {
    case "BLUE_GREEN":
      return "blue-green";
    case "IN_PLACE":
      return "in-place";
    default:
      return "unknown";
  }
}

/**
 * A rollback that CodeDeploy has started doesn't show yet what serves, so only the rollback's own deployment becomes
 * "rolled-back". A status that AWS adds later counts as running: the deployment stays visible, and AWS validates each
 * request.
 */
export function phaseOf(info: DeploymentInfo): Phase {
  switch (info.status) {
    case "Succeeded":
      return rollsBack(info) === undefined ? "succeeded" : "rolled-back";
    case "Failed":
      return "failed";
    case "Stopped":
      return "stopped";
    default:
      return "running";
  }
}

/** The id of the new deployment with which CodeDeploy rolls this one back. */
export function rollbackOf({ rollbackInfo, deploymentId }: DeploymentInfo): string | undefined {
  const id = rollbackInfo?.rollbackDeploymentId || undefined;
  return id === deploymentId ? undefined : id;
}

/** The deployment that this one rolls back; AWS may leave out its id. */
export function rollsBack(info: DeploymentInfo): { readonly id?: string } | undefined {
  const triggering = info.rollbackInfo?.rollbackTriggeringDeploymentId || undefined;
  const id = triggering === info.deploymentId ? undefined : triggering;
  if (id !== undefined) return { id };
  return info.creator === "codeDeployRollback" ? {} : undefined;
}

const autoScalingCreators: readonly string[] = [
  "autoscaling",
  "autoscalingTermination",
  "CodeDeployAutoUpdate",
];

/** A deployment of the group's current revision to an instance that auto scaling adds or removes. */
export function isByAutoScaling({ creator }: DeploymentInfo): boolean {
  return creator !== undefined && autoScalingCreators.includes(creator);
}

/**
 * Whether the deployment group rolls back automatically when this deployment fails; `undefined`: CodeDeploy didn't
 * return it.
 */
export function rollsBackOnFailure(info: DeploymentInfo): boolean | undefined {
  const isTold = info.autoRollbackConfiguration?.enabled !== undefined;
  return isTold ? rollsBackOn(info, "DEPLOYMENT_FAILURE") : undefined;
}

function rollsBackOn({ autoRollbackConfiguration: auto }: DeploymentInfo, event: string): boolean {
  return auto?.enabled === true && (auto.events ?? []).includes(event);
}

/**
 * It is configured to roll back after this outcome, but CodeDeploy shows neither a rollback nor a reason why there is
 * none.
 */
export function mayRollBack(info: DeploymentInfo): boolean {
  const { status, rollbackInfo } = info;
  if (status !== "Failed" && status !== "Stopped") return false;
  if (rollsBack(info) !== undefined || rollbackOf(info) !== undefined || rollbackInfo?.rollbackMessage)
    return false;
  if (isStoppedByAlarm(info)) return rollsBackOn(info, "DEPLOYMENT_STOP_ON_ALARM");
  return status === "Failed"
    ? rollsBackOn(info, "DEPLOYMENT_FAILURE")
    : rollsBackOn(info, "DEPLOYMENT_STOP_ON_REQUEST");
}

export function isStoppedByAlarm({ errorInformation }: DeploymentInfo): boolean {
  return errorInformation?.code === "ALARM_ACTIVE";
}

/**
 * The wait in which the new fleet serves and the old one is kept. For ECS, CodeDeploy has been observed to leave out
 * its flag; there, a completed service in a deployment that is still in progress means the same.
 */
export function isKeepingOld({ info, phase, platform, standing }: Situation): boolean {
  if (phase !== "running") return false;
  if (info.instanceTerminationWaitTimeStarted === true) return true;
  const { action, terminationWaitTimeInMinutes: minutes = 0 } =
    info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess ?? {};
  const counts = countsRead(standing);
  const isDone = counts.length > 0 && counts.every(({ status }) => status === "Succeeded");
  return (
    platform === "ecs" && info.status === "InProgress" && action === "TERMINATE" && minutes > 0 && isDone
  );
}

/** Percent of production traffic on the new version; `undefined` if CodeDeploy doesn't return it. */
export function newPercent({ standing }: Pick<Situation, "standing">): number | undefined {
  return standing.kind === "read" ? standing.percent : undefined;
}

export function taskSetsOf({ standing }: Situation, label: "Blue" | "Green"): readonly TaskSet[] {
  if (standing.kind !== "read") return [];
  return standing.taskSets.filter(({ taskSetLabel }) => taskSetLabel === label);
}

/** The number of instances or tasks on the old side; `undefined` if not all targets were read. */
function oldCount(situation: Situation): number | undefined {
  const { platform, standing } = situation;
  if (!isWhole(standing)) return undefined;
  if (platform === "ecs") {
    const [blue] = taskSetsOf(situation, "Blue");
    return blue?.runningCount ?? blue?.desiredCount;
  }
  return sum(countsRead(standing).filter(({ side }) => side === "old")) || undefined;
}

/** The part of the old side that texts need. */
export const oldFleet = z.object({ of: z.enum(["task", "instance"]), count: z.number().optional() });

export function oldFleetOf(situation: Situation): z.infer<typeof oldFleet> {
  return { of: situation.platform === "ecs" ? "task" : "instance", count: oldCount(situation) };
}

/** The current lifecycle event of a function or a service; instances have no common one. */
export function stageOf({ platform, standing }: Situation): string | undefined {
  if (platform === "blue-green" || platform === "in-place" || standing.kind !== "read") return undefined;
  return standing.event;
}
