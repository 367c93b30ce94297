/** What is known to serve. ECS ends a deployment well also where no task runs: then nothing was proven. */

import type { Phase, Serving } from "../../../handlers/deployment.ts";
import type { RevisionSummary, ServiceDeployment } from "./said.ts";
import { productionPercent } from "./stage.ts";

/**
 * The old revision that ECS returns to. A deployment that replaces one under way has several: once it goes back ECS
 * names the one, and before that it lists it first.
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
    case "rolled-back":
      return (percent ?? 0) > 0 ? "unknown" : whenRunning(oldRevisionOf(deployment), "previous");
    default:
      return "unknown";
  }
}

function whenRunning(revision: RevisionSummary | undefined, serving: Serving): Serving {
  const state = runs(revision);
  return state === "runs" ? serving : state;
}

/** Tasks that run although none is wanted are on their way out. */
function runs(revision: RevisionSummary | undefined): "runs" | "none" | "unknown" {
  const { runningTaskCount, requestedTaskCount } = revision ?? {};
  if (runningTaskCount === 0) return "none";
  return runningTaskCount === undefined || requestedTaskCount === 0 ? "unknown" : "runs";
}

/** The desired count is 0. Before the new tasks are started ECS asks for none of them anyway, so the old ones tell it. */
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

/** How many tasks of all revisions run; `undefined` where one was not returned. */
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
