/** The version that is known to serve. ECS can complete a deployment without a running task; that proves nothing. */

import type { Phase, Serving } from "../../../handlers/deployment.ts";
import { productionPercent } from "./stage.ts";
import type { RevisionSummary, ServiceDeployment } from "./stored-detail.ts";

/**
 * The old revision that ECS returns to. A deployment that replaces one in progress has several: while it rolls back ECS
 * names the one, and before that it is the first in the list.
 */
export function oldRevisionOf({
  rollback,
  sourceServiceRevisions = [],
}: ServiceDeployment): RevisionSummary | undefined {
  const arn = rollback?.serviceRevisionArn;
  if (arn === undefined) return sourceServiceRevisions[0];
  return sourceServiceRevisions.find((revision) => revision.arn === arn) ?? { arn };
}

export function servingOf(deployment: ServiceDeployment, phase: Phase): Serving {
  const { targetServiceRevision: target } = deployment;
  const percent = productionPercent(deployment);
  switch (phase) {
    case "succeeded":
      if (percent === 0) return "unknown";
      if (percent !== undefined && percent < 100) return runs(target) === "runs" ? "mixed" : "unknown";
      return whenRunning(target, "new");
    case "rolled-back": {
      if ((percent ?? 0) > 0) return "unknown";
      const old = oldRevisionOf(deployment);
      if (old === undefined) return runningOf(deployment) === 0 ? "none" : "unknown";
      return whenRunning(old, "previous");
    }
    case "running":
    case "stopping":
    case "rolling-back":
    case "stopped":
    case "failed":
      return "unknown";
  }
}

function whenRunning(revision: RevisionSummary | undefined, serving: Serving): Serving {
  const state = runs(revision);
  return state === "runs" ? serving : state;
}

/** If the desired count is 0, tasks that still run are about to be stopped. */
function runs(revision: RevisionSummary | undefined): "runs" | "none" | "unknown" {
  const { runningTaskCount, requestedTaskCount } = revision ?? {};
  if (runningTaskCount === 0) return "none";
  return runningTaskCount === undefined || requestedTaskCount === 0 ? "unknown" : "runs";
}

/** The desired count is 0. Before scale-up ECS requests no new tasks anyway, so the old revisions decide. */
export function wantsNoTask(deployment: ServiceDeployment): boolean {
  const { lifecycleStage, sourceServiceRevisions, targetServiceRevision: target } = deployment;
  if (sourceServiceRevisions === undefined) return false;
  const isEarly = lifecycleStage === "RECONCILE_SERVICE" || lifecycleStage === "PRE_SCALE_UP";
  if (isEarly && sourceServiceRevisions.length === 0) return false;
  return (
    target?.requestedTaskCount === 0 &&
    sourceServiceRevisions.every(({ requestedTaskCount }) => requestedTaskCount === 0)
  );
}

/** The number of running tasks of all revisions; `undefined` if AWS left one out. */
export function runningOf({
  sourceServiceRevisions,
  targetServiceRevision: target,
}: ServiceDeployment): number | undefined {
  if (sourceServiceRevisions === undefined || target === undefined) return undefined;
  return [...sourceServiceRevisions, target].reduce<number | undefined>(
    (sum, { runningTaskCount: count }) =>
      sum === undefined || count === undefined ? undefined : sum + count,
    0,
  );
}
