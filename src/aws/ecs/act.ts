/** The one mutating call of an answer: sent once, ended in time, and told as what it is (P3). */

import {
  ContinueServiceDeploymentCommand,
  type ECSClient,
  StopServiceDeploymentCommand,
} from "@aws-sdk/client-ecs";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import type { Answer } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import { answerOf, notDone, whyNotConfigured } from "../errors.ts";

export type Act = (
  deployment: Deployment,
  request: { readonly action: Action; readonly holdId?: string },
) => Promise<Answer>;

export function createAct(clients: ClientsOf<ECSClient>, callTimeoutMs: number): Act {
  return async function act({ ref }, request) {
    const ecs = clients.act(ref.account, ref.region);
    if (ecs === undefined) {
      return notDone("not-sent", whyNotConfigured(ref));
    }
    const call = callOf(ecs, ref.id, request);
    if (call === undefined) return notDone("invalid", `ECS has no ${request.action} here`);
    try {
      await within(callTimeoutMs, call.send);
      return { kind: "accepted", note: call.name };
    } catch (error) {
      return answerOf(error, `ecs:${call.name}`);
    }
  };
}

interface Call {
  readonly name: string;
  readonly send: (abortSignal: AbortSignal) => Promise<unknown>;
}

function callOf(
  ecs: ECSClient,
  serviceDeploymentArn: string,
  { action, holdId: hookId }: { readonly action: Action; readonly holdId?: string },
): Call | undefined {
  if (action !== "continue" && action !== "rollback") return undefined;
  if (hookId !== undefined) {
    // Without `action` AWS continues: it is never left out.
    const command = new ContinueServiceDeploymentCommand({
      serviceDeploymentArn,
      hookId,
      action: action === "continue" ? "CONTINUE" : "ROLLBACK",
    });
    return { name: "ContinueServiceDeployment", send: (abortSignal) => ecs.send(command, { abortSignal }) };
  }
  if (action === "continue") return undefined;
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" });
  return { name: "StopServiceDeployment", send: (abortSignal) => ecs.send(command, { abortSignal }) };
}
