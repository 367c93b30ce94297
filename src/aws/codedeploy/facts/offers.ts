/** The offers that CodeDeploy accepts now, with the evidence that people decide on. */

import type { Action, Hold, Offer } from "../../../handlers/deployment.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { isKeepingOld, type Observed, rollsBack } from "./situation.ts";

export function offersOf(observed: Observed, holds: readonly Hold[]): readonly Offer[] {
  if (observed.phase !== "running") return [];
  const open = holds.filter(({ shows }) => shows === "open");
  return [...open.flatMap((hold) => atHold(observed, hold)), ...ofDeployment(observed)];
}

function atHold({ info, fingerprint = "none named" }: Observed, { id, stage }: Hold): readonly Offer[] {
  const deployment = info.deploymentId ?? null;
  switch (id) {
    case readyWait:
      return [
        { action: "continue", holdId: id, evidence: { hold: id, deployment, revision: fingerprint } },
        { action: "cancel", holdId: id, evidence: { deployment } },
      ];
    case terminationWait:
      // The number of old tasks or instances is no evidence: tasks come and go, and a read that misses some targets
      // would invalidate votes.
      return [{ action: "terminate-old", holdId: id, evidence: { hold: id, deployment } }];
    default:
      return [
        {
          action: "continue",
          holdId: id,
          // The name that the hook function sent, if no lifecycle event could be read: AWS itself checks whether the
          // hook is waiting (P1).
          evidence: { hold: id, "lifecycle event": stage, revision: fingerprint },
        },
        { action: "rollback", holdId: id, evidence: { hold: id } },
      ];
  }
}

/**
 * The deployment is the only evidence that AWS requires, and in an emergency these must not fail because something else
 * could not be read.
 */
function ofDeployment(observed: Observed): readonly Offer[] {
  const { info, platform, hasEarlier } = observed;
  const evidence = { deployment: info.deploymentId ?? null };
  const offer = (action: Action): Offer => ({ action, evidence });
  if (isKeepingOld(observed)) return [offer("rollback")];
  // Nothing has been changed yet, or this is a rollback itself, or there is nothing to roll back to.
  const onlyCancel =
    ["Created", "Queued", "Ready"].includes(info.status ?? "") ||
    rollsBack(info) !== undefined ||
    (platform === "in-place" && !hasEarlier);
  return onlyCancel ? [offer("cancel")] : [offer("rollback"), offer("cancel")];
}
