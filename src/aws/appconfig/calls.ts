/** Builds the mutating call of each action. */

import { type AppConfigClient, StopDeploymentCommand } from "@aws-sdk/client-appconfig";
import type { Deployment } from "../../handlers/deployment.ts";
import { type Call, callWith } from "../client/call.ts";
import type { Request } from "../system.ts";
import { parseId } from "./id.ts";

/**
 * With AllowRevert, a cancel that arrives too late would revert a completed deployment, so each action is limited to
 * its own phase.
 */
export function callOf({ ref, phase }: Deployment, { action }: Request): Call<AppConfigClient> | undefined {
  const id = parseId(ref.id);
  if (id === undefined) return undefined;
  const input = {
    ApplicationId: id.application,
    EnvironmentId: id.environment,
    DeploymentNumber: id.number,
  };
  // Without AllowRevert AWS rejects the call once the deployment is complete.
  if (action === "cancel" && phase === "running")
    return callWith("StopDeployment", new StopDeploymentCommand(input));
  if (action === "revert" && phase === "succeeded")
    return callWith("StopDeployment", new StopDeploymentCommand({ ...input, AllowRevert: true }));
  return undefined;
}
