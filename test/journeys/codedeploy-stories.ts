/** Every action of CodeDeploy that a card offers. */

import { appSpecRevision, type Plan, s3Revision } from "../../fakes/aws/codedeploy.ts";
import { hookEventDetailType, hookEventSource } from "../../src/aws/codedeploy/hook-event.ts";
import { terminationWait } from "../../src/aws/codedeploy/waits.ts";
import { type Begun, longMs, type Story } from "./story.ts";

/** Everything takes no time but what moves the traffic, or waits. */
const atOnce = Object.fromEntries(
  [
    ...["Created", "Queued", "ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall"],
    ...["ApplicationStart", "ValidateService", "BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"],
    ...["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"],
  ].map((event) => [event, 0]),
);
const slowly = { ...atOnce, AllowTraffic: longMs, Stop: 500 };

type Shape = Omit<Plan, "account" | "region" | "application" | "group">;

const fleet: Shape = {
  platform: "Server",
  style: "BLUE_GREEN",
  revision: s3Revision("releases", "store/release-312.zip", "b312"),
  previous: s3Revision("releases", "store/release-311.zip", "a311"),
  stepMs: slowly,
};
const lambda: Shape = {
  platform: "Lambda",
  revision: appSpecRevision("version: 0.0\nResources: []\nHooks:\n  - BeforeAllowTraffic: approve\n"),
  previous: appSpecRevision("version: 0.0\nResources: []\n"),
  lambda: { functionName: "invoice-worker", alias: "live", currentVersion: "17", targetVersion: "18" },
  autoRollback: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  stepMs: slowly,
};
const ready: Shape = { ...fleet, readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" } };
const keepingOld: Shape = { ...fleet, terminationWaitMinutes: 60, stepMs: atOnce };
const hooked: Shape = { ...lambda, hooks: [{ event: "BeforeAllowTraffic", name: "approve" }] };

export const codedeploy: readonly Story[] = [
  {
    name: "codedeploy: continue in the READY wait",
    label: "Continue",
    call: "ContinueDeployment READY_WAIT",
    begin: (...at) => deployCode(at, ready),
  },
  {
    name: "codedeploy: cancel in the READY wait",
    label: "Cancel",
    call: "StopDeployment stay",
    begin: (...at) => deployCode(at, ready),
  },
  {
    name: "codedeploy: terminate the old fleet",
    label: "Terminate old",
    call: `ContinueDeployment ${terminationWait}`,
    begin: (...at) => deployCode(at, keepingOld),
  },
  {
    name: "codedeploy: roll back",
    label: "Roll back",
    call: "StopDeployment roll back",
    begin: (...at) => deployCode(at, lambda),
  },
  {
    name: "codedeploy: continue at a hook",
    label: "Continue",
    call: "PutLifecycleEventHookExecutionStatus Succeeded",
    begin: (...at) => deployHooked(at),
  },
  {
    name: "codedeploy: roll back at a hook",
    label: "Roll back",
    call: "PutLifecycleEventHookExecutionStatus Failed",
    begin: (...at) => deployHooked(at),
  },
];

function deployCode([world, place, name]: Parameters<Story["begin"]>, shape: Shape): Begun {
  const id = world.codedeploy.deploy({ ...shape, ...place, application: name, group: `${name}-prod` });
  const told = world.codedeploy.events.emitted().filter(({ detail }) => detail.deploymentId === id);
  return {
    service: name,
    deployment: id,
    ref: { system: "codedeploy", ...place, id },
    event: told.at(-1),
  };
}

function deployHooked(at: Parameters<Story["begin"]>): Begun {
  const [{ hooks, codedeploy: fake }, place] = at;
  const begun = deployCode(at, hooked);
  const called = hooks.find(({ input }) => input.DeploymentId === begun.deployment);
  if (called === undefined) throw new Error(`${begun.deployment} calls no hook`);
  const [told] = fake.events.emitted();
  return {
    ...begun,
    event: {
      ...told,
      ...place,
      "detail-type": hookEventDetailType,
      source: hookEventSource,
      time: new Date().toISOString(),
      resources: [],
      detail: {
        version: "1",
        deploymentId: begun.deployment,
        lifecycleEventHookExecutionId: called.input.LifecycleEventHookExecutionId,
        hookName: called.hookName,
      },
    },
  };
}
