/** The call of each action. */

import { type AppConfigClient, StopDeploymentCommand } from "@aws-sdk/client-appconfig";
import type { Deployment } from "../../handlers/deployment.ts";
import { type Call, callWith } from "../call.ts";
import type { Request } from "../system.ts";
import { parseId } from "./id.ts";

/** With AllowRevert a cancel that comes too late would revert what is complete, so each needs its own phase. */
export function callOf({ ref, phase }: Deployment, { action }: Request): Call<AppConfigClient> | undefined {
  const id = parseId(ref.id);
  if (id === undefined) return undefined;
  const input = {
    ApplicationId: id.application,
    EnvironmentId: id.environment,
    DeploymentNumber: id.number,
  };
  // Knows no AllowRevert: AWS refuses it once the deployment is complete.
  if (action === "cancel" && phase === "running")
    return callWith("StopDeployment", new StopDeploymentCommand(input));
  if (action === "revert" && phase === "succeeded")
    return callWith("StopDeployment", new StopDeploymentCommand({ ...input, AllowRevert: true }));
  return undefined;
}
