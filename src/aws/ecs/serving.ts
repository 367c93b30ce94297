/** What is known to serve. ECS ends a deployment well also where no task runs: then nothing was proven. */

import type { ServiceDeployment, ServiceRevisionSummary } from "@aws-sdk/client-ecs";
import type { Phase, Serving } from "../../handlers/deployment.ts";
import { productionPercent } from "./stage.ts";

export function servingOf(deployment: ServiceDeployment, phase: Phase): Serving {
  const { sourceServiceRevisions: [source] = [], targetServiceRevision: target } = deployment;
  const percent = productionPercent(deployment);
  switch (phase) {
    case "succeeded":
      if (percent === 0) return "unknown";
      if (percent !== undefined && percent < 100) return runs(target) === "runs" ? "mixed" : "unknown";
      return whenRunning(target, "new");
    case "rolled-back":
      return (percent ?? 0) > 0 ? "unknown" : whenRunning(source, "previous");
    default:
      return "unknown";
  }
}

function whenRunning(revision: ServiceRevisionSummary | undefined, serving: Serving): Serving {
  const state = runs(revision);
  return state === "runs" ? serving : state;
}

function runs(revision: ServiceRevisionSummary | undefined): "runs" | "none" | "unknown" {
  if (revision?.requestedTaskCount === 0 || revision?.runningTaskCount === 0) return "none";
  return revision?.runningTaskCount === undefined ? "unknown" : "runs";
}

/** The desired count is 0. Before the new tasks are started, ECS asks for none of them anyway. */
export function wantsNoTask(deployment: ServiceDeployment): boolean {
  const { lifecycleStage, sourceServiceRevisions = [], targetServiceRevision: target } = deployment;
  if (lifecycleStage === "RECONCILE_SERVICE" || lifecycleStage === "PRE_SCALE_UP") return false;
  return (
    target?.requestedTaskCount === 0 &&
    sourceServiceRevisions.every(({ requestedTaskCount }) => requestedTaskCount === 0)
  );
}
