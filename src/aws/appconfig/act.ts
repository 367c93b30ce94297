/** The one mutating call of an answer: sent once, ended in time, and told as what it is (P3). */

import { type AppConfigClient, StopDeploymentCommand } from "@aws-sdk/client-appconfig";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import type { Answer, DescribedCall } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import { described } from "../described.ts";
import { answerOf, notDone, whyNotConfigured } from "../errors.ts";
import { type DeploymentId, parseId } from "./id.ts";

export type Act = (deployment: Deployment, request: { readonly action: Action }) => Promise<Answer>;

export function createAct(clients: ClientsOf<AppConfigClient>): Act {
  return async function act({ ref, phase }, { action }) {
    const id = parseId(ref.id);
    const command = id && commandOf(id, action, phase);
    if (command === undefined) return notDone("not-sent", `AppConfig has no ${action} here`);
    const client = clients.act(ref.account, ref.region);
    if (client === undefined) {
      return notDone("not-sent", whyNotConfigured(ref));
    }
    try {
      // The answer is not read for how it went: AWS's own sample of it shows zeros. The next look tells.
      await within(clients.callTimeoutMs, (abortSignal) => client.send(command, { abortSignal }));
      return { kind: "accepted", note: "StopDeployment" };
    } catch (error) {
      return answerOf(error, "appconfig:StopDeployment");
    }
  };
}

export function describeCall(
  { ref, phase }: Deployment,
  { action }: { readonly action: Action },
): DescribedCall | undefined {
  const id = parseId(ref.id);
  const command = id && commandOf(id, action, phase);
  return command && described("StopDeployment", command.input);
}

/** With AllowRevert a cancel that comes too late would revert what is complete, so each needs its own phase. */
function commandOf(
  id: DeploymentId,
  action: Action,
  phase: Deployment["phase"],
): StopDeploymentCommand | undefined {
  if (action === "cancel" && phase === "running") return stopRunning(id);
  if (action === "revert" && phase === "succeeded") return revertComplete(id);
  return undefined;
}

/** Knows no AllowRevert: AWS refuses it once the deployment is complete. */
function stopRunning({ application, environment, number }: DeploymentId): StopDeploymentCommand {
  return new StopDeploymentCommand({
    ApplicationId: application,
    EnvironmentId: environment,
    DeploymentNumber: number,
  });
}

function revertComplete({ application, environment, number }: DeploymentId): StopDeploymentCommand {
  return new StopDeploymentCommand({
    ApplicationId: application,
    EnvironmentId: environment,
    DeploymentNumber: number,
    AllowRevert: true,
  });
}
