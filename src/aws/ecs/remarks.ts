/**
 * What the thread tells once. Names depend on the state alone, so it does not matter which read sees it first, nor how
 * often.
 */

import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Phase } from "../../handlers/deployment.ts";
import type { Hint } from "../../handlers/ports.ts";
import type { Phrase, WordedHold, WordedRemark } from "../../handlers/words.ts";
import { isPause } from "./locate.ts";
import { isReportedFailed, reasonReported, reportRemarks } from "./reports.ts";
import { servingOf } from "./serving.ts";

export function remarksOf(
  deployment: ServiceDeployment,
  phase: Phase,
  holds: readonly WordedHold[],
  trouble: string | undefined,
  hint: Hint,
): readonly WordedRemark[] {
  const reason = reasonOf(deployment) ?? trouble ?? reasonReported(hint);
  return [
    ...statusRemark(deployment, phase),
    ...stageRemark(deployment, phase),
    ...holds.flatMap((hold) => (hold.shows === "open" ? [holdRemark(hold)] : [])),
    ...impairedRemark(deployment, phase, trouble),
    ...reportRemarks(hint, phase),
    ...incidentRemarks(deployment, phase, causeOf(deployment, phase, holds, hint), reason),
  ];
}

/** AWS's own sentence about why a deployment went back or failed. */
export function reasonOf({ rollback, statusReason }: ServiceDeployment): string | undefined {
  return rollback?.reason || statusReason || undefined;
}

/**
 * Failed, or went back or stopped although no person asked for it at a hold. Whether one asked otherwise, a decision
 * knows.
 */
export function isIncident(
  deployment: ServiceDeployment,
  phase: Phase,
  holds: readonly WordedHold[],
  hint: Hint,
): boolean {
  return causeOf(deployment, phase, holds, hint) !== undefined || phase === "failed";
}

/** It goes back, and nothing that ECS shows says what brought that about. */
export function isUnexplained(
  deployment: ServiceDeployment,
  phase: Phase,
  holds: readonly WordedHold[],
  hint: Hint,
): boolean {
  return causeOf(deployment, phase, holds, hint) === "rollback";
}

type Cause = "circuit-breaker" | "alarm" | "hook" | "hook-timed-out" | "timed-out" | "reported" | "rollback";

/**
 * `undefined`: it neither goes back nor stopped, or somebody asked for it: the circuit breaker was read and did not act,
 * and nothing else did.
 */
function causeOf(
  deployment: ServiceDeployment,
  phase: Phase,
  holds: readonly WordedHold[],
  hint: Hint,
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
  if (phase === "stopped") return isReportedFailed(hint) ? "reported" : undefined;
  return deploymentCircuitBreaker?.status === undefined ? "rollback" : undefined;
}

/** Of the hooks that ask no person. */
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

const causes: Readonly<Record<Cause, string>> = {
  "circuit-breaker": "failed: the circuit breaker was triggered",
  alarm: "an alarm went off",
  hook: "failed: a lifecycle hook reported a failure",
  "hook-timed-out": "failed: a lifecycle hook timed out",
  "timed-out": "nobody answered in time, so ECS rolls back",
  reported: "failed",
  rollback: "ECS rolls back",
};

function incidentRemarks(
  deployment: ServiceDeployment,
  phase: Phase,
  cause: Cause | undefined,
  reason: string | undefined,
): readonly WordedRemark[] {
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

function incident(what: string, words: Phrase, told: { readonly reason?: string }): WordedRemark {
  return { name: `incident/${what}`, weight: "incident", emoji: "🚨", words, ...told };
}

/** A hold is told with its stage: a deployment can wait more than once. */
function holdRemark({ id, stage }: WordedHold): WordedRemark {
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
): readonly WordedRemark[] {
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

const statusWords: Readonly<Record<string, Pick<WordedRemark, "weight" | "emoji" | "words">>> = {
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
function unproven(
  deployment: ServiceDeployment,
  phase: Phase,
): Pick<WordedRemark, "weight" | "emoji" | "words"> {
  const none = servingOf(deployment, phase) === "none";
  const words = none ? "no task runs, so nothing was proven" : "whether the new version serves was not read";
  return { weight: "ending", emoji: "⚠️", words: [`ECS finished: ${words}`] };
}

function statusRemark(deployment: ServiceDeployment, phase: Phase): readonly WordedRemark[] {
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

function stageRemark({ lifecycleStage }: ServiceDeployment, phase: Phase): readonly WordedRemark[] {
  if (lifecycleStage === undefined || phase !== "running") return [];
  const words: Phrase = ["stage ", { code: lifecycleStage }];
  return [{ name: `stage/${lifecycleStage}`, weight: "progress", emoji: "▶️", words }];
}
