/**
 * What ECS reports of a service by event alone: no read of AWS returns that tasks find no place, or why. It is carried
 * beside the ref, told as a report and never as a state (P1).
 */

import type { Phase } from "../../handlers/deployment.ts";
import type { Hint } from "../../handlers/ports.ts";
import type { WordedRemark } from "../../handlers/words.ts";

export interface Report {
  readonly eventName: string;
  readonly reason?: string | undefined;
}

const prefix = "report/";
const failed = "SERVICE_DEPLOYMENT_FAILED";
const reasonAtMost = 1_000;
/** ECS has seven such reports; more names than that are somebody else's invention. */
const reportsAtMost = 10;

export function reported({ eventName, reason = "" }: Report): Readonly<Record<string, string>> {
  return { [`${prefix}${eventName}`]: reason.slice(0, reasonAtMost) };
}

/** Why the deployment failed, as the event says it; only for a deployment that AWS shows as failed. */
export function reasonReported(hint: Hint): string | undefined {
  return hint.carried?.[`${prefix}${failed}`] || undefined;
}

/** ECS reported by event that the deployment failed, whether or not it said why. */
export function isReportedFailed(hint: Hint): boolean {
  return hint.carried?.[`${prefix}${failed}`] !== undefined;
}

const meanings: Readonly<Record<string, string>> = {
  SERVICE_TASK_START_IMPAIRED: "new tasks fail to start",
  SERVICE_TASK_PLACEMENT_FAILURE: "new tasks find no place to run",
  SERVICE_TASK_CONFIGURATION_FAILURE: "new tasks can't be configured",
  SERVICE_DISCOVERY_INSTANCE_UNHEALTHY: "service discovery sees an unhealthy task",
  VPC_LATTICE_TARGET_UNHEALTHY: "VPC Lattice sees an unhealthy target",
};

/** A report about a service matters while its deployment runs: afterwards it is not about this deployment. */
export function reportRemarks(hint: Hint, phase: Phase): readonly WordedRemark[] {
  if (phase !== "running") return [];
  const names = Object.keys(hint.carried ?? {}).filter(
    (key) => key.startsWith(prefix) && !key.endsWith(failed),
  );
  return names
    .toSorted()
    .slice(0, reportsAtMost)
    .map((key) => {
      const eventName = key.slice(prefix.length);
      const meaning = meanings[eventName] ?? "something is wrong with the service";
      const reason = hint.carried?.[key] || undefined;
      return {
        name: key,
        weight: "incident",
        emoji: "⚠️",
        words: [`${meaning}: ECS reports `, { code: eventName, atMost: 48 }],
        ...(reason === undefined ? {} : { reason }),
      };
    });
}
