/** What can be asked of AppConfig now: to cancel what is in progress, and for 72 hours to revert what is complete. */

import type { EpochMs, Offer } from "../../../handlers/deployment.ts";
import type { DeploymentId } from "../id.ts";
import { isReplaced } from "./history.ts";
import { completedAt } from "./log.ts";
import type { AwsDeployment, History } from "./said.ts";
import { phaseOf } from "./state.ts";

/** AppConfig takes a revert for so long after the completion. */
const revertableMs = 72 * 3_600_000;

export function offersOf(
  deployment: AwsDeployment,
  { number }: DeploymentId,
  history: History,
  now: EpochMs,
): readonly Offer[] {
  const phase = phaseOf(deployment.State);
  // Nothing that could fail to be read is part of the evidence: an emergency has to go out.
  if (phase === "running") return [{ action: "cancel", evidence: { deployment: String(number) } }];
  return phase === "succeeded" ? revert(deployment, number, history, now) : [];
}

/**
 * None where a later deployment of this configuration serves. What is later is evidence: a request for a deployment that
 * is no longer the newest does not act. AWS itself checks the 72 hours, and nothing else.
 */
function revert(deployment: AwsDeployment, number: number, history: History, now: EpochMs): readonly Offer[] {
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
