/** What can be asked of CodeDeploy now, and what each answer brings about. The words follow the platform. */

import type { WordedHold, WordedOffer } from "../../handlers/words.ts";
import { whatCancels, whatHookFails, whatRollsBack, whatTerminates } from "./endings.ts";
import { whatContinues, whatShifts } from "./forward.ts";
import { fingerprintOf } from "./revision.ts";
import { isKeepingOld, rollsBack, type Situation } from "./situation.ts";
import type { Versions } from "./versions.ts";
import { readyWait, terminationWait } from "./waits.ts";

export function offersOf(
  situation: Situation,
  versions: Versions,
  holds: readonly WordedHold[],
): readonly WordedOffer[] {
  if (situation.phase !== "running") return [];
  const open = holds.filter(({ shows }) => shows === "open");
  return [...open.flatMap((hold) => atHold(situation, versions, hold)), ...ofDeployment(situation, versions)];
}

function atHold(situation: Situation, versions: Versions, hold: WordedHold): readonly WordedOffer[] {
  switch (hold.id) {
    case readyWait:
      return [continueReady(situation, versions, hold), { ...cancel(situation, versions), holdId: hold.id }];
    case terminationWait:
      return [terminateOld(situation, versions, hold)];
    default:
      return [continueHook(situation, versions, hold), failHook(situation, versions, hold)];
  }
}

/** AWS fences these by the deployment alone, and an emergency must not fail because something else could not be read. */
function ofDeployment(situation: Situation, versions: Versions): readonly WordedOffer[] {
  const { info, platform } = situation;
  if (isKeepingOld(situation)) return [rollback(situation, versions)];
  // Nothing has been changed yet, this is the way back already, or there is nothing to go back to.
  const onlyCancel =
    ["Created", "Queued", "Ready"].includes(info.status ?? "") ||
    rollsBack(info) !== undefined ||
    (platform === "in-place" && info.previousRevision === undefined);
  return onlyCancel
    ? [cancel(situation, versions)]
    : [rollback(situation, versions), cancel(situation, versions)];
}

/** People decide, and know what they don't know. */
function withUnread(
  { platform, specUnread }: Situation,
  { new: next }: Versions,
  { consequence, dialog }: Pick<WordedOffer, "consequence" | "dialog">,
): Pick<WordedOffer, "consequence" | "dialog"> {
  const isRead = next !== undefined && (platform !== "ecs" || specUnread === undefined);
  if (isRead) return { consequence, dialog };
  const words = " Not read: which version that is.";
  return { consequence: [...consequence, words], dialog: [...dialog, words] };
}

function continueReady(situation: Situation, versions: Versions, hold: WordedHold): WordedOffer {
  return {
    action: "continue",
    holdId: hold.id,
    label: "Continue",
    ...withUnread(situation, versions, whatShifts(situation, versions)),
    deny: "Not yet",
    evidence: {
      hold: hold.id,
      deployment: situation.info.deploymentId ?? null,
      revision: fingerprintOf(situation.info.revision) ?? "none named",
    },
  };
}

function continueHook(situation: Situation, versions: Versions, hold: WordedHold): WordedOffer {
  return {
    action: "continue",
    holdId: hold.id,
    label: "Continue",
    ...withUnread(situation, versions, whatContinues(situation, versions, hold.stage)),
    deny: "Not yet",
    evidence: {
      hold: hold.id,
      // The name that its function gave, where no event could be read: AWS itself judges whether it waits (P1).
      "lifecycle event": hold.stage,
      revision: fingerprintOf(situation.info.revision) ?? "none named",
    },
  };
}

function failHook(situation: Situation, versions: Versions, hold: WordedHold): WordedOffer {
  return {
    action: "rollback",
    holdId: hold.id,
    label: "Roll back",
    ...whatHookFails(situation, versions, hold.stage),
    deny: "Not now",
    evidence: { hold: hold.id },
  };
}

/** How many they are is no evidence: tasks come and go, and targets that one read misses would make votes void. */
function terminateOld(situation: Situation, versions: Versions, hold: WordedHold): WordedOffer {
  return {
    action: "terminate-old",
    holdId: hold.id,
    label: situation.platform === "ecs" ? "Terminate old tasks" : "Terminate old instances",
    ...whatTerminates(situation, versions),
    deny: "Keep them",
    evidence: { hold: hold.id, deployment: situation.info.deploymentId ?? null },
  };
}

function rollback(situation: Situation, versions: Versions): WordedOffer {
  return {
    action: "rollback",
    label: "Roll back",
    ...whatRollsBack(situation, versions),
    deny: "Not now",
    evidence: { deployment: situation.info.deploymentId ?? null },
  };
}

function cancel(situation: Situation, versions: Versions): WordedOffer {
  return {
    action: "cancel",
    label: "Cancel",
    ...whatCancels(situation, versions),
    deny: "Not now",
    evidence: { deployment: situation.info.deploymentId ?? null },
  };
}
