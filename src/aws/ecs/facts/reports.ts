/**
 * What ECS reports of a service by event alone: no read of AWS returns that tasks find no place, or why. It is carried
 * beside the ref, told as a report and never as a state (P1).
 */

import type { Phase, Remark } from "../../../handlers/deployment.ts";
import type { Hint } from "../../../handlers/ports.ts";

export interface Report {
  readonly eventName: string;
  readonly reason?: string | undefined;
}

/** What the names of such reports begin with, in what is carried and among the remarks. */
export const reportPrefix = "report/";
const failed = "SERVICE_DEPLOYMENT_FAILED";
const reasonAtMost = 1_000;
/** ECS has seven such reports; more names than that are somebody else's invention. */
const reportsAtMost = 10;

export function reported({ eventName, reason = "" }: Report): Readonly<Record<string, string>> {
  return { [`${reportPrefix}${eventName}`]: reason.slice(0, reasonAtMost) };
}

/** Why the deployment failed, as the event says it; only for a deployment that AWS shows as failed. */
export function reasonReported(hint: Hint): string | undefined {
  return hint.carried?.[`${reportPrefix}${failed}`] || undefined;
}

/** ECS reported by event that the deployment failed, whether or not it said why. */
export function isReportedFailed(hint: Hint): boolean {
  return hint.carried?.[`${reportPrefix}${failed}`] !== undefined;
}

/** A report about a service matters while its deployment runs: afterwards it is not about this deployment. */
export function reportRemarks(hint: Hint, phase: Phase): readonly Remark[] {
  if (phase !== "running") return [];
  const names = Object.keys(hint.carried ?? {}).filter(
    (key) => key.startsWith(reportPrefix) && !key.endsWith(failed),
  );
  return names
    .toSorted()
    .slice(0, reportsAtMost)
    .map((key) => {
      const reason = hint.carried?.[key] || undefined;
      return { name: key, weight: "incident", ...(reason === undefined ? {} : { reason }) };
    });
}
