/** The health figures of a deployment that can get worse while a hold is open. */

import type { Watched } from "../../../handlers/deployment.ts";
import { watchedAlarms } from "../../alarm-fact.ts";
import type { AlarmReading } from "../../alarms.ts";
import type { ServiceDeployment } from "./stored-detail.ts";

export function watchedOf(deployment: ServiceDeployment, alarms: readonly AlarmReading[] = []): Watched {
  const { targetServiceRevision: target, deploymentCircuitBreaker: breaker } = deployment;
  return {
    alarms: watchedAlarms(alarms, deployment.alarms?.triggeredAlarmNames),
    unit: "task",
    ...(breaker?.failureCount === undefined ? {} : { failed: breaker.failureCount }),
    ...(target?.runningTaskCount === undefined ? {} : { healthy: target.runningTaskCount }),
    ...(target?.requestedTaskCount === undefined ? {} : { wanted: target.requestedTaskCount }),
  };
}

/** The service deployment may leave out alarms that were in ALARM when it began; its configuration has all of them. */
export function alarmsOf({ alarms, deploymentConfiguration }: ServiceDeployment): readonly string[] {
  const configured = deploymentConfiguration?.alarms?.alarmNames ?? [];
  return [...new Set([...configured, ...(alarms?.alarmNames ?? [])])];
}

export function areAlarmsOff({ alarms, deploymentConfiguration }: ServiceDeployment): boolean {
  return alarms?.status === "DISABLED" || deploymentConfiguration?.alarms?.enable === false;
}
