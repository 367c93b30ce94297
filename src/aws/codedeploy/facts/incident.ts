/** Classifies incidents: an alarm, or a deployment that failed or rolled back without a person's answer at a hook. */

import type { Hold } from "../../../handlers/deployment.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { isStoppedByAlarm, rollbackOf, type Situation } from "./situation.ts";

export const troubles = ["alarm", "timed-out", "failed", "rolled-back"] as const;
export type Trouble = (typeof troubles)[number];

export function troubleOf({ info }: Situation, holds: readonly Hold[]): Trouble | undefined {
  const { status } = info;
  if (status !== "Failed" && status !== "Stopped") return undefined;
  if (isStoppedByAlarm(info)) return "alarm";
  if (status === "Stopped" || isAnsweredBack(holds)) return undefined;
  if (holds.some(({ shows, onExpiryAction }) => shows === "expired" && onExpiryAction === "rollback"))
    return "timed-out";
  return rollbackOf(info) === undefined ? "failed" : "rolled-back";
}

/** It ended on its own: it doesn't look like a stop, and no answer made it fail. */
export function isOvertaken(situation: Situation, holds: readonly Hold[]): boolean {
  const trouble = troubleOf(situation, holds);
  if (trouble === "alarm" || situation.info.status === "Succeeded") return true;
  return trouble !== undefined && trouble !== "timed-out" && !holds.some(isUntold);
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
