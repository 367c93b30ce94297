/** AWS CodeDeploy: EC2 in place and blue/green, Lambda and ECS, with its waits and lifecycle hooks as holds. */

import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { System, Telemetry } from "../../handlers/ports.ts";
import { alarmPermission, createReadAlarms } from "../alarms.ts";
import type { Clients } from "../client/clients.ts";
import { createSystem, type SystemParts } from "../system.ts";
import { callOf } from "./calls.ts";
import { createLookAt, goneBy } from "./inspect.ts";
import { createList } from "./list.ts";
import { listensTo, locate } from "./locate.ts";
import { words } from "./words/words.ts";

export function createCodeDeploy(clients: Clients, telemetry: Telemetry): System {
  const parts = {
    name: "codedeploy",
    title: "CodeDeploy",
    listensTo,
    offers: [
      {
        action: "continue",
        when: "when the new version is ready for traffic, and at a lifecycle hook (with the hook function)",
      },
      {
        action: "rollback",
        when: "at a lifecycle hook, while it is in progress, and while the old instances or tasks are kept",
      },
      { action: "cancel", when: "when the new version is ready for traffic, and while it is in progress" },
      { action: "terminate-old", when: "while the old instances or tasks are kept" },
    ],
    permissions,
    locate,
    words,
    lookAt: createLookAt(createReadAlarms(clients, telemetry), telemetry),
    goneBy,
    callOf,
    sweep: { lastCall: "codedeploy:ListDeploymentGroups", list: createList(() => performance.now()) },
  } satisfies SystemParts<CodeDeployClient>;
  return createSystem(
    parts,
    clients.of((settings) => new CodeDeployClient(settings)),
    telemetry,
  );
}

const permissions: System["permissions"] = [
  {
    actions: [
      "codedeploy:GetDeployment",
      "codedeploy:GetDeploymentGroup",
      "codedeploy:BatchGetDeployments",
      "codedeploy:ListDeployments",
    ],
    resource: "arn:aws:codedeploy:*:*:deploymentgroup:*",
    why: "reads a deployment: status, revision, waits, alarms; finds deployments whose events were lost",
  },
  {
    actions: ["codedeploy:GetApplicationRevision"],
    resource: "arn:aws:codedeploy:*:*:application:*",
    why: "reads the AppSpec: which task definition or function version is deployed",
  },
  {
    actions: ["codedeploy:ListDeploymentGroups"],
    resource: "arn:aws:codedeploy:*:*:application:*",
    why: "lists the groups of an application, so that a name that fits several is asked back",
  },
  {
    actions: ["codedeploy:ListApplications"],
    resource: "*",
    why: "lists the applications; AWS knows no narrower resource",
  },
  {
    actions: ["codedeploy:ListDeploymentTargets", "codedeploy:BatchGetDeploymentTargets"],
    resource: "*",
    why: "reads progress, traffic and diagnostics of the targets; AWS knows no narrower resource",
  },
  {
    actions: [
      "codedeploy:ContinueDeployment",
      "codedeploy:PutLifecycleEventHookExecutionStatus",
      "codedeploy:StopDeployment",
    ],
    resource: "*",
    why: "continues, answers a lifecycle hook, stops and rolls back; AWS knows no narrower resource",
  },
  alarmPermission,
];
