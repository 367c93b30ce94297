/** Everything that the parts of a snapshot are made from, and what follows from it for all of them. */

import type { AutoRollbackEvent, DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Deployment, EpochMs, Phase, Ref } from "../../handlers/deployment.ts";
import type { Why } from "../why.ts";
import type { Alarms } from "./alarms.ts";
import type { Carried } from "./carried.ts";
import { readTargets, runningEvent, type Targets } from "./targets.ts";

export interface Situation {
  readonly ref: Ref;
  readonly info: DeploymentInfo;
  readonly phase: Phase;
  readonly platform: Platform;
  readonly targets: Targets;
  readonly alarms: Alarms;
  readonly carried: Carried;
  readonly previous: Deployment | undefined;
  /** Why the AppSpec, which says what ECS deploys, could not be read. */
  readonly specUnread: Why | undefined;
  /** This process's clock, for waits whose beginning nothing from AWS tells. */
  readonly now: EpochMs;
}

export type Platform = "lambda" | "ecs" | "blue-green" | "in-place" | "unknown";

export function platformOf({ computePlatform, deploymentStyle }: DeploymentInfo): Platform {
  const platform: string | undefined = computePlatform;
  if (platform === "Lambda") return "lambda";
  if (platform === "ECS") return "ecs";
  if (platform !== "Server") return "unknown";
  return deploymentStyle?.deploymentType === "BLUE_GREEN" ? "blue-green" : "in-place";
}

/** How people call it; where AWS invents a platform, its own word. */
export const platformTitles: Readonly<Record<Platform, string | undefined>> = {
  lambda: "Lambda",
  ecs: "ECS",
  "blue-green": "EC2 blue/green",
  "in-place": "EC2 in place",
  unknown: undefined,
};

/**
 * A rollback that CodeDeploy has started says nothing yet about what serves: only the rollback's own deployment is ever
 * "rolled-back". A status that AWS adds later counts as running: the deployment stays in sight, and AWS judges what is asked. */
export function phaseOf(info: DeploymentInfo): Phase {
  const status: string | undefined = info.status;
  switch (status) {
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

/** The new deployment by which CodeDeploy rolls this one back. */
export function rollbackOf({ rollbackInfo, deploymentId }: DeploymentInfo): string | undefined {
  const id = rollbackInfo?.rollbackDeploymentId || undefined;
  return id === deploymentId ? undefined : id;
}

/** The deployment that this one rolls back; AWS may leave out which it is. */
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

/** A deployment to an instance that came or goes, of the revision that the group has already. */
export function isByAutoScaling({ creator }: DeploymentInfo): boolean {
  return creator !== undefined && autoScalingCreators.includes(creator);
}

/** True where the deployment group starts a rollback by itself when this deployment fails. */
export function rollsBackOnFailure(info: DeploymentInfo): boolean {
  return rollsBackOn(info, "DEPLOYMENT_FAILURE");
}

function rollsBackOn({ autoRollbackConfiguration: auto }: DeploymentInfo, event: AutoRollbackEvent): boolean {
  return auto?.enabled === true && (auto.events ?? []).includes(event);
}

/** It rolls back on such an end, and neither shows the rollback yet nor says why there is none. */
export function mayRollBack(info: DeploymentInfo): boolean {
  const { status, rollbackInfo } = info;
  if (status !== "Failed" && status !== "Stopped") return false;
  if (rollsBack(info) !== undefined || rollbackOf(info) !== undefined || rollbackInfo?.rollbackMessage)
    return false;
  if (isStoppedByAlarm(info)) return rollsBackOn(info, "DEPLOYMENT_STOP_ON_ALARM");
  return status === "Failed" ? rollsBackOnFailure(info) : rollsBackOn(info, "DEPLOYMENT_STOP_ON_REQUEST");
}

export function isStoppedByAlarm({ errorInformation }: DeploymentInfo): boolean {
  return errorInformation?.code === "ALARM_ACTIVE";
}

/**
 * The wait in which the new fleet serves and the old one is kept. For ECS people have seen CodeDeploy leave its sign out;
 * there a service that is done, in a deployment that is not, says the same.
 */
export function isKeepingOld({ info, phase, platform, targets }: Situation): boolean {
  if (phase !== "running") return false;
  if (info.instanceTerminationWaitTimeStarted === true) return true;
  const { action, terminationWaitTimeInMinutes: minutes = 0 } =
    info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess ?? {};
  const all = readTargets(targets);
  const isDone = all.length > 0 && all.every(({ status }) => status === "Succeeded");
  return (
    platform === "ecs" && info.status === "InProgress" && action === "TERMINATE" && minutes > 0 && isDone
  );
}

/** Percent of production traffic on the new version; `undefined` where CodeDeploy does not say it. */
export function newPercent({ targets }: Pick<Situation, "targets">): number | undefined {
  for (const { weight, taskSets = [] } of readTargets(targets)) {
    const green = taskSets.find(({ taskSetLabel }) => taskSetLabel === "Green")?.trafficWeight;
    const percent = weight ?? green;
    if (percent !== undefined) return Math.round(percent * 10) / 10;
  }
  return undefined;
}

/** How many instances or tasks are on the old side; `undefined` where not all of them were read. */
export function oldCount({ platform, targets }: Situation): number | undefined {
  if (targets.kind !== "read" || targets.more || targets.targets.length < targets.total) return undefined;
  if (platform === "ecs") {
    const sets = targets.targets.flatMap(({ taskSets = [] }) => taskSets);
    const blue = sets.find(({ taskSetLabel }) => taskSetLabel === "Blue");
    return blue?.runningCount ?? blue?.desiredCount;
  }
  const old = targets.targets.filter(({ side }) => side === "old").length;
  return old === 0 ? undefined : old;
}

/** "the 4 old instances", "the old tasks". */
export function oldFleet(situation: Situation): string {
  const count = oldCount(situation);
  const noun = situation.platform === "ecs" ? "task" : "instance";
  return count === undefined ? `the old ${noun}s` : `the ${count} old ${noun}${count === 1 ? "" : "s"}`;
}

/** The lifecycle event that a function or a service is at; instances have no common one. */
export function stageOf({ platform, targets }: Situation): string | undefined {
  if (platform === "blue-green" || platform === "in-place") return undefined;
  return runningEvent(targets)?.lifecycleEventName;
}
