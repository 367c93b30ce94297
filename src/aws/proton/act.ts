/** The one mutating call of an answer: sent once, ended in time, and told as what it is (P3). */

import {
  CancelComponentDeploymentCommand,
  CancelEnvironmentDeploymentCommand,
  CancelServiceInstanceDeploymentCommand,
  CancelServicePipelineDeploymentCommand,
  type ProtonClient,
} from "@aws-sdk/client-proton";
import type { Action, Deployment } from "../../handlers/deployment.ts";
import type { Answer, DescribedCall } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import { described } from "../described.ts";
import { answerOf, notDone, whyNotConfigured } from "../errors.ts";
import { parseRefId, type Resource } from "./resource.ts";

export type Act = (deployment: Deployment, request: { readonly action: Action }) => Promise<Answer>;

export function createAct(clients: ClientsOf<ProtonClient>): Act {
  return async function act({ ref, offers }, { action }) {
    const proton = clients.act(ref.account, ref.region);
    if (proton === undefined) {
      return notDone("not-sent", whyNotConfigured(ref));
    }
    const place = parseRefId(ref.id);
    if (place === undefined || action !== "cancel")
      return notDone("not-sent", `Proton has no ${action} here`);
    // AWS takes a cancel by name and does not check what it hits. Only a snapshot that offers it has checked.
    const offered = offers.some(
      (offer) => offer.action === "cancel" && offer.evidence.deployment === place.deployment,
    );
    if (!offered) return notDone("not-sent", "Proton no longer shows this deployment in progress");
    const call = cancelOf(place.resource);
    try {
      await within(clients.callTimeoutMs, (signal) => call.send(proton, signal));
      return { kind: "accepted", note: call.name };
    } catch (error) {
      return answerOf(error, `proton:${call.name}`);
    }
  };
}

export function describeCall(
  { ref }: Deployment,
  { action }: { readonly action: Action },
): DescribedCall | undefined {
  const place = parseRefId(ref.id);
  if (place === undefined || action !== "cancel") return undefined;
  const { name, input } = cancelOf(place.resource);
  return described(name, input);
}

interface Call {
  readonly name: string;
  readonly input: object;
  readonly send: (proton: ProtonClient, abortSignal: AbortSignal) => Promise<unknown>;
}

function cancelOf(resource: Resource): Call {
  switch (resource.kind) {
    case "service-pipeline": {
      const command = new CancelServicePipelineDeploymentCommand({ serviceName: resource.serviceName });
      return {
        name: "CancelServicePipelineDeployment",
        input: command.input,
        send: (proton, abortSignal) => proton.send(command, { abortSignal }),
      };
    }
    case "service-instance": {
      const command = new CancelServiceInstanceDeploymentCommand({
        serviceName: resource.serviceName,
        serviceInstanceName: resource.name,
      });
      return {
        name: "CancelServiceInstanceDeployment",
        input: command.input,
        send: (proton, abortSignal) => proton.send(command, { abortSignal }),
      };
    }
    case "environment": {
      const command = new CancelEnvironmentDeploymentCommand({ environmentName: resource.name });
      return {
        name: "CancelEnvironmentDeployment",
        input: command.input,
        send: (proton, abortSignal) => proton.send(command, { abortSignal }),
      };
    }
    case "component": {
      const command = new CancelComponentDeploymentCommand({ componentName: resource.name });
      return {
        name: "CancelComponentDeployment",
        input: command.input,
        send: (proton, abortSignal) => proton.send(command, { abortSignal }),
      };
    }
  }
}
