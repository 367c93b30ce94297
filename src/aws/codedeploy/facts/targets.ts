/** The targets of a deployment that were read: instances, a function or a service. */

import type { DeploymentTarget } from "@aws-sdk/client-codedeploy";
import { z } from "zod";
import type { AwsMs } from "../../../handlers/deployment.ts";
import { oneDecimal } from "../../counts.ts";
import type { Unknown } from "../../reading.ts";
import { optionalTime } from "../../said.ts";
import {
  type LambdaVersions,
  lambdaVersions,
  type Standing,
  type TaskSet,
  taskSet,
} from "./stored-detail.ts";

const text = z.string().optional();

export const lifecycleEvent = z.object({
  lifecycleEventName: text,
  status: text,
  startTime: optionalTime,
  endTime: optionalTime,
  /** Without the log tail, which may contain anything. */
  diagnostics: z.object({ errorCode: text, scriptName: text, message: text }).optional(),
});
export type LifecycleEvent = z.infer<typeof lifecycleEvent>;

export interface Target {
  readonly id: string;
  /** AWS's value, passed through. */
  readonly status: string;
  readonly side?: "old" | "new";
  readonly events: readonly LifecycleEvent[];
  readonly lambda?: LambdaVersions;
  readonly taskSets?: readonly TaskSet[];
  /** Percent of traffic on the new side, if the target itself has it. */
  readonly weight?: number | undefined;
}

export type Targets =
  | {
      readonly kind: "read";
      readonly targets: readonly Target[];
      /** The number of targets listed; in large fleets not all of them are read. */
      readonly total: number;
      /** True if even their list has more pages than were read. */
      readonly more: boolean;
    }
  /** CodeDeploy has not selected any targets yet. */
  | { readonly kind: "not-started" }
  | Unknown;

export function targetOf(found: DeploymentTarget): readonly Target[] {
  const { instanceTarget, lambdaTarget, ecsTarget, cloudFormationTarget } = found;
  const target = instanceTarget ?? lambdaTarget ?? ecsTarget ?? cloudFormationTarget;
  if (target?.targetId === undefined) return [];
  const lambda = lambdaTarget?.lambdaFunctionInfo;
  return [
    {
      id: target.targetId,
      status: target.status ?? "unknown",
      ...sideOf(instanceTarget?.instanceLabel),
      events: z.array(lifecycleEvent).parse(target.lifecycleEvents ?? []),
      ...(lambda === undefined ? {} : { lambda: lambdaVersions.parse(lambda) }),
      taskSets: z.array(taskSet).parse(ecsTarget?.taskSetsInfo ?? []),
      weight: lambda?.targetVersionWeight ?? cloudFormationTarget?.targetVersionWeight,
    },
  ];
}

function sideOf(label: string | undefined): Pick<Target, "side"> {
  if (label === "Blue") return { side: "old" };
  return label === "Green" ? { side: "new" } : {};
}

/** The summary that is stored. */
export function standingOf(targets: Targets): Standing {
  if (targets.kind !== "read") return targets;
  const { targets: all, total, more } = targets;
  return {
    ...{ kind: "read", total, more },
    counts: countsOf(all),
    taskSets: all.flatMap(({ taskSets = [] }) => taskSets),
    percent: percentOf(all),
    lambda: all.find(({ lambda }) => lambda !== undefined)?.lambda,
    event: eventsOf(targets).find(({ status }) => status === "InProgress")?.lifecycleEventName,
  };
}

type Counts = Extract<Standing, { readonly kind: "read" }>["counts"];

function countsOf(targets: readonly Target[]): Counts {
  const counts: Counts = [];
  for (const { side, status } of targets) {
    const same = counts.find((one) => one.side === side && one.status === status);
    if (same === undefined) counts.push({ side, status, count: 1 });
    else same.count += 1;
  }
  return counts;
}

function percentOf(targets: readonly Target[]): number | undefined {
  for (const { weight, taskSets = [] } of targets) {
    const percent = weight ?? taskSets.find(({ taskSetLabel }) => taskSetLabel === "Green")?.trafficWeight;
    if (percent !== undefined) return oneDecimal(percent);
  }
  return undefined;
}

export function readTargets(targets: Targets): readonly Target[] {
  return targets.kind === "read" ? targets.targets : [];
}

/** The lifecycle events of all targets that were read. */
export function eventsOf(targets: Targets): readonly LifecycleEvent[] {
  return readTargets(targets).flatMap(({ events }) => events);
}

/** The end of the last of these events; AWS's clock. */
export function lastEnd(events: readonly LifecycleEvent[]): AwsMs | undefined {
  const ends = events.flatMap(({ endTime }) => endTime ?? []);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** `AllowTraffic` and `BlockTraffic` with their Before and After events: production traffic moves here. */
export function isShift({ lifecycleEventName: name = "" }: LifecycleEvent): boolean {
  return /(?:Allow|Block)Traffic$/.test(name);
}
