/**
 * What the thread tells once. Names depend on the state alone, so it does not matter which read sees it first, nor how
 * often.
 */

import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Hold, Phase, Phrase, Remark } from "../../handlers/deployment.ts";
import type { Hint } from "../../handlers/ports.ts";
import { reasonReported, reportRemarks } from "./reports.ts";
import { servingOf } from "./serving.ts";

export function remarksOf(
  deployment: ServiceDeployment,
  phase: Phase,
  holds: readonly Hold[],
  trouble: string | undefined,
  hint: Hint,
): readonly Remark[] {
  const reason = reasonOf(deployment) ?? trouble ?? reasonReported(hint);
  return [
    ...statusRemark(deployment, phase),
    ...stageRemark(deployment, phase),
    ...holds.flatMap((hold) => (hold.shows === "open" ? [holdRemark(hold)] : [])),
    ...impairedRemark(deployment, phase, trouble),
    ...reportRemarks(hint, phase),
    ...incidentRemarks(deployment, phase, holds, reason),
  ];
}

/** AWS's own sentence about why a deployment went back or failed. */
export function reasonOf({ rollback, statusReason }: ServiceDeployment): string | undefined {
  return rollback?.reason || statusReason || undefined;
}

/** Failed, or rolled back although no person asked for it at a hold. Whether one asked otherwise, a decision knows. */
export function isIncident(deployment: ServiceDeployment, phase: Phase, holds: readonly Hold[]): boolean {
  return causeOf(deployment, phase, holds) !== undefined || phase === "failed";
}

type Cause = "circuit-breaker" | "alarm" | "hook" | "timed-out" | "rollback";

/** `undefined`: it does not go back, or somebody asked for it: the circuit breaker was read and did not act, and nothing else did. */

function causeOf(deployment: ServiceDeployment, phase: Phase, holds: readonly Hold[]): Cause | undefined {
  const { deploymentCircuitBreaker, alarms, lifecycleHookDetails = [] } = deployment;
  if (deploymentCircuitBreaker?.status === "TRIGGERED") return "circuit-breaker";
  if (alarms?.status === "TRIGGERED" || (alarms?.triggeredAlarmNames ?? []).length > 0) return "alarm";
  if (phase !== "rolling-back" && phase !== "rolled-back") return undefined;
  if (holds.some((hold) => hold.shows === "rollback")) return undefined;
  if (holds.some((hold) => hold.shows === "expired" && hold.onExpiryAction !== "continue"))
    return "timed-out";
  const hookFailed = lifecycleHookDetails.some(
    ({ hookId, status }) => status === "FAILED" && !holds.some((hold) => hold.id === hookId),
  );
  if (hookFailed) return "hook";
  return deploymentCircuitBreaker?.status === undefined ? "rollback" : undefined;
}

const causes: Readonly<Record<Cause, string>> = {
  "circuit-breaker": "failed: the circuit breaker was triggered",
  alarm: "an alarm went off",
  hook: "failed: a lifecycle hook reported a failure",
  "timed-out": "nobody answered in time, so ECS rolls back",
  rollback: "ECS rolls back",
};

function incidentRemarks(
  deployment: ServiceDeployment,
  phase: Phase,
  holds: readonly Hold[],
  reason: string | undefined,
): readonly Remark[] {
  const cause = causeOf(deployment, phase, holds);
  const told = reason === undefined ? {} : { reason };
  return [
    ...(cause === undefined
      ? []
      : [
          {
            ...incident(cause, wordsOf(cause, deployment), told),
            ...(cause === "rollback" ? { cause: [] } : {}),
          },
        ]),
    ...(phase === "failed" ? [incident("rollback-failed", ["the rollback failed"], told)] : []),
  ];
}

function wordsOf(cause: Cause, { alarms }: ServiceDeployment): Phrase {
  const [first, ...more] = alarms?.triggeredAlarmNames ?? [];
  if (cause !== "alarm" || first === undefined) return [causes[cause]];
  return ["alarm ", { code: first }, more.length > 0 ? ` and ${more.length} more in ALARM` : " in ALARM"];
}

