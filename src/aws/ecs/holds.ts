/** Pause hooks as holds. */

import type { DeploymentLifecycleHookDetail, ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Deployment, HoldShows, Phase } from "../../handlers/deployment.ts";
import type { WordedHold } from "../../handlers/words.ts";
import { isPause } from "./locate.ts";

export function holdsOf(
  deployment: ServiceDeployment,
  phase: Phase,
  previous: Deployment | undefined,
): readonly WordedHold[] {
  return (deployment.lifecycleHookDetails ?? []).flatMap((hook): WordedHold[] => {
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
        ...(hook.expiresAt === undefined ? {} : { expiresAt: hook.expiresAt.getTime() }),
        ...expiryOf(hook),
      },
    ];
  });
}

/** AWS keeps hooks in the list after their deployment has ended, some of them still as waiting. */
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

/** AWS gives a hook no stage. A deployment that waits stands at its hook's; a later one is not this hook's any more. */
function stageOf(deployment: ServiceDeployment, shows: HoldShows, before: WordedHold | undefined): string {
  const now = deployment.lifecycleStage ?? "unknown";
  return shows === "open" ? now : (before?.stage ?? now);
}

function expiryOf(
  hook: DeploymentLifecycleHookDetail,
): Pick<WordedHold, "onExpiry" | "onExpiryAction" | "onExpiryShort"> {
  if (hook.expiresAt === undefined) return {};
  const action: string | undefined = hook.timeoutAction;
  switch (action) {
    case "ROLLBACK":
      return {
        onExpiryAction: "rollback",
        onExpiry: ["ECS rolls back."],
        onExpiryShort: "ECS rolls back",
      };
    case "CONTINUE":
      return {
        onExpiryAction: "continue",
        onExpiry: ["ECS continues."],
        onExpiryShort: "ECS continues",
      };
    case undefined:
      return {
        onExpiry: ["ECS does what the hook is configured for; it does not say what that is."],
        onExpiryShort: "ECS does what is configured",
      };
    default:
      return {
        onExpiry: ["ECS does what it calls ", { code: action, atMost: 24 }, "."],
        onExpiryShort: "ECS does what is configured",
      };
  }
}
