/** The offers that AppConfig accepts now: cancel while in progress, and revert for 72 hours after completion. */

import type { AwsMs, Offer } from "../../../handlers/deployment.ts";
import type { DeploymentId } from "../id.ts";
import { isReplaced } from "./history.ts";
import { completedAt } from "./log.ts";
import { phaseOf } from "./state.ts";
import type { AwsDeployment, History } from "./stored-detail.ts";

/** AppConfig accepts a revert for 72 hours after completion. */
const revertableMs = 72 * 3_600_000;

export function offersOf(
  deployment: AwsDeployment,
  { number }: DeploymentId,
  history: History,
  now: AwsMs,
): readonly Offer[] {
  const phase = phaseOf(deployment.State);
  // Only data that is always read is evidence: an emergency cancel must not be blocked.
  if (phase === "running") return [{ action: "cancel", evidence: { deployment: String(number) } }];
  return phase === "succeeded" ? revert(deployment, number, history, now) : [];
}

/**
 * Not offered after a later deployment of this configuration. The newest deployment is evidence, so a request becomes
 * void if there is a newer one. AWS itself checks only the 72 hours.
 */
function revert(deployment: AwsDeployment, number: number, history: History, now: AwsMs): readonly Offer[] {
  const completed = completedAt(deployment);
  const until = completed === undefined ? undefined : completed + revertableMs;
  if (until === undefined || until <= now || isReplaced(history)) return [];
  const { before, later } = history;
  return [
    {
      action: "revert",
      until,
      evidence: {
        deployment: String(number),
        "newest deployment": later.kind === "unknown" ? null : String(number),
        "version before": before.kind === "read" ? before.value.version : "not known",
      },
    },
  ];
}
