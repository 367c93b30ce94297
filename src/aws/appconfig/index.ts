/**
 * AWS AppConfig: deployments, which can be cancelled while in progress and reverted for 72 hours after, and deployment
 * strategies.
 */

import { AppConfigClient } from "@aws-sdk/client-appconfig";
import type { System, Telemetry } from "../../handlers/ports.ts";
import { alarmPermission, createReadAlarms } from "../alarms.ts";
import type { Clients } from "../client/clients.ts";
import { createSystem, type SystemParts } from "../system.ts";
import { callOf } from "./calls.ts";
import { createLookAt, goneBy } from "./inspect.ts";
import { createList } from "./list.ts";
import { listensTo, locate } from "./locate.ts";
import { createStrategies } from "./strategy/strategies.ts";
import { words } from "./words/words.ts";

/** `now` is compared with AWS's times to decide whether a revert is still offered. AWS checks it by its own clock. */
export function createAppConfig(
  clients: Clients,
  telemetry: Telemetry,
  now: () => number = Date.now,
): System & Required<Pick<System, "strategies">> {
  const appConfig = clients.of((settings) => new AppConfigClient(settings));
  const parts = {
    name: "appconfig",
    title: "AppConfig",
    listensTo,
    offers: [
      { action: "cancel", when: "while it is in progress; AppConfig rolls back" },
      { action: "revert", when: "up to 72 hours after it is complete" },
      { action: "edit-strategy", when: "any time: the pace of a rollout, with a preview" },
    ],
    permissions,
    locate,
    words,
    lookAt: createLookAt(createReadAlarms(clients, telemetry), now),
    goneBy,
    callOf,
    sweep: { lastCall: "appconfig:ListDeployments", list: createList(now) },
  } satisfies SystemParts<AppConfigClient>;
  return { ...createSystem(parts, appConfig, telemetry), strategies: createStrategies(appConfig, telemetry) };
}

/** AWS authorizes calls on a deployment against the application, the environment and the deployment. */
const deployment = "arn:aws:appconfig:*:*:application/*/environment/*/deployment/*";
const environment = "arn:aws:appconfig:*:*:application/*/environment/*";
const application = "arn:aws:appconfig:*:*:application/*";

const permissions: System["permissions"] = [
  {
    actions: ["appconfig:GetDeployment"],
    resource: deployment,
    why: "reads a deployment: state, percentage, event log",
  },
  {
    actions: ["appconfig:GetDeployment", "appconfig:GetEnvironment", "appconfig:ListDeployments"],
    resource: environment,
    why: "names the environment and its alarms, and finds the version before",
  },
  {
    actions: [
      "appconfig:GetApplication",
      "appconfig:GetDeployment",
      "appconfig:GetEnvironment",
      "appconfig:ListDeployments",
      "appconfig:ListEnvironments",
    ],
    resource: application,
    why: "names the application; the calls about its environments are checked against it, too",
  },
  {
    actions: ["appconfig:ListApplications", "appconfig:ListDeploymentStrategies"],
    resource: "*",
    why: "finds deployments whose events were lost, and lists the strategies; AWS knows no narrower resource",
  },
  {
    actions: ["appconfig:GetDeploymentStrategy", "appconfig:UpdateDeploymentStrategy"],
    resource: "arn:aws:appconfig:*:*:deploymentstrategy/*",
    why: "names the strategy of a deployment, and edits it",
  },
  {
    actions: ["appconfig:StopDeployment"],
    resource: deployment,
    why: "cancels what is in progress, reverts what is complete",
  },
  {
    actions: ["appconfig:StopDeployment"],
    resource: environment,
    why: "the same call is checked against the environment, too",
  },
  {
    actions: ["appconfig:StopDeployment"],
    resource: application,
    why: "the same call is checked against the application, too",
  },
  alarmPermission,
];
