/** Reads the event log of a deployment: its steps, its end, and who started a rollback. Pure. */

import type { AwsMs } from "../../../handlers/deployment.ts";
import { withoutRoles } from "../../client/errors.ts";
import { phaseOf } from "./state.ts";
import type { AwsDeployment, LogEvent, Step, Trigger } from "./stored-detail.ts";

/** AWS lists the newest first; this is chronological order. */
export function eventsOf({ EventLog = [] }: AwsDeployment): readonly LogEvent[] {
  return EventLog.toReversed().toSorted((a, b) => (a.OccurredAt ?? 0) - (b.OccurredAt ?? 0));
}

export function lastOf(deployment: AwsDeployment, type: string): LogEvent | undefined {
  return eventsOf(deployment).findLast(({ EventType }) => EventType === type);
}

/** `undefined`: not rolled back. A revert is no rollback: a person requested it after the deployment had ended. */
export function triggerOf(deployment: AwsDeployment): Trigger | undefined {
  const phase = phaseOf(deployment.State);
  const goesBack = phase === "rolling-back" || phase === "rolled-back";
  if (!goesBack || deployment.State === "REVERTED") return undefined;
  switch (rollbackEvent(deployment)?.TriggeredBy) {
    case "USER":
      return "person";
    case "CLOUDWATCH_ALARM":
      return "alarm";
    case "INTERNAL_ERROR":
      return "internal-error";
    case "APPCONFIG":
      return "appconfig";
    default:
      return "unsaid";
  }
}

/** Prefers the event that started the rollback: the one that completed it may have another trigger. */
function rollbackEvent(deployment: AwsDeployment): LogEvent | undefined {
  return lastOf(deployment, "ROLLBACK_STARTED") ?? lastOf(deployment, "ROLLBACK_COMPLETED");
}

/** AppConfig's own message about why it rolled back. */
export function reasonOf(deployment: AwsDeployment): string | undefined {
  const trigger = triggerOf(deployment);
  if (trigger === undefined || trigger === "person") return undefined;
  return described(rollbackEvent(deployment));
}

export function described(event: LogEvent | undefined): string | undefined {
  const words = withoutRoles(event?.Description ?? "").trim();
  return words === "" ? undefined : words;
}

/** The name of the alarm that made AppConfig roll back, if the log contains its ARN. */
export function alarmIn(deployment: AwsDeployment): string | undefined {
  const words = rollbackEvent(deployment)?.Description ?? "";
  return /arn:aws[\w-]*:cloudwatch:[\w-]*:\d*:alarm:([^\s"',;]+)/.exec(words)?.[1];
}

/** A step with its log entry. */
export interface LoggedStep extends Step {
  readonly event: LogEvent;
}

export function stepsOf(deployment: AwsDeployment): readonly LoggedStep[] {
  return eventsOf(deployment).flatMap((event) => {
    const { EventType, OccurredAt: at, Description = "" } = event;
    if (EventType !== "PERCENTAGE_UPDATED" || at === undefined) return [];
    const percent = /(\d{1,3}(?:\.\d+)?)\s*%/.exec(Description)?.[1];
    return [{ event, at, percent: percent === undefined ? undefined : Number(percent) }];
  });
}

/**
 * The time of its end; AWS's clock. For a reverted deployment only the log has it, because `CompletedAt` stays the time
 * of its completion.
 */
export function endedAt(deployment: AwsDeployment): AwsMs | undefined {
  switch (phaseOf(deployment.State)) {
    case "succeeded":
      return completedAt(deployment);
    case "rolled-back":
      return deployment.State === "REVERTED"
        ? lastOf(deployment, "REVERT_COMPLETED")?.OccurredAt
        : (lastOf(deployment, "ROLLBACK_COMPLETED")?.OccurredAt ?? deployment.CompletedAt);
    case "running":
    case "stopping":
    case "rolling-back":
    case "stopped":
    case "failed":
      return undefined;
  }
}

export function completedAt(deployment: AwsDeployment): AwsMs | undefined {
  return deployment.CompletedAt ?? lastOf(deployment, "DEPLOYMENT_COMPLETED")?.OccurredAt;
}
