/** Builds the mutating call of each action. */

import {
  CancelComponentDeploymentCommand,
  CancelEnvironmentDeploymentCommand,
  CancelServiceInstanceDeploymentCommand,
  CancelServicePipelineDeploymentCommand,
  type ProtonClient,
} from "@aws-sdk/client-proton";
import type { Deployment } from "../../handlers/deployment.ts";
import { type Call, callWith } from "../client/call.ts";
import type { Request } from "../system.ts";
import { parseRefId, type Resource } from "./resource.ts";

export function callOf(
  { ref, offers }: Deployment,
  { action }: Request,
): Call<ProtonClient> | string | undefined {
  const place = parseRefId(ref.id);
  if (place === undefined || action !== "cancel") return undefined;
  // AWS cancels by name and doesn't check which deployment is hit. Only a snapshot that offers the cancel has checked
  // that.
  const offered = offers.some(
    (offer) => offer.action === "cancel" && offer.evidence.deployment === place.deployment,
  );
  return offered ? cancelOf(place.resource) : "Proton no longer shows this deployment in progress";
}

function cancelOf(resource: Resource): Call<ProtonClient> {
  switch (resource.kind) {
    case "service-pipeline": {
      const { serviceName } = resource;
      const command = new CancelServicePipelineDeploymentCommand({ serviceName });
      return callWith("CancelServicePipelineDeployment", command);
    }
    case "service-instance": {
      const { serviceName, name: serviceInstanceName } = resource;
      const command = new CancelServiceInstanceDeploymentCommand({ serviceName, serviceInstanceName });
      return callWith("CancelServiceInstanceDeployment", command);
    }
    case "environment": {
      const command = new CancelEnvironmentDeploymentCommand({ environmentName: resource.name });
      return callWith("CancelEnvironmentDeployment", command);
    }
    case "component": {
      const command = new CancelComponentDeploymentCommand({ componentName: resource.name });
      return callWith("CancelComponentDeployment", command);
    }
  }
}
