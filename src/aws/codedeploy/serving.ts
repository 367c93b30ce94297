/** What is known to serve. CodeDeploy's status alone shows that it is done, not that anything runs. */

import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Serving } from "../../handlers/deployment.ts";
import { countsOf, tally } from "./health.ts";
import { newPercent, rollsBack, type Situation } from "./situation.ts";
import { isWhole, readTargets } from "./targets.ts";

export function servingOf(situation: Situation): Serving {
  if (situation.info.status !== "Succeeded") return "unknown";
  const serves = showsNow(situation);
  return serves === "new" && rollsBack(situation.info) !== undefined ? "previous" : serves;
}

/** `new`: what this deployment brought, which for a rollback is the earlier version. */
export function showsNow(situation: Situation): Serving {
  switch (situation.platform) {
    case "lambda":
      return byTraffic(newPercent(situation));
    case "ecs":
      return onTasks(situation);
    case "blue-green":
    case "in-place":
      return onInstances(situation);
    default:
      return "unknown";
  }
}

function byTraffic(percent: number | undefined): Serving {
  if (percent === undefined || percent === 0) return "unknown";
  return percent >= 100 ? "new" : "mixed";
}

function onTasks(situation: Situation): Serving {
  const sets = readTargets(situation.targets).flatMap(({ taskSets = [] }) => taskSets);
  const green = sets.filter(({ taskSetLabel }) => taskSetLabel === "Green");
  const isEmpty = green.some(({ desiredCount, runningCount }) => desiredCount === 0 || runningCount === 0);
  if (isEmpty) return newPercent(situation) === 100 ? "none" : "unknown";
  return green.every(({ runningCount }) => runningCount !== undefined)
    ? byTraffic(newPercent(situation))
    : "unknown";
}

/** Deployments may succeed with instances that failed, and with none at all. */
function onInstances({ info, targets }: Situation): Serving {
  const counts = countsRead(info, targets);
  if (counts === undefined) return "unknown";
  const { done, all } = counts;
  if (all === 0) return "none";
  if (done === 0) return "unknown";
  return done === all ? "new" : "mixed";
}

function countsRead(info: DeploymentInfo, targets: Situation["targets"]) {
  if (isWhole(targets)) return tally(readTargets(targets).filter(({ side }) => side !== "old"));
  return info.deploymentOverview === undefined ? undefined : countsOf(info.deploymentOverview);
}
