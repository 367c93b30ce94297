/** Builds the mutating call of each action. */

import {
  type CodeDeployClient,
  ContinueDeploymentCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from "@aws-sdk/client-codedeploy";
import type { Deployment } from "../../handlers/deployment.ts";
import { type Call, callWith } from "../client/call.ts";
import { isNamed } from "../client/errors.ts";
import type { Request } from "../system.ts";
import { carriedUnknownExecution } from "./carried.ts";
import { readyWait, terminationWait } from "./waits.ts";

type CodeDeployCall = Call<CodeDeployClient>;

export function callOf(
  { ref: { id }, holds }: Deployment,
  { action, holdId }: Request,
): CodeDeployCall | undefined {
  const isHook =
    holdId !== undefined &&
    holdId !== readyWait &&
    holdId !== terminationWait &&
    holds.some((hold) => hold.id === holdId);
  if (isHook) {
    if (action === "continue") return answerHook(id, holdId, "Succeeded");
    return action === "rollback" ? answerHook(id, holdId, "Failed") : undefined;
  }
  if (holdId === readyWait) {
    if (action === "continue") return endWait(id, readyWait);
    return action === "cancel" ? stop(id, false) : undefined;
  }
  if (holdId === terminationWait)
    return action === "terminate-old" ? endWait(id, terminationWait) : undefined;
  if (holdId !== undefined) return undefined;
  if (action === "rollback") return stop(id, true);
  return action === "cancel" ? stop(id, false) : undefined;
}

/** CodeDeploy accepts only these two statuses. */
function answerHook(
  deploymentId: string,
  executionId: string,
  status: "Succeeded" | "Failed",
): CodeDeployCall {
  const command = new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId,
    lifecycleEventHookExecutionId: executionId,
    status,
  });
  return {
    ...callWith("PutLifecycleEventHookExecutionStatus", command),
    secret: executionId,
    learned: (error) =>
      isNamed(error, "InvalidLifecycleEventHookExecutionIdException")
        ? carriedUnknownExecution(executionId)
        : undefined,
  };
}

/** If the wait type is left out AWS chooses one, so it is always sent. */
function endWait(
  deploymentId: string,
  deploymentWaitType: typeof readyWait | typeof terminationWait,
): CodeDeployCall {
  return callWith("ContinueDeployment", new ContinueDeploymentCommand({ deploymentId, deploymentWaitType }));
}

/** If `autoRollbackEnabled` is left out the group's settings decide, so it is always sent. */
function stop(deploymentId: string, autoRollbackEnabled: boolean): CodeDeployCall {
  return callWith("StopDeployment", new StopDeploymentCommand({ deploymentId, autoRollbackEnabled }));
}
