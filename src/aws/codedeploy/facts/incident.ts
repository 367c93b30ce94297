/** Classifies incidents: an alarm, or a deployment that failed or rolled back without a person's answer at a hook. */

import type { Hold } from "../../../handlers/deployment.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { countsOfNew } from "./counts.ts";
import { isStoppedByAlarm, rollbackOf, type Situation } from "./situation.ts";

/**
 * `hook`: a lifecycle hook failed. Who made it fail is known only together with the hook's event, which a store that
 * lost its data gets back later.
 * `never-ready`: it was stopped because nobody answered before traffic moved. `failed-instances`: it was stopped after
 * instances had failed; CodeDeploy does not return who stopped it.
 */
export const troubles = [
  "alarm",
  "timed-out",
  "never-ready",
  "failed-instances",
  "hook",
  "failed",
  "rolled-back",
] as const;
export type Trouble = (typeof troubles)[number];

export function troubleOf(situation: Situation, holds: readonly Hold[]): Trouble | undefined {
  const { info } = situation;
  const { status } = info;
  if (status !== "Failed" && status !== "Stopped") return undefined;
  if (isStoppedByAlarm(info)) return "alarm";
  if (isAnsweredBack(holds)) return undefined;
  if (status === "Stopped") {
    if (holds.some(({ shows, onExpiryAction }) => shows === "expired" && onExpiryAction === "cancel"))
      return "never-ready";
    return failedInstances(situation) > 0 ? "failed-instances" : undefined;
  }
  if (holds.some(({ shows, onExpiryAction }) => shows === "expired" && onExpiryAction === "rollback"))
    return "timed-out";
  if (info.errorInformation?.code === "HOOK_EXECUTION_FAILURE") return "hook";
  return rollbackOf(info) === undefined ? "failed" : "rolled-back";
}

/** A stop can make the function or service of a deployment fail, so only instances count. */
export function failedInstances(situation: Situation): number {
  const { platform } = situation;
  if (platform !== "blue-green" && platform !== "in-place") return 0;
  return countsOfNew(situation)?.failed ?? 0;
}

/** It ended on its own: it doesn't look like a stop, and no answer made it fail. */
export function isOvertaken(situation: Situation, holds: readonly Hold[]): boolean {
  switch (troubleOf(situation, holds)) {
    case "alarm":
      return true;
    case "hook":
    case "failed":
    case "rolled-back":
      return !holds.some(isUntold);
    default:
      return situation.info.status === "Succeeded";
  }
}

/** The read doesn't show whether this hook's result made it fail. */
function isUntold({ id, shows, status }: Hold): boolean {
  return id !== readyWait && id !== terminationWait && shows === "over" && status !== "Skipped";
}

/** A person reported at a hook that it failed. */
function isAnsweredBack(holds: readonly Hold[]): boolean {
  return holds.some(({ shows }) => shows === "rollback");
}

/** CodeDeploy's own message about how it ended. */
export function reasonOf({ info }: Situation): string | undefined {
  return info.errorInformation?.message || info.rollbackInfo?.rollbackMessage || undefined;
}
