/** What can be asked of CodeDeploy now, and what people decide about when they do. */

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
      // How many they are is no evidence: tasks come and go, and targets that one read misses would make votes void.
      return [{ action: "terminate-old", holdId: id, evidence: { hold: id, deployment } }];
    default:
      return [
        {
          action: "continue",
          holdId: id,
          // The name that its function gave, where no event could be read: AWS itself judges whether it waits (P1).
          evidence: { hold: id, "lifecycle event": stage, revision: fingerprint },
        },
        { action: "rollback", holdId: id, evidence: { hold: id } },
      ];
  }
}

/** AWS fences these by the deployment alone, and an emergency must not fail because something else could not be read. */
function ofDeployment(observed: Observed): readonly Offer[] {
  const { info, platform, hasEarlier } = observed;
  const evidence = { deployment: info.deploymentId ?? null };
  const offer = (action: Action): Offer => ({ action, evidence });
  if (isKeepingOld(observed)) return [offer("rollback")];
  // Nothing has been changed yet, this is the way back already, or there is nothing to go back to.
  const onlyCancel =
    ["Created", "Queued", "Ready"].includes(info.status ?? "") ||
    rollsBack(info) !== undefined ||
    (platform === "in-place" && !hasEarlier);
  return onlyCancel ? [offer("cancel")] : [offer("rollback"), offer("cancel")];
}
