/** The targets of a deployment, whatever they are: instances, a function, a service. As far as they were read. */

import type {
  DeploymentTarget,
  ECSTaskSet,
  LambdaFunctionInfo,
  LifecycleEvent,
} from "@aws-sdk/client-codedeploy";
import type { EpochMs } from "../../handlers/deployment.ts";
import type { Why } from "../why.ts";

export interface Target {
  readonly id: string;
  /** AWS's own word, passed through. */
  readonly status: string;
  readonly side?: "old" | "new";
  readonly events: readonly LifecycleEvent[];
  readonly lambda?: LambdaFunctionInfo;
  readonly taskSets?: readonly ECSTaskSet[];
  /** Percent of traffic on the new side, where the target itself says it. */
  readonly weight?: number;
}

export type Targets =
  | {
      readonly kind: "read";
      readonly targets: readonly Target[];
      /** How many there are; more than were read where there are many. */
      readonly total: number;
      /** True where even their list has more pages than were read. */
      readonly more: boolean;
    }
  /** CodeDeploy has not chosen any yet. */
  | { readonly kind: "not-started" }
  | { readonly kind: "unknown"; readonly why: Why };

export function targetOf(found: DeploymentTarget): readonly Target[] {
  const { instanceTarget, lambdaTarget, ecsTarget, cloudFormationTarget } = found;
  const any = instanceTarget ?? lambdaTarget ?? ecsTarget ?? cloudFormationTarget;
  if (any?.targetId === undefined) return [];
  const label: string | undefined = instanceTarget?.instanceLabel;
  const side = label === "Blue" ? "old" : label === "Green" ? "new" : undefined;
  const lambda = lambdaTarget?.lambdaFunctionInfo;
  const taskSets = ecsTarget?.taskSetsInfo;
  const weight = lambda?.targetVersionWeight ?? cloudFormationTarget?.targetVersionWeight;
  return [
    {
      id: any.targetId,
      status: any.status ?? "unknown",
      events: any.lifecycleEvents ?? [],
      ...(side === undefined ? {} : { side }),
      ...(lambda === undefined ? {} : { lambda }),
      ...(taskSets === undefined ? {} : { taskSets }),
      ...(weight === undefined ? {} : { weight }),
    },
  ];
}

export function readTargets(targets: Targets): readonly Target[] {
  return targets.kind === "read" ? targets.targets : [];
}

/** True where every target was read. */
export function isWhole(targets: Targets): boolean {
  return targets.kind === "read" && !targets.more && targets.targets.length >= targets.total;
}

/** "100 of 250 read", "100 of more than 1000 read". */
export function readShare(targets: Targets): string | undefined {
  if (targets.kind !== "read" || isWhole(targets)) return undefined;
  return `${targets.targets.length} of ${targets.more ? "more than " : ""}${targets.total} read`;
}

/** The lifecycle events of all targets that were read. */
export function eventsOf(targets: Targets): readonly LifecycleEvent[] {
  return readTargets(targets).flatMap(({ events }) => events);
}

/** The event that runs now; for one function or service there is at most one. */
export function runningEvent(targets: Targets): LifecycleEvent | undefined {
  return eventsOf(targets).find(({ status }) => status === "InProgress");
}

/** When the last of these events ended; AWS's clock. */
export function lastEnd(events: readonly LifecycleEvent[]): EpochMs | undefined {
  const ends = events.flatMap(({ endTime }) => (endTime === undefined ? [] : [endTime.getTime()]));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** `AllowTraffic`, `BlockTraffic` and what stands before and after them: production traffic moves here. */
export function isShift({ lifecycleEventName: name = "" }: LifecycleEvent): boolean {
  return /(?:Allow|Block)Traffic$/.test(name);
}
