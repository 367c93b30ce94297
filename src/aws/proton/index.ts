/** AWS Proton: deployments of service pipelines, service instances, environments and components. */

import { ProtonClient } from "@aws-sdk/client-proton";
import type { System, Telemetry } from "../../handlers/ports.ts";
import type { Clients } from "../client/clients.ts";
import { createSystem, type SystemParts } from "../system.ts";
import { callOf } from "./calls.ts";
import { endOfSupport } from "./end-of-support.ts";
import { lookAt } from "./inspect.ts";
import { list } from "./list.ts";
import { listensTo, locate } from "./locate.ts";
import { readActions } from "./reads.ts";
import { laneOf } from "./resource.ts";
import { words } from "./words.ts";

export function createProton(clients: Clients, telemetry: Telemetry): System {
  const parts = {
    name: "proton",
    title: "Proton",
    listensTo,
    // AWS ended support on 2026-10-07; this is for those who still have a working endpoint.
    optIn: true,
    offers: [{ action: "cancel", when: "while it is in progress" }],
    permissions,
    laneOf,
    locate,
    words,
    lookAt,
    callOf,
    sweep: { lastCall: readActions["service-pipeline"], list },
    remarkOn: endOfSupport,
  } satisfies SystemParts<ProtonClient>;
  return createSystem(
    parts,
    clients.of((settings) => new ProtonClient(settings)),
    telemetry,
  );
}

const permissions: System["permissions"] = [
  {
    actions: ["proton:GetService", "proton:CancelServicePipelineDeployment"],
    resource: "arn:aws:proton:*:*:service/*",
    why: "reads service pipelines, and cancels",
  },
  {
    actions: ["proton:GetServiceInstance", "proton:CancelServiceInstanceDeployment"],
    resource: "arn:aws:proton:*:*:service/*/service-instance/*",
    why: "reads service instances, and cancels",
  },
  {
    actions: ["proton:GetEnvironment", "proton:CancelEnvironmentDeployment"],
    resource: "arn:aws:proton:*:*:environment/*",
    why: "reads environments, and cancels",
  },
  {
    actions: ["proton:GetComponent", "proton:CancelComponentDeployment"],
    resource: "arn:aws:proton:*:*:component/*",
    why: "reads components, and cancels",
  },
  {
    actions: ["proton:GetDeployment"],
    resource: "arn:aws:proton:*:*:deployment/*",
    why: "reads what a deployment changes, and how one ended that another has replaced",
  },
  {
    actions: [
      "proton:ListServices",
      "proton:ListServiceInstances",
      "proton:ListEnvironments",
      "proton:ListComponents",
    ],
    resource: "*",
    why: "finds deployments whose events were lost; AWS knows no narrower resource",
  },
];
