/** Turns pause hooks into holds. */

import {
  type Deployment,
  type Hold,
  type HoldShows,
  type Phase,
  unknownStage,
} from "../../../handlers/deployment.ts";
import { isPause } from "../locate.ts";
import { isPause as isPausing } from "./gates.ts";
import type { HookDetail, ServiceDeployment } from "./stored-detail.ts";

export function holdsOf(
  deployment: ServiceDeployment,
  phase: Phase,
  previous: Deployment | undefined,
): readonly Hold[] {
  return (deployment.lifecycleHookDetails ?? []).flatMap((hook): Hold[] => {
    const id = hook.hookId;
    if (id === undefined || !isPause({ type: hook.targetType, id })) return [];
    const shows = showsOf(hook.status, phase);
    return [
      {
        id,
        name: id,
        stage: stageOf(
          deployment,
          shows,
          previous?.holds.find((hold) => hold.id === id),
        ),
        status: hook.status ?? "unknown",
        shows,
        ...(hook.expiresAt === undefined ? {} : { expiresAt: hook.expiresAt }),
        ...expiryOf(hook),
      },
    ];
  });
}

/** AWS keeps hooks in the list after their deployment has ended, some still with status AWAITING_ACTION. */
function showsOf(status: string | undefined, phase: Phase): HoldShows {
  switch (status) {
    case "AWAITING_ACTION":
      return phase === "running" ? "open" : "over";
    case "SUCCEEDED":
      return "continue";
    case "FAILED":
      return "rollback";
    case "TIMED_OUT":
      return "expired";
    default:
      return phase === "running" ? "pending" : "over";
  }
}

/**
 * AWS returns no stage for a hook. While the hook waits it is the deployment's stage; after that the stored one is
 * kept, because the deployment has moved on. If nobody saw it wait, the configuration tells where only one pause is set.
 */
function stageOf(deployment: ServiceDeployment, shows: HoldShows, before: Hold | undefined): string {
  const now = deployment.lifecycleStage ?? unknownStage;
  if (shows === "open" || shows === "pending") return shows === "open" ? now : (before?.stage ?? now);
  return before?.stage ?? onlyStage(deployment) ?? unknownStage;
}

function onlyStage({ deploymentConfiguration }: ServiceDeployment): string | undefined {
  const { lifecycleHooks = [] } = deploymentConfiguration ?? {};
  const stages = lifecycleHooks.filter(isPausing).flatMap(({ lifecycleStages = [] }) => lifecycleStages);
  const [stage, ...more] = new Set(stages);
  return more.length === 0 ? stage : undefined;
}

/** The action of ECS when the hook times out. `said`: the value that ECS returned for it. */
function expiryOf({ expiresAt, timeoutAction }: HookDetail): Pick<Hold, "onExpiryAction" | "said"> {
  if (expiresAt === undefined) return {};
  const action =
    timeoutAction === "ROLLBACK" ? "rollback" : timeoutAction === "CONTINUE" ? "continue" : undefined;
  return {
    ...(action === undefined ? {} : { onExpiryAction: action }),
    said: { timeoutAction: timeoutAction ?? null },
  };
}