function incident(what: string, words: Phrase, told: { readonly reason?: string }): Remark {
  return { name: `incident/${what}`, weight: "incident", emoji: "🚨", words, ...told };
}

/** A hold is told with its stage: a deployment can wait more than once. */
function holdRemark({ id, stage }: Hold): Remark {
  return {
    name: `hold/${id}`,
    weight: "person",
    emoji: "✋",
    words: ["waits for an answer at stage ", { code: stage }],
    holdId: id,
  };
}

function impairedRemark(
  deployment: ServiceDeployment,
  phase: Phase,
  trouble: string | undefined,
): readonly Remark[] {
  if (!isImpaired(deployment) || phase !== "running") return [];
  const words: Phrase = ["new tasks fail to start or to stay healthy"];
  const told = trouble === undefined ? {} : { reason: trouble };
  return [{ name: "impaired", weight: "incident", emoji: "⚠️", words, ...told }];
}

/** Tasks have failed, whether or not the circuit breaker acts on it already. */
export function isImpaired({ deploymentCircuitBreaker }: ServiceDeployment): boolean {
  const { failureCount = 0, status } = deploymentCircuitBreaker ?? {};
  return failureCount > 0 || status === "TRIGGERED";
}

const statusWords: Readonly<Record<string, Pick<Remark, "weight" | "emoji" | "words">>> = {
  PENDING: { weight: "progress", emoji: "▶️", words: ["ECS accepted the deployment"] },
  IN_PROGRESS: { weight: "progress", emoji: "▶️", words: ["ECS is deploying"] },
  STOP_REQUESTED: { weight: "progress", emoji: "⏹️", words: ["ECS was asked to stop this deployment"] },
  STOPPED: { weight: "ending", emoji: "⏹️", words: ["ECS stopped this deployment"] },
  SUCCESSFUL: { weight: "ending", emoji: "✅", words: ["ECS finished: the new version serves"] },
  ROLLBACK_REQUESTED: { weight: "ending", emoji: "⏪", words: ["ECS was asked to roll back"] },
  ROLLBACK_IN_PROGRESS: { weight: "ending", emoji: "⏪", words: ["ECS began to roll back"] },
  ROLLBACK_SUCCESSFUL: { weight: "ending", emoji: "⏪", words: ["ECS confirmed the rollback"] },
};

/** Ended well, and yet nothing shows that the new version works. */
function unproven(deployment: ServiceDeployment, phase: Phase): Pick<Remark, "weight" | "emoji" | "words"> {
  const none = servingOf(deployment, phase) === "none";
  const words = none ? "no task runs, so nothing was proven" : "whether the new version serves was not read";
  return { weight: "ending", emoji: "⚠️", words: [`ECS finished: ${words}`] };
}

function statusRemark(deployment: ServiceDeployment, phase: Phase): readonly Remark[] {
  const { status, statusReason } = deployment;
  // A failed rollback is told as the incident that it is.
  if (status === undefined || phase === "failed") return [];
  const unknown = { weight: "progress", emoji: "ℹ️", words: ["ECS shows status ", { code: status }] } as const;
  const told =
    status === "SUCCESSFUL" && servingOf(deployment, phase) !== "new"
      ? unproven(deployment, phase)
      : (statusWords[status] ?? unknown);
  const reason = phase === "stopped" ? statusReason : undefined;
  return [{ name: `status/${status}`, ...told, ...(reason === undefined ? {} : { reason }) }];
}

function stageRemark({ lifecycleStage }: ServiceDeployment, phase: Phase): readonly Remark[] {
  if (lifecycleStage === undefined || phase !== "running") return [];
  const words: Phrase = ["stage ", { code: lifecycleStage }];
  return [{ name: `stage/${lifecycleStage}`, weight: "progress", emoji: "▶️", words }];
}
