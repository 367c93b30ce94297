/** A fake AWS with CodeDeploy in it, a real SDK client that talks to it, and plans of every kind of deployment. */
import {
  CodeDeployClient,
  ContinueDeploymentCommand,
  type DeploymentInfo,
  type DeploymentTarget,
  type DeploymentWaitType,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  type LifecycleEventStatus,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from "@aws-sdk/client-codedeploy";
import { createFakeClock } from "../../../fakes/aws/clock.ts";
import {
  appSpecRevision,
  createFakeCodeDeploy,
  type FakeCodeDeploy,
  type HookInvocation,
  type Plan,
  s3Revision,
} from "../../../fakes/aws/codedeploy.ts";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { place } from "./stage.ts";

export const minute = 60_000;

const home = { ...place, application: "storefront", group: "storefront-prod" };

export const inPlace: Plan = {
  ...home,
  platform: "Server",
  revision: s3Revision("releases", "release-312.zip", "etag-312"),
  previous: s3Revision("releases", "release-311.zip", "etag-311"),
  targets: 4,
};

export const blueGreen: Plan = { ...inPlace, style: "BLUE_GREEN", targets: 2 };

export const lambda: Plan = {
  ...home,
  platform: "Lambda",
  config: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
  revision: appSpecRevision("version 18"),
  previous: appSpecRevision("version 17"),
  lambda: { functionName: "invoices", alias: "live", currentVersion: "17", targetVersion: "18" },
};

export const ecs: Plan = {
  ...home,
  platform: "ECS",
  config: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
  revision: appSpecRevision("task definition 42"),
  previous: appSpecRevision("task definition 41"),
  ecs: { cluster: "main", service: "checkout" },
  targets: 6,
};

export interface CodeDeployStage {
  readonly aws: FakeAws;
  readonly codedeploy: FakeCodeDeploy;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly client: CodeDeployClient;
  /** Every hook that CodeDeploy invoked, oldest first. */
  readonly invoked: readonly HookInvocation[];
  readonly read: (id: string) => Promise<DeploymentInfo>;
  readonly target: (id: string, index?: number) => Promise<DeploymentTarget>;
  /** Lifecycle events of a target by name, in order. */
  readonly lifecycle: (
    id: string,
    index?: number,
  ) => Promise<Record<string, LifecycleEventStatus | undefined>>;
  /** Moves time on until the deployment has that status, at most two hours. */
  readonly until: (id: string, status: DeploymentInfo["status"]) => void;
  /** Moves time on until that lifecycle event is under way on the first target. */
  readonly untilIn: (id: string, event: string) => void;
  readonly untilTerminationWait: (id: string) => void;
  readonly proceed: (id: string, wait?: DeploymentWaitType) => Promise<unknown>;
  readonly stop: (id: string, rollBack?: boolean) => Promise<unknown>;
  readonly report: (id: string, executionId: string, status: LifecycleEventStatus) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export async function setCodeDeployStage(): Promise<CodeDeployStage> {
  const clock = createFakeClock();
  const invoked: HookInvocation[] = [];
  const codedeploy = createFakeCodeDeploy({ clock, onHook: (invocation) => invoked.push(invocation) });
  const aws = await startFakeAws({ services: [codedeploy.service], now: clock.now });
  const client = new CodeDeployClient({
    region: place.region,
    endpoint: aws.url,
    credentials: { accessKeyId: "anything", secretAccessKey: "anything" },
    maxAttempts: 1,
  });

  function advanceUntil(reached: () => boolean, what: string): void {
    for (let second = 0; second <= 7200; second += 1) {
      if (reached()) return;
      clock.advance(1000);
    }
    throw new Error(`It never came to ${what}`);
  }

  const target = async (id: string, index = 0) => {
    const { targetIds = [] } = await client.send(new ListDeploymentTargetsCommand({ deploymentId: id }));
    const asked = { deploymentId: id, targetId: targetIds[index] ?? "" };
    const { deploymentTarget } = await client.send(new GetDeploymentTargetCommand(asked));
    return deploymentTarget ?? {};
  };

  return {
    aws,
    codedeploy,
    clock,
    client,
    invoked,
    read: async (id) => {
      const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId: id }));
      return deploymentInfo ?? {};
    },
    target,
    lifecycle: async (id, index) => {
      const events = partOf(await target(id, index))?.lifecycleEvents ?? [];
      return Object.fromEntries(events.map((event) => [event.lifecycleEventName ?? "", event.status]));
    },
    until: (id, status) => advanceUntil(() => codedeploy.deployment(id).status === status, `${status}`),
    untilIn: (id, event) =>
      advanceUntil(() => {
        const events = codedeploy.targets(id).flatMap((one) => partOf(one)?.lifecycleEvents ?? []);
        return events.some((one) => one.lifecycleEventName === event && one.status === "InProgress");
      }, event),
    untilTerminationWait: (id) =>
      advanceUntil(
        () => codedeploy.deployment(id).instanceTerminationWaitTimeStarted === true,
        "the termination wait",
      ),
    proceed: (id, wait) =>
      client.send(
        new ContinueDeploymentCommand({
          deploymentId: id,
          ...(wait === undefined ? {} : { deploymentWaitType: wait }),
        }),
      ),
    stop: (id, rollBack) =>
      client.send(
        new StopDeploymentCommand({
          deploymentId: id,
          ...(rollBack === undefined ? {} : { autoRollbackEnabled: rollBack }),
        }),
      ),
    report: (id, executionId, status) =>
      client.send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId: id,
          lifecycleEventHookExecutionId: executionId,
          status,
        }),
      ),
    close: async () => {
      client.destroy();
      await aws.close();
    },
  };
}

/** The platform's own part of a target. */
export function partOf(target: DeploymentTarget) {
  return target.instanceTarget ?? target.lambdaTarget ?? target.ecsTarget;
}
