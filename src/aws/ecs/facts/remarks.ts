/**
 * The remarks for the thread, each posted once. Names depend only on the state, so it doesn't matter which read sees it
 * first, or how often.
 */

import type { Hold, Phase, Remark } from "../../../handlers/deployment.ts";
import { isPause } from "../locate.ts";
import { isReportedFailed, type Report, reasonReported, reportRemarks } from "./reports.ts";
import { servingOf } from "./serving.ts";
import type { Cause, ServiceDeployment } from "./stored-detail.ts";

export function remarksOf(seen: {
  readonly deployment: ServiceDeployment;
  readonly phase: Phase;
  readonly holds: readonly Hold[];
  /** The service's latest event about failing tasks. */
  readonly trouble: string | undefined;
  readonly reports: readonly Report[];
  readonly cause: Cause | undefined;
}): readonly Remark[] {
  const { deployment, phase, holds, trouble, reports } = seen;
  return [
    ...statusRemark(deployment, phase),
    ...stageRemark(deployment, phase),
    ...holds.flatMap((hold) => (hold.shows === "open" ? [holdRemark(hold)] : [])),
    ...(isImpaired(deployment) && phase === "running" ? [incident("impaired", trouble)] : []),
    ...reportRemarks(reports, phase),
    ...incidentRemarks(seen, reasonOf(deployment) ?? trouble ?? reasonReported(reports)),
  ];
}

/** AWS's reason why a deployment rolled back or failed. */
export function reasonOf({ rollback, statusReason }: ServiceDeployment): string | undefined {
  return rollback?.reason || statusReason || undefined;
}

/**
 * The cause of a rollback or stop that nobody requested at a hold; only decisions record requests made elsewhere.
 * `undefined`: it neither rolls back nor stopped, or somebody requested it, because the circuit breaker was read and
 * was not triggered, and there is no other cause. After failed tasks a stop counts as a failure, whoever made it: ECS
 * does not return who.
 */
export function causeOf(
  deployment: ServiceDeployment,
  phase: Phase,
  holds: readonly Hold[],
  reports: readonly Report[],
): Cause | undefined {
  const { deploymentCircuitBreaker, alarms } = deployment;
  if (deploymentCircuitBreaker?.status === "TRIGGERED") return "circuit-breaker";
  if (alarms?.status === "TRIGGERED" || (alarms?.triggeredAlarmNames ?? []).length > 0) return "alarm";
  const isGoingBack = phase === "rolling-back" || phase === "rolled-back";
  if (!isGoingBack && phase !== "stopped") return undefined;
  if (holds.some((hold) => hold.shows === "rollback")) return undefined;
  if (isGoingBack && holds.some((hold) => hold.shows === "expired" && hold.onExpiryAction !== "continue"))
    return "timed-out";
  const hook = hookCauseOf(deployment);
  if (hook !== undefined) return hook;
  if (phase === "stopped") {
    if (isReportedFailed(reports)) return "reported";
    return isImpaired(deployment) ? "failed-tasks" : undefined;
  }
  return deploymentCircuitBreaker?.status === undefined ? "rollback" : undefined;
}

/** Only hooks that are no pauses, such as Lambda hooks. */
function hookCauseOf({
  lifecycleHookDetails = [],
}: ServiceDeployment): "hook" | "hook-timed-out" | undefined {
  const hooks = lifecycleHookDetails.filter(
    ({ targetType, hookId = "" }) => !isPause({ type: targetType, id: hookId }),
  );
  if (hooks.some(({ status }) => status === "FAILED")) return "hook";
  const timedOut = hooks.some(
    ({ status, timeoutAction }) => status === "TIMED_OUT" && timeoutAction !== "CONTINUE",
  );
  return timedOut ? "hook-timed-out" : undefined;
}

function incidentRemarks(
  { cause, phase, deployment }: Parameters<typeof remarksOf>[0],
  reason: string | undefined,
): readonly Remark[] {
  return [
    ...(cause === undefined
      ? []
      : [{ ...incident(`incident/${cause}`, reason), ...saidOf(cause, deployment) }]),
    ...(phase === "failed" ? [incident("incident/rollback-failed", reason)] : []),
  ];
}

function saidOf(cause: Cause, { alarms, deploymentCircuitBreaker }: ServiceDeployment): Pick<Remark, "said"> {
  const [alarm, ...more] = alarms?.triggeredAlarmNames ?? [];
  if (cause === "alarm" && alarm !== undefined) return { said: { alarm, more: more.length } };
  return cause === "failed-tasks" ? { said: { failedTasks: deploymentCircuitBreaker?.failureCount } } : {};
}

function incident(name: string, reason: string | undefined): Remark {
  return { name, weight: "incident", ...(reason === undefined ? {} : { reason }) };
}

/** The remark includes the stage, because a deployment can pause more than once. */
function holdRemark({ id, stage }: Hold): Remark {
  return { name: `hold/${id}`, weight: "person", holdId: id, said: { stage } };
}

/** Tasks have failed, whether or not the circuit breaker has triggered. */
export function isImpaired({ deploymentCircuitBreaker }: ServiceDeployment): boolean {
  const { failureCount = 0, status } = deploymentCircuitBreaker ?? {};
  return failureCount > 0 || status === "TRIGGERED";
}

/** The statuses of a deployment that has ended or rolls back. */
const endings: readonly string[] = [
  "STOPPED",
  "SUCCESSFUL",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
  "ROLLBACK_SUCCESSFUL",
];

function statusRemark(deployment: ServiceDeployment, phase: Phase): readonly Remark[] {
  const { status, statusReason } = deployment;
  // A failed rollback is reported as an incident.
  if (status === undefined || phase === "failed") return [];
  const reason = phase === "stopped" ? statusReason : undefined;
  return [
    {
      name: `status/${status}`,
      weight: endings.includes(status) ? "ending" : "progress",
      ...(reason === undefined ? {} : { reason }),
      ...(status === "SUCCESSFUL" ? { said: { serving: servingOf(deployment, phase) } } : {}),
    },
  ];
}

function stageRemark({ lifecycleStage }: ServiceDeployment, phase: Phase): readonly Remark[] {
  if (lifecycleStage === undefined || phase !== "running") return [];
  return [{ name: `stage/${lifecycleStage}`, weight: "progress" }];
}
