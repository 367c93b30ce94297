/** Tasks and traffic of a deployment's two sides, and its monitors. Pure: each function returns the changes. */
import { strategyOf } from "./plan.ts";
import type { DeploymentRecord, RevisionCounts } from "./records.ts";

export function weigh(
  { source, target }: DeploymentRecord,
  productionWeight: number,
): Pick<DeploymentRecord, "target" | "source"> {
  const shifted = { ...target, productionWeight };
  if (source === undefined) return { target: shifted };
  return { target: shifted, source: { ...source, productionWeight: 100 - productionWeight } };
}

/** A rolling update removes old tasks as new ones run; the other strategies keep the whole old revision. */
export function relieve(
  { plan, source }: DeploymentRecord,
  newRunning: number,
): Pick<DeploymentRecord, "source"> {
  if (strategyOf(plan) !== "ROLLING" || source === undefined) return {};
  return { source: { ...source, running: Math.max(0, source.requested - newRunning) } };
}

/** The old revision serves again with all its tasks; the new one gets no more traffic. */
export function restore({ source, target }: DeploymentRecord): Pick<DeploymentRecord, "target" | "source"> {
  const left = { ...target, productionWeight: 0, testWeight: 0 };
  return {
    target: left,
    ...(source ? { source: { ...source, running: source.requested, productionWeight: 100 } } : {}),
  };
}

export function withoutTasks(counts: RevisionCounts): RevisionCounts {
  return { ...counts, requested: 0, running: 0, pending: 0, productionWeight: 0, testWeight: 0 };
}

export function monitorsEnd(
  deployment: DeploymentRecord,
): Pick<DeploymentRecord, "circuitBreaker" | "alarms"> {
  const end = (status: DeploymentRecord["alarms"]) =>
    status === "MONITORING" ? "MONITORING_COMPLETE" : status;
  return { circuitBreaker: end(deployment.circuitBreaker), alarms: end(deployment.alarms) };
}
