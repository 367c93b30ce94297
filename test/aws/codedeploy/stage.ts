/** The real system with a real SDK client, against a fake AWS that knows CodeDeploy. */
import { vi } from "vitest";
import { createFakeClock } from "../../../fakes/aws/clock.ts";
import { createFakeCloudWatch, type FakeCloudWatch } from "../../../fakes/aws/cloudwatch.ts";
import {
  appSpecRevision,
  createFakeCodeDeploy,
  type FakeCodeDeploy,
  type HookInvocation,
  type Plan,
  s3Revision,
} from "../../../fakes/aws/codedeploy.ts";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { type Clients, createClients } from "../../../src/aws/client/clients.ts";
import { hookEventDetailType, hookEventSource } from "../../../src/aws/codedeploy/hook-event.ts";
import { createCodeDeploy } from "../../../src/aws/codedeploy/index.ts";
import type { Ref } from "../../../src/handlers/deployment.ts";
import type { AwsEvent, Hint, Inspection, System } from "../../../src/handlers/ports.ts";
import type { WordedDeployment, WordedHold } from "../../../src/handlers/words.ts";
import { inWords } from "../in-words.ts";
import { briefly, eventOf, place, pointAt, type Recorded, recordTelemetry, role } from "../stage.ts";

export interface CodeDeployStage extends Recorded {
  readonly aws: FakeAws;
  readonly codedeploy: FakeCodeDeploy;
  readonly cloudwatch: FakeCloudWatch;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly system: System;
  readonly clients: Clients;
  readonly refOf: (id: string) => Ref;
  /** Calls of the hook function, in their order. */
  readonly hooks: HookInvocation[];
  /** What the hook function would tell the bus at this moment. */
  readonly hookEvent: (invocation: HookInvocation) => AwsEvent;
  readonly inspect: (
    id: string,
    before?: { readonly event?: AwsEvent; readonly previous?: WordedDeployment },
  ) => Promise<Inspection>;
  /** Inspects and expects a deployment. */
  readonly look: (
    id: string,
    before?: { readonly event?: AwsEvent; readonly previous?: WordedDeployment },
  ) => Promise<WordedDeployment>;
  /** Starts a deployment that calls a hook, and looks at it with the hook's event. */
  readonly lookAtHook: (
    plan: Partial<Plan>,
  ) => Promise<{ readonly id: string; readonly hold: WordedHold; readonly deployment: WordedDeployment }>;
  readonly close: () => Promise<void>;
}

const minuteMs = 60_000;

export const lambda: Plan = {
  ...place,
  application: "invoice-worker",
  group: "invoice-prod",
  platform: "Lambda",
  config: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  revision: appSpecRevision("version: 0.0\nResources: []\nHooks:\n  - BeforeAllowTraffic: approve\n"),
  previous: appSpecRevision("version: 0.0\nResources: []\n"),
  lambda: { functionName: "invoice-worker", alias: "live", currentVersion: "17", targetVersion: "18" },
};

export const ecs: Plan = {
  ...place,
  application: "checkout",
  group: "checkout-prod",
  platform: "ECS",
  config: "CodeDeployDefault.ECSAllAtOnce",
  targets: 4,
  revision: taskDefinition(42, ["BeforeInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic"]),
  previous: taskDefinition(41, []),
  ecs: { cluster: "main", service: "checkout" },
};

export const fleet: Plan = {
  ...place,
  application: "storefront",
  group: "storefront-prod",
  platform: "Server",
  style: "BLUE_GREEN",
  targets: 4,
  revision: s3Revision("releases", "store/release-312.zip", "b312"),
  previous: s3Revision("releases", "store/release-311.zip", "a311"),
};

export const servers: Plan = { ...fleet, style: "IN_PLACE", config: "CodeDeployDefault.OneAtATime" };

export async function setCodeDeployStage(): Promise<CodeDeployStage> {
  const clock = createFakeClock();
  const hooks: HookInvocation[] = [];
  const cloudwatch = createFakeCloudWatch({ clock });
  const codedeploy = createFakeCodeDeploy({
    clock,
    onHook: (invocation) => void hooks.push(invocation),
    cloudwatch,
  });
  const aws = await startFakeAws({
    services: [codedeploy.service, cloudwatch.service],
    now: clock.now,
    roles: [{ arn: role, externalId: "e-1" }],
  });
  pointAt(aws.url);
  const recorded = recordTelemetry();
  const clients = createClients(
    [{ id: place.account, regions: [place.region], role, externalId: "e-1" }],
    briefly,
  );
  const system = createCodeDeploy(clients, recorded.telemetry);
  const refOf = (id: string): Ref => ({ system: "codedeploy", ...place, id });
  const hookEvent: CodeDeployStage["hookEvent"] = ({ hookName, input }) =>
    eventOf(
      hookEventDetailType,
      {
        version: "1",
        deploymentId: input.DeploymentId,
        lifecycleEventHookExecutionId: input.LifecycleEventHookExecutionId,
        hookName,
      },
      { source: hookEventSource, time: clock.now() },
    );
  const inspect: CodeDeployStage["inspect"] = (id, { event, previous } = {}) =>
    system.inspect(refOf(id), {
      hint: event ? hintOf(system, event) : {},
      ...(previous ? { previous } : {}),
    });
  const look: CodeDeployStage["look"] = async (id, before) => {
    const seen = await inspect(id, before);
    if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
    return inWords(seen.deployment);
  };
  return {
    ...recorded,
    aws,
    codedeploy,
    cloudwatch,
    clock,
    system,
    clients,
    refOf,
    hooks,
    hookEvent,
    inspect,
    look,
    lookAtHook: async (plan) => {
      const id = codedeploy.deploy({
        ...lambda,
        hooks: [{ event: "BeforeAllowTraffic", name: "approve" }],
        ...plan,
      });
      clock.advance(minuteMs);
      const call = hooks.at(-1);
      if (call === undefined) throw new Error("no hook was called");
      const deployment = await look(id, { event: hookEvent(call) });
      const hold = deployment.holds.find((one) => one.id === call.input.LifecycleEventHookExecutionId);
      if (hold === undefined) throw new Error("the hook is no hold");
      return { id, hold, deployment };
    },
    close: async () => {
      clients.destroy();
      vi.unstubAllEnvs();
      await aws.close();
    },
  };
}

/** What the queue keeps of an event until the look. */
export function hintOf(system: System, event: AwsEvent): Hint {
  const location = system.locate(event);
  if (location.kind !== "located") throw new Error(location.why);
  const { claim, carried } = location.located;
  return {
    ...(claim === undefined ? {} : { event: { claim, time: event.time } }),
    ...(carried === undefined ? {} : { carried }),
  };
}

export function holdOf(deployment: WordedDeployment, id: string): WordedHold {
  const found = deployment.holds.find((hold) => hold.id === id);
  if (found === undefined) throw new Error(`there is no hold ${id}`);
  return found;
}

export function offersAt(deployment: WordedDeployment, holdId?: string): readonly string[] {
  return deployment.offers.filter((offer) => offer.holdId === holdId).map(({ action }) => action);
}

function taskDefinition(revision: number, hooks: readonly string[]) {
  const arn = `arn:aws:ecs:${place.region}:${place.account}:task-definition/checkout:${revision}`;
  return appSpecRevision(
    JSON.stringify({
      version: 0,
      Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties: { TaskDefinition: arn } } }],
      Hooks: hooks.map((event) => ({ [event]: "approve" })),
    }),
  );
}
