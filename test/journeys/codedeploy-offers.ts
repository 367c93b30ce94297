/** How a deployment of CodeDeploy comes to each of its offers, from the events that others have printed. */

import * as exports from "@aws-sdk/client-codedeploy";
import { vi } from "vitest";
import { appSpecRevision, type Plan, s3Revision } from "../../fakes/aws/codedeploy.ts";
import type { JsonObject } from "../../fakes/slack/json.ts";
import { hookEventDetailType } from "../../src/aws/codedeploy/hook-event.ts";
import { handler } from "../../src/hook/index.ts";
import type { Journey, Lateness, Meaning, SystemOffers } from "./offers.ts";
import type { Scene } from "./paths.ts";
import type { Replica } from "./replica.ts";
import { type Place, readSample, sampleOf } from "./samples.ts";
import { until } from "./until.ts";
import { place as near, type World } from "./world.ts";

/** Everything before the wait takes no time, and what follows an answer is over at once. */
const quick = Object.fromEntries(
  [
    ...["Created", "Queued", "ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall"],
    ...["ApplicationStart", "ValidateService", "AllowTestTraffic", "AfterAllowTestTraffic"],
    ...["BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"],
    ...["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"],
  ].map((event) => [event, 0]),
);

type Shape = Omit<Plan, "account" | "region" | "application" | "group">;

const fleet: Shape = {
  platform: "Server",
  style: "BLUE_GREEN",
  revision: s3Revision("releases", "store/release-312.zip", "b312"),
  previous: s3Revision("releases", "store/release-311.zip", "a311"),
  stepMs: quick,
};
const ready: Shape = { ...fleet, readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" } };
const keepingOld: Shape = { ...fleet, terminationWaitMinutes: 60 };
const hooked: Shape = {
  platform: "Lambda",
  revision: appSpecRevision("version: 0.0\nResources: []\nHooks:\n  - BeforeAllowTraffic: approve\n"),
  previous: appSpecRevision("version: 0.0\nResources: []\n"),
  lambda: { functionName: "invoice-worker", alias: "live", currentVersion: "17", targetVersion: "18" },
  hooks: [{ event: "BeforeAllowTraffic", name: "approve" }],
  autoRollback: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  stepMs: quick,
};
/** Half of the shift takes longer than the test. */
const shifting: Shape = {
  ...hooked,
  hooks: [],
  config: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
};

/** Starts a deployment in a group of its own. */
function deploy({ codedeploy }: World, application: string, place: Place, shape: Shape): string {
  return codedeploy.deploy({ ...shape, ...place, application, group: `${application}-prod` });
}

/** The published notification, about this deployment. */
function notificationOf(
  state: "ready" | "start" | "stop" | "success" | "failure",
  { codedeploy }: World,
  id: string,
  { account, region }: Place,
): JsonObject {
  const { applicationName = "", deploymentGroupName = "" } = codedeploy.deployment(id);
  const arn = `arn:aws:codedeploy:${region}:${account}`;
  return sampleOf(`codedeploy-deployment-${state}`, {
    place: { account, region },
    time: toldLast(codedeploy, id),
    resources: [
      `${arn}:application:${applicationName}`,
      `${arn}:deploymentgroup:${applicationName}/${deploymentGroupName}`,
    ],
    detail: {
      region,
      application: applicationName,
      deploymentGroup: deploymentGroupName,
      deploymentId: id,
    },
  });
}

/** The time of the newest event of the fake itself: AWS's clock may be another one than ours. */
function toldLast({ events }: World["codedeploy"], id: string): number {
  const last = events.emitted().findLast(({ detail }) => detail.deploymentId === id);
  return last === undefined ? Date.now() : Date.parse(last.time);
}

async function openAt(
  state: "ready" | "start",
  shape: Shape,
  reached: (world: World, id: string) => boolean,
  [world, replica, name, place]: Parameters<Journey["open"]>,
): Promise<Scene> {
  const deployment = deploy(world, name, place, shape);
  await until(`${deployment} of ${name} has come far enough`, () => reached(world, deployment));
  await send(world, replica, notificationOf(state, world, deployment, place));
  return { world, service: name, deployment };
}

async function send(world: World, replica: Replica, event: unknown): Promise<void> {
  const status = await world.send(replica, event);
  if (status !== 200) throw new Error(`the event was answered with ${status}`);
}

function isStatus(status: string): (world: World, id: string) => boolean {
  return ({ codedeploy }, id) => codedeploy.deployment(id).status === status;
}

function keepsOld({ codedeploy }: World, id: string): boolean {
  return codedeploy.deployment(id).instanceTerminationWaitTimeStarted === true;
}

function isShifting({ codedeploy }: World, id: string): boolean {
  const target = codedeploy.targets(id)[0]?.lambdaTarget;
  return (
    target?.lifecycleEvents?.some(
      ({ lifecycleEventName: name, status }) => name === "AllowTraffic" && status === "InProgress",
    ) === true
  );
}

/** A deployment whose hook was called, and nobody told Holdpoint. */
export async function openUntold(world: World, name: string, place: Place): Promise<Scene> {
  const deployment = deploy(world, name, place, hooked);
  const isCalled = (): boolean => world.hooks.some(({ input }) => input.DeploymentId === deployment);
  await until(`the hook of ${name} is called`, isCalled);
  return { world, service: name, deployment };
}

/** The hook's own function runs as it is shipped; what it puts on the bus is all that Holdpoint hears. */
export async function tellHook({ world, deployment }: Scene, replica: Replica): Promise<void> {
  const call = world.hooks.find(({ input }) => input.DeploymentId === deployment);
  await handler({ ...readSample("codedeploy-hook-lambda-input"), ...call?.input });
  const told = world.eventbridge
    .put()
    .find(
      ({ detail, ...event }) =>
        event["detail-type"] === hookEventDetailType && detail.deploymentId === deployment,
    );
  await send(world, replica, told);
}

async function openAtHook(...[world, replica, name, place]: Parameters<Journey["open"]>): Promise<Scene> {
  const scene = await openUntold(world, name, place);
  await tellHook(scene, replica);
  return scene;
}

/** Where the hook's function finds AWS. */
export function furnishHook({ aws }: World, region: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "function");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "function");
  vi.stubEnv("HOLDPOINT_HOOK_NAME", "BeforeAllowTraffic");
}

