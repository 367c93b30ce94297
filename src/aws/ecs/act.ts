/** The one mutating call of an answer: sent once, ended in time, and told as what it is (P3). */

import {
  ContinueServiceDeploymentCommand,
  type ECSClient,
  StopServiceDeploymentCommand,
} from "@aws-sdk/client-ecs";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import type { Answer, DescribedCall } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import { described } from "../described.ts";
import { answerOf, notDone, whyNotConfigured } from "../errors.ts";

export type Act = (
  deployment: Deployment,
  request: { readonly action: Action; readonly holdId?: string },
) => Promise<Answer>;

export function createAct(clients: ClientsOf<ECSClient>): Act {
  return async function act({ ref }, request) {
    const ecs = clients.act(ref.account, ref.region);
    if (ecs === undefined) {
      return notDone("not-sent", whyNotConfigured(ref));
    }
    const call = callOf(ref.id, request);
    if (call === undefined) return notDone("not-sent", `ECS has no ${request.action} here`);
    try {
      await within(clients.callTimeoutMs, (signal) => call.send(ecs, signal));
      return { kind: "accepted", note: call.name };
    } catch (error) {
      return answerOf(error, `ecs:${call.name}`);
    }
  };
}

export function describeCall(
  { ref }: Deployment,
  request: { readonly action: Action; readonly holdId?: string },
): DescribedCall | undefined {
  const call = callOf(ref.id, request);
  return call && described(call.name, call.input);
}

interface Call {
  readonly name: string;
  readonly input: object;
  readonly send: (ecs: ECSClient, abortSignal: AbortSignal) => Promise<unknown>;
}

function callOf(
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
    return {
      name: "ContinueServiceDeployment",
      input: command.input,
      send: (ecs, abortSignal) => ecs.send(command, { abortSignal }),
    };
  }
  if (action === "continue") return undefined;
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" });
  return {
    name: "StopServiceDeployment",
    input: command.input,
    send: (ecs, abortSignal) => ecs.send(command, { abortSignal }),
  };
}
