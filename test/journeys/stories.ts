/** Every action of every system that a card offers. */

import type { Plan as EcsPlan } from "../../fakes/aws/ecs.ts";
import type { AwsEvent } from "../../fakes/aws/events.ts";
import type { NewResource } from "../../fakes/aws/proton.ts";
import { codedeploy } from "./codedeploy-stories.ts";
import { type Begun, longMs, type Story } from "./story.ts";
import { until } from "./until.ts";
import { eventsOf } from "./world.ts";

const ecsQuick = { SCALE_UP: 0, TEST_TRAFFIC_SHIFT: 0, PRODUCTION_TRAFFIC_SHIFT: longMs };
const ecsHeld = { pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }] } as const;

export const ecsContinue: Story = {
  name: "ecs: continue at a hold",
  label: "Continue",
  call: "ContinueServiceDeployment CONTINUE",
  begin: (...at) => deployEcs(at, ecsHeld),
};

const ecs: readonly Story[] = [
  ecsContinue,
  {
    name: "ecs: roll back at a hold",
    label: "Roll back",
    call: "ContinueServiceDeployment ROLLBACK",
    begin: (...at) => deployEcs(at, ecsHeld),
  },
  {
    name: "ecs: roll back the deployment",
    label: "Roll back",
    call: "StopServiceDeployment",
    begin: (...at) => deployEcs(at, {}),
  },
];

function deployEcs([world, place, name]: Parameters<Story["begin"]>, plan: Partial<EcsPlan>): Begun {
  const version = (tag: string, digit: string) =>
    world.ecs.registerTaskDefinition(place, {
      family: name,
      containers: [{ name: "app", image: `repo/${name}:${tag}`, imageDigest: `sha256:${digit.repeat(64)}` }],
    });
  const taskDefinition = version("1.0", "a");
  const service = world.ecs.createService(place, { cluster: "main", name, taskDefinition });
  const deployment = world.ecs.deploy(service, {
    taskDefinition: version("1.1", "b"),
    stageMs: ecsQuick,
    ...plan,
  });
  return { service: name, deployment, event: eventsOf(world, deployment).at(-1) };
}

const appconfig: readonly Story[] = [
  {
    name: "appconfig: cancel",
    label: "Cancel",
    call: "StopDeployment",
    begin: (...at) => deployConfig(at, longMs),
  },
  {
    name: "appconfig: revert",
    label: "Revert",
    call: "StopDeployment AllowRevert",
    begin: (...at) => deployConfig(at, 0),
  },
];

async function deployConfig(
  [world, place, name]: Parameters<Story["begin"]>,
  durationMs: number,
): Promise<Begun> {
  const fake = world.appconfig;
  const strategy = (suffix: string, ms: number) =>
    fake.createStrategy(place, {
      Name: `${name}-${suffix}`,
      DeploymentDurationInMinutes: ms / 60_000,
      GrowthFactor: 50,
      FinalBakeTimeInMinutes: 0,
    });
  const common = { ...place, application: name, environment: "live", profile: "flags" };
  const isComplete = (key: Parameters<typeof fake.deployment>[0]) => () =>
    fake.deployment(key).State === "COMPLETE";
  const quick = strategy("quick", 0);
  const before = fake.startDeployment({ ...common, version: "56", strategy: quick });
  await until("version 56 serves", isComplete(before));
  const key = fake.startDeployment({ ...common, version: "57", strategy: strategy("asked", durationMs) });
  if (durationMs === 0) await until("version 57 serves", isComplete(key));
  const ofThis = ({ detail }: AwsEvent): boolean =>
    detail.DeploymentNumber === key.number && JSON.stringify(detail).includes(key.environmentId);
  return {
    service: `${name}/live`,
    deployment: [key.applicationId, key.environmentId, key.number].join("/"),
    event: fake.events.emitted().filter(ofThis).at(-1),
  };
}

const proton: readonly Story[] = [
  cancelOf("Pipeline", (name) => ({ kind: "service-pipeline", serviceName: name })),
  cancelOf("Instance", (name) => ({ kind: "service-instance", serviceName: name, name: "blue" })),
  cancelOf("Environment", (name) => ({ kind: "environment", name })),
  cancelOf("Component", (name) => ({ kind: "component", name })),
];

function cancelOf(kind: string, resourceOf: (name: string) => NewResource): Story {
  const isOfService = kind === "Pipeline" || kind === "Instance";
  return {
    name: `proton: cancel, ${kind.toLowerCase()}`,
    label: "Cancel",
    call: `Cancel${isOfService ? "Service" : ""}${kind}Deployment`,
    begin: (world, place, name) => {
      const resource = resourceOf(name);
      const arn = world.proton.create(place, resource, {
        deployed: { template: "web-service", major: "1", minor: "4" },
      });
      world.proton.deploy(arn, { cancel: { ends: "CANCELLED", afterMs: 500 } });
      return {
        service: resource.kind === "service-instance" ? `${name}/${resource.name}` : name,
        deployment: arn,
        event: world.proton.events
          .emitted()
          .filter(({ resources }) => resources.includes(arn))
          .at(-1),
      };
    },
  };
}

/** The actions of each system. */
export const everySystem: readonly (readonly Story[])[] = [ecs, codedeploy, appconfig, proton];
export const everyStory: readonly Story[] = everySystem.flat();
