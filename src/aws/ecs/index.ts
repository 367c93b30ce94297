/** Amazon ECS service deployments: rolling, blue/green, linear and canary, with pause hooks as holds. */

import { ECSClient } from "@aws-sdk/client-ecs";
import type { System, Telemetry } from "../../handlers/ports.ts";
import { alarmPermission, createReadAlarms } from "../alarms.ts";
import type { Clients } from "../client/clients.ts";
import { createSystem, type SystemParts } from "../system.ts";
import { callOf } from "./calls.ts";
import { createLookAt, goneBy } from "./inspect.ts";
import { createList } from "./list.ts";
import { listensTo, locate } from "./locate.ts";
import { words } from "./words/words.ts";

export function createEcs(clients: Clients, telemetry: Telemetry): System {
  const parts = {
    name: "ecs",
    title: "ECS",
    listensTo,
    offers: [
      { action: "continue", when: "at a pause hook" },
      { action: "rollback", when: "at a pause hook, and while it is in progress" },
    ],
    permissions,
    locate,
    words,
    lookAt: createLookAt(createReadAlarms(clients, telemetry)),
    goneBy,
    callOf,
    sweep: { lastCall: "ecs:DescribeServices", list: createList() },
  } satisfies SystemParts<ECSClient>;
  return createSystem(
    parts,
    clients.of((settings) => new ECSClient(settings)),
    telemetry,
  );
}

/** AWS authorizes DescribeServiceDeployments, Continue and Stop against both the service and the service deployment. */
const permissions: System["permissions"] = [
  {
    actions: ["ecs:DescribeServiceDeployments"],
    resource: "arn:aws:ecs:*:*:service-deployment/*",
    why: "reads a deployment: status, stage, holds, alarms, traffic",
  },
  {
    actions: ["ecs:DescribeServiceDeployments", "ecs:DescribeServices", "ecs:ListServiceDeployments"],
    resource: "arn:aws:ecs:*:*:service/*",
    why: "finds the deployments of a service",
  },
  {
    actions: ["ecs:DescribeServiceRevisions"],
    resource: "arn:aws:ecs:*:*:service-revision/*",
    why: "reads images and digests of the old and the new version",
  },
  {
    actions: ["ecs:DescribeServiceRevisions"],
    resource: "arn:aws:ecs:*:*:service/*",
    why: "the same call is checked against the service, too",
  },
  {
    actions: ["ecs:DescribeTaskDefinition", "ecs:ListClusters", "ecs:ListServices"],
    resource: "*",
    why: "compares task definitions, and finds deployments whose events were lost; AWS knows no narrower resource",
  },
  {
    actions: ["ecs:ContinueServiceDeployment", "ecs:StopServiceDeployment"],
    resource: "arn:aws:ecs:*:*:service-deployment/*",
    why: "continues, or rolls back",
  },
  {
    actions: ["ecs:ContinueServiceDeployment", "ecs:StopServiceDeployment"],
    resource: "arn:aws:ecs:*:*:service/*",
    why: "the same calls are checked against the service, too",
  },
  alarmPermission,
];
