/** The targets of a deployment, and the effect of lifecycle events on them. Pure. */
import type { Diagnostics } from "@aws-sdk/client-codedeploy";
import { countOf, type Plan, styleOf } from "./plan.ts";
import type { LifecycleRecord, TargetRecord } from "./records.ts";
import { eventsOfTarget, targetCount } from "./steps.ts";

/** `instances`: ids of the new fleet, then of the old one; used for servers only. */
export function newTargets(plan: Plan, instances: readonly string[], now: number): readonly TargetRecord[] {
  return Array.from({ length: targetCount(plan) }, (_, index) => ({
    ...identify(plan, instances, index),
    status: "Pending",
    updatedAt: now,
    events: eventsOfTarget(plan, index).map((name) => ({ name, status: "Pending" })),
  }));
}

function identify(
  { account, region, platform, ...plan }: Plan,
  instances: readonly string[],
  index: number,
): Pick<TargetRecord, "id" | "arn" | "label"> {
  if (platform === "Lambda") {
    const id = plan.lambda?.functionName ?? "";
    return { id, arn: `arn:aws:lambda:${region}:${account}:function:${id}` };
  }
  if (platform === "ECS") {
    const { cluster, service } = plan.ecs ?? { cluster: "", service: "" };
    const arn = `arn:aws:ecs:${region}:${account}:service/${cluster}/${service}`;
    return { id: `${cluster}:${service}`, arn };
  }
  const whole = { account, region, platform, ...plan };
  const id = instances[index] ?? "";
  return {
    id,
    arn: `arn:aws:ec2:${region}:${account}:instance/${id}`,
    ...(styleOf(whole) === "IN_PLACE" ? {} : { label: index < countOf(whole) ? "Green" : "Blue" }),
  };
}

/** A target that failed or was skipped takes no further part. */
export function takesPart({ status }: TargetRecord): boolean {
  return status !== "Failed" && status !== "Skipped";
}

export function beginEvent(target: TargetRecord, name: string, now: number): TargetRecord {
  return {
    ...withEvent(target, name, { status: "InProgress", startedAt: now }),
    status: "InProgress",
    updatedAt: now,
  };
}

export function endEvent(target: TargetRecord, name: string, now: number): TargetRecord {
  const ended = withEvent(target, name, { status: "Succeeded", endedAt: now });
  const all = ended.events.every(({ status }) => status === "Succeeded");
  return { ...ended, status: all ? "Succeeded" : "InProgress", updatedAt: now };
}

export function endAllEvents(target: TargetRecord, now: number): TargetRecord {
  const left = target.events.filter(({ status }) => status !== "Succeeded");
  return left.reduce((moved, { name }) => endEvent(moved, name, now), target);
}

/** The event fails, and the target skips those after it. */
export function failEvent(
  target: TargetRecord,
  name: string,
  diagnostics: Diagnostics,
  now: number,
): TargetRecord {
  const failed = withEvent(target, name, { status: "Failed", endedAt: now, diagnostics });
  return { ...failed, events: failed.events.map(leaveOut), status: "Failed", updatedAt: now };
}

/** The deployment has ended for a target that is not finished. */
export function abandon(target: TargetRecord, now: number): TargetRecord {
  if (target.status === "Succeeded" || !takesPart(target)) return target;
  const events = target.events.map(leaveOut).map(interrupt(now));
  return { ...target, events, status: "Skipped", updatedAt: now };
}

/**
 * AWS does not document the status of an event that a stop interrupts. The target becomes Skipped, because
 * DeploymentOverview does not count Unknown targets.
 */
function interrupt(now: number): (event: LifecycleRecord) => LifecycleRecord {
  return (event) => (event.status === "InProgress" ? { ...event, status: "Unknown", endedAt: now } : event);
}

function withEvent(target: TargetRecord, name: string, patch: Partial<LifecycleRecord>): TargetRecord {
  return {
    ...target,
    events: target.events.map((event) => (event.name === name ? { ...event, ...patch } : event)),
  };
}

function leaveOut(event: LifecycleRecord): LifecycleRecord {
  return event.status === "Pending" ? { ...event, status: "Skipped" } : event;
}
