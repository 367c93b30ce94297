/** Builds the mutating call of each action. */

import {
  ContinueServiceDeploymentCommand,
  type ECSClient,
  StopServiceDeploymentCommand,
} from "@aws-sdk/client-ecs";
import type { Deployment } from "../../handlers/deployment.ts";
import { type Call, callWith } from "../client/call.ts";
import type { Request } from "../system.ts";

export function callOf(
  { ref: { id: serviceDeploymentArn } }: Deployment,
  { action, holdId: hookId }: Request,
): Call<ECSClient> | undefined {
  if (action !== "continue" && action !== "rollback") return undefined;
  if (hookId !== undefined) {
    // ECS's default is CONTINUE, so `action` is always sent.
    const answer = action === "continue" ? "CONTINUE" : "ROLLBACK";
    const command = new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action: answer });
    return { ...callWith("ContinueServiceDeployment", command), secret: hookId };
  }
  if (action === "continue") return undefined;
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" });
  return callWith("StopServiceDeployment", command);
}