function executionOf({ world, deployment }: Scene): string {
  const call = world.hooks.find(({ input }) => input.DeploymentId === deployment);
  if (call === undefined) throw new Error(`${deployment} called no hook`);
  return call.input.LifecycleEventHookExecutionId;
}

const rejected = (...names: readonly string[]): Readonly<Record<string, Meaning>> => ({
  ...Object.fromEntries(names.map((name) => [name, "rejected"])),
  UnsupportedActionForDeploymentTypeException: "unsupported",
  DeploymentDoesNotExistException: "rejected",
  DeploymentIdRequiredException: "rejected",
  InvalidDeploymentIdException: "rejected",
});
const meanings = {
  ContinueDeployment: rejected(
    "DeploymentAlreadyCompletedException",
    "DeploymentIsNotInReadyStateException",
    "InvalidDeploymentStatusException",
    "InvalidDeploymentWaitTypeException",
  ),
  PutLifecycleEventHookExecutionStatus: rejected(
    "InvalidLifecycleEventHookExecutionIdException",
    "InvalidLifecycleEventHookExecutionStatusException",
    "LifecycleEventAlreadyCompletedException",
  ),
  StopDeployment: rejected("DeploymentAlreadyCompletedException", "DeploymentGroupDoesNotExistException"),
};

const waitOver: Lateness = {
  what: "the wait is over",
  happens: ({ world, deployment }) => world.codedeploy.console.continue(deployment),
};
const allDone: Lateness = {
  what: "all is done",
  happens: ({ world, deployment }) => world.codedeploy.finish(deployment),
};
const hookAnswered: Lateness = {
  what: "the hook has its result",
  happens: (scene) =>
    scene.world.codedeploy.console.answerHook(scene.deployment, executionOf(scene), "Succeeded"),
};
const everySilence: Journey["silences"] = ["error", "hang", "break"];
const broken: Journey["silences"] = ["break"];

const about = ({ deployment }: Scene): string => deployment;
const ends = { about, service: "codedeploy", operation: "StopDeployment" } as const;
const waits = { about, service: "codedeploy", operation: "ContinueDeployment" } as const;
const hooks = {
  ...{ about, service: "codedeploy", operation: "PutLifecycleEventHookExecutionStatus" },
  // The function of a hook puts its event on the bus of its own account.
  commandAt: near,
} as const;
const stops =
  (autoRollbackEnabled: boolean) =>
  ({ deployment }: Scene) => ({
    deploymentId: deployment,
    autoRollbackEnabled,
  });
const goesOn =
  (deploymentWaitType: string) =>
  ({ deployment }: Scene) => ({
    deploymentId: deployment,
    deploymentWaitType,
  });
const reports = (status: string) => (scene: Scene) => ({
  deploymentId: scene.deployment,
  lifecycleEventHookExecutionId: executionOf(scene),
  status,
});
const goOn = { label: "Continue", verb: "continue" } as const;
const goBack = { label: "Roll back", verb: "rollback" } as const;
const cancel = { label: "Cancel", verb: "cancel" } as const;

export const journeys = {
  continueReady: {
    ...{ name: "continue at the READY wait", ...goOn, ...waits, input: goesOn("READY_WAIT") },
    open: (...at) => openAt("ready", { ...ready, terminationWaitMinutes: 60 }, isStatus("Ready"), at),
    confirmed: ["CodeDeploy confirmed"],
    ...{ meanings: meanings.ContinueDeployment, silences: everySilence, late: [waitOver] },
  },
  cancelReady: {
    ...{ name: "cancel at the READY wait", ...cancel, ...ends, input: stops(false) },
    open: (...at) => openAt("ready", ready, isStatus("Ready"), at),
    confirmed: ["Stopped:", "asked to cancel", "CodeDeploy confirmed"],
    ...{ silences: broken, late: [allDone] },
  },
  terminateOld: {
    ...{ name: "terminate the old fleet", label: "Terminate old", verb: "terminate-old" },
    ...{ ...waits, input: goesOn("TERMINATION_WAIT") },
    open: (...at) => openAt("start", keepingOld, keepsOld, at),
    confirmed: ["Done:", "CodeDeploy confirmed"],
    ...{ silences: broken, late: [waitOver] },
  },
  rollBackToOld: {
    ...{ name: "roll back to the old fleet", ...goBack, ...ends, input: stops(true) },
    open: (...at) => openAt("start", keepingOld, keepsOld, at),
    confirmed: ["Rollback started:", "asked to roll back", "started a rollback"],
    ...{ silences: broken, late: [allDone] },
  },
  continueHook: {
    ...{ name: "continue at a lifecycle hook", ...goOn, ...hooks, input: reports("Succeeded") },
    open: openAtHook,
    confirmed: ["Done:", "CodeDeploy confirmed"],
    meanings: meanings.PutLifecycleEventHookExecutionStatus,
    takesAway: "InvalidLifecycleEventHookExecutionIdException",
    ...{ silences: everySilence, late: [hookAnswered] },
  },
  rollBackHook: {
    ...{ name: "roll back at a lifecycle hook", ...goBack, ...hooks, input: reports("Failed") },
    open: openAtHook,
    confirmed: ["Rollback started:", "asked to roll back", "started a rollback"],
    ...{ silences: broken, late: [hookAnswered] },
  },
  cancelRunning: {
    ...{ name: "cancel in progress", ...cancel, ...ends, input: stops(false) },
    open: (...at) => openAt("start", shifting, isShifting, at),
    confirmed: ["Stopped:", "asked to cancel", "CodeDeploy confirmed"],
    ...{ silences: broken, late: [allDone] },
  },
  rollBackRunning: {
    ...{ name: "roll back in progress", ...goBack, ...ends, input: stops(true) },
    open: (...at) => openAt("start", shifting, isShifting, at),
    confirmed: ["Rollback started:", "asked to roll back", "started a rollback"],
    ...{ meanings: meanings.StopDeployment, silences: everySilence, late: [allDone] },
  },
} satisfies Readonly<Record<string, Journey>>;

export const codedeploy: SystemOffers = {
  client: { name: "@aws-sdk/client-codedeploy", exports },
  journeys: Object.values(journeys),
  opposites: [
    { one: journeys.continueReady, other: journeys.cancelReady },
    { one: journeys.cancelReady, other: journeys.continueReady },
    // Both waits end at once here, and then nobody can roll back any more, whoever ended it.
    { one: journeys.terminateOld, other: journeys.rollBackToOld, words: ["was not sent"] },
    { one: journeys.continueHook, other: journeys.rollBackHook },
    { one: journeys.rollBackRunning, other: journeys.cancelRunning },
  ],
};
