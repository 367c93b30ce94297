import {
  CancelComponentDeploymentCommand,
  CancelEnvironmentDeploymentCommand,
  CancelServiceInstanceDeploymentCommand,
  CancelServicePipelineDeploymentCommand,
  GetComponentCommand,
  GetDeploymentCommand,
  GetEnvironmentCommand,
  GetServiceCommand,
  GetServiceInstanceCommand,
  ListComponentsCommand,
  ListEnvironmentsCommand,
  ListServiceInstancesCommand,
  ListServicesCommand,
  ProtonClient,
} from "@aws-sdk/client-proton";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../fakes/aws/clock.ts";
import type { AwsEvent } from "../../../fakes/aws/events.ts";
import { createFakeProton, type FakeProton } from "../../../fakes/aws/proton.ts";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { failureOf, place } from "./stage.ts";

let aws: FakeAws;
let proton: FakeProton;
let clock: ReturnType<typeof createFakeClock>;
let client: ProtonClient;
let heard: AwsEvent[];
let arns: Readonly<Record<"pipeline" | "instance" | "environment" | "component", string>>;

beforeEach(async () => {
  clock = createFakeClock();
  proton = createFakeProton({ clock });
  const deployed = { major: "1", minor: "4" };
  arns = {
    pipeline: proton.create(place, { kind: "service-pipeline", serviceName: "orders" }, { deployed }),
    instance: proton.create(
      place,
      { kind: "service-instance", serviceName: "orders", name: "blue" },
      { deployed, environment: "prod" },
    ),
    environment: proton.create(place, { kind: "environment", name: "prod" }, { deployed }),
    component: proton.create(place, { kind: "component", name: "queue" }, { deployed, environment: "prod" }),
  };
  aws = await startFakeAws({ services: [proton.service], now: clock.now });
  client = clientIn(place.region);
  heard = [];
  proton.events.onEvent((event) => heard.push(event));
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

function clientIn(region: string): ProtonClient {
  return new ProtonClient({
    region,
    endpoint: aws.url,
    credentials: { accessKeyId: "anything", secretAccessKey: "anything" },
    maxAttempts: 1,
  });
}

/** Each kind: how it is read, and how its deployment is cancelled. */
const kinds = {
  pipeline: {
    read: async () => (await client.send(new GetServiceCommand({ name: "orders" }))).service?.pipeline,
    cancel: async () =>
      (await client.send(new CancelServicePipelineDeploymentCommand({ serviceName: "orders" }))).pipeline,
    names: { serviceName: "orders" },
    detail: { serviceName: "orders" },
  },
  instance: {
    read: async () =>
      (await client.send(new GetServiceInstanceCommand({ serviceName: "orders", name: "blue" })))
        .serviceInstance,
    cancel: async () => {
      const names = { serviceName: "orders", serviceInstanceName: "blue" };
      return (await client.send(new CancelServiceInstanceDeploymentCommand(names))).serviceInstance;
    },
    names: { serviceName: "orders", serviceInstanceName: "blue" },
    detail: { name: "blue", serviceName: "orders" },
  },
  environment: {
    read: async () => (await client.send(new GetEnvironmentCommand({ name: "prod" }))).environment,
    cancel: async () =>
      (await client.send(new CancelEnvironmentDeploymentCommand({ environmentName: "prod" }))).environment,
    names: { environmentName: "prod" },
    detail: { name: "prod" },
  },
  component: {
    read: async () => (await client.send(new GetComponentCommand({ name: "queue" }))).component,
    cancel: async () =>
      (await client.send(new CancelComponentDeploymentCommand({ componentName: "queue" }))).component,
    names: { componentName: "queue" },
    detail: { name: "queue" },
  },
} as const;
const every = ["pipeline", "instance", "environment", "component"] as const;
type Kind = (typeof every)[number];

const statusOf = async (kind: Kind) => (await kinds[kind].read())?.deploymentStatus;
const own = async (kind: Kind, id: string) =>
  (await client.send(new GetDeploymentCommand({ id, ...kinds[kind].names }))).deployment;

describe.each(every)("a deployment of a %s", (kind) => {
  it("runs for a while, names itself at its resource, and succeeds", async () => {
    const before = await kinds[kind].read();
    const id = proton.deploy(arns[kind]);
    expect(await kinds[kind].read()).toMatchObject({
      deploymentStatus: "IN_PROGRESS",
      lastAttemptedDeploymentId: id,
    });
    expect(before?.lastAttemptedDeploymentId).toBeUndefined();
    expect(await own(kind, id)).toMatchObject({ id, deploymentStatus: "IN_PROGRESS", targetArn: arns[kind] });
    clock.advance(5 * 60_000);
    expect(await kinds[kind].read()).toMatchObject({
      deploymentStatus: "SUCCEEDED",
      lastSucceededDeploymentId: id,
    });
    expect(await own(kind, id)).toMatchObject({
      deploymentStatus: "SUCCEEDED",
      completedAt: new Date(clock.now()),
    });
  });

  it("tells of every change in the published form", () => {
    proton.deploy(arns[kind]);
    clock.advance(5 * 60_000);
    const { detail } = kinds[kind];
    expect(heard).toMatchObject([
      { detail: { ...detail, status: "IN_PROGRESS", previousStatus: "SUCCEEDED" } },
      { detail: { ...detail, status: "SUCCEEDED", previousStatus: "IN_PROGRESS" } },
    ]);
    for (const { source, resources } of heard)
      expect([source, ...resources]).toEqual(["aws.proton", arns[kind]]);
  });

  it.each(["CANCELLED", "FAILED", "SUCCEEDED"] as const)("is cancelled, which ends as %s", async (ends) => {
    const id = proton.deploy(arns[kind], { cancel: { ends, afterMs: 20_000, message: "so be it" } });
    expect(await kinds[kind].cancel()).toMatchObject({ deploymentStatus: "CANCELLING" });
    clock.advance(10_000);
    expect(await statusOf(kind)).toBe("CANCELLING");
    clock.advance(10 * 60_000);
    expect(await own(kind, id)).toMatchObject({
      deploymentStatus: ends,
      deploymentStatusMessage: "so be it",
    });
    expect(heard.map(({ detail }) => detail.status)).toEqual(["IN_PROGRESS", "CANCELLING", ends]);
  });

  it("can't be cancelled while nothing is in progress, nor twice", async () => {
    expect(await failureOf(kinds[kind].cancel())).toMatchObject({ name: "ConflictException" });
    proton.deploy(arns[kind]);
    await kinds[kind].cancel();
    expect(await failureOf(kinds[kind].cancel())).toMatchObject({ name: "ConflictException" });
    clock.advance(60_000);
    expect(await failureOf(kinds[kind].cancel())).toMatchObject({ name: "ConflictException" });
  });

  it.each([
    "AccessDeniedException",
    "InternalServerException",
    "ResourceNotFoundException",
    "ThrottlingException",
    "ValidationException",
  ])("is left alone by a cancel that ends in %s", async (name) => {
    proton.deploy(arns[kind]);
    aws.faults.next({}, { kind: "error", when: "before", name, status: 400 });
    expect(await failureOf(kinds[kind].cancel())).toMatchObject({ name });
    expect(await statusOf(kind)).toBe("IN_PROGRESS");
  });
});

it("replaces the deployment that a resource names, and lets a late cancel hit the new one", async () => {
  const first = proton.deploy(arns.instance);
  clock.advance(5 * 60_000);
  const second = proton.deploy(arns.instance);
  expect((await kinds.instance.read())?.lastAttemptedDeploymentId).toBe(second);
  await kinds.instance.cancel();
  expect((await own("instance", first))?.deploymentStatus).toBe("SUCCEEDED");
  expect((await own("instance", second))?.deploymentStatus).toBe("CANCELLING");
});

it("runs one deployment of a resource at a time", () => {
  proton.deploy(arns.environment);
  expect(() => proton.deploy(arns.environment)).toThrow("in progress");
});

it("fails with its reason when the plan says so", async () => {
  const id = proton.deploy(arns.environment, { failure: "stack rolled back", durationMs: 1_000 });
  clock.advance(1_000);
  expect(await own("environment", id)).toMatchObject({
    deploymentStatus: "FAILED",
    deploymentStatusMessage: "stack rolled back",
  });
});

it("keeps the version before and the version after in the record of a deployment", async () => {
  const id = proton.deploy(arns.instance, { version: { spec: "cpu: 2" } });
  expect(await own("instance", id)).toMatchObject({
    initialState: { serviceInstance: { templateMajorVersion: "1", templateMinorVersion: "4" } },
    targetState: {
      serviceInstance: { templateMajorVersion: "1", templateMinorVersion: "5", spec: "cpu: 2" },
    },
  });
});

it("knows a deployment by its names only where they are its own", async () => {
  const id = proton.deploy(arns.instance);
  const wrong = client.send(
    new GetDeploymentCommand({ id, serviceName: "orders", serviceInstanceName: "red" }),
  );
  expect(await failureOf(wrong)).toMatchObject({ name: "ResourceNotFoundException" });
});

it.each<[string, () => Promise<unknown>]>([
  ["service", () => client.send(new GetServiceCommand({ name: "none" }))],
  [
    "service instance",
    () => client.send(new GetServiceInstanceCommand({ serviceName: "orders", name: "none" })),
  ],
  ["environment", () => client.send(new GetEnvironmentCommand({ name: "none" }))],
  ["component", () => client.send(new GetComponentCommand({ name: "none" }))],
  ["deployment", () => client.send(new GetDeploymentCommand({ id: "none" }))],
])("does not know a %s that nobody made", async (_, call) => {
  expect(await failureOf(call())).toMatchObject({ name: "ResourceNotFoundException" });
});

it("refuses names that Proton does not take", async () => {
  const call = client.send(new CancelEnvironmentDeploymentCommand({ environmentName: "no/name" }));
  expect(await failureOf(call)).toMatchObject({ name: "ValidationException" });
});

it("lists each kind page by page", async () => {
  for (let index = 0; index < 4; index += 1)
    proton.create(place, { kind: "environment", name: `e-${index}` });
  const first = await client.send(new ListEnvironmentsCommand({ maxResults: 3 }));
  const { nextToken } = first;
  const second = await client.send(new ListEnvironmentsCommand({ maxResults: 3, nextToken }));
  expect([first, second].map(({ environments }) => environments?.length)).toEqual([3, 2]);
  expect(second.nextToken).toBeUndefined();
  expect((await client.send(new ListServicesCommand({}))).services).toMatchObject([{ name: "orders" }]);
  expect((await client.send(new ListComponentsCommand({}))).components).toMatchObject([{ name: "queue" }]);
  const of = (serviceName: string) => client.send(new ListServiceInstancesCommand({ serviceName }));
  expect((await of("orders")).serviceInstances).toMatchObject([{ name: "blue", serviceName: "orders" }]);
  expect((await of("payments")).serviceInstances).toEqual([]);
  const wrong = client.send(new ListServicesCommand({ maxResults: 101 }));
  expect(await failureOf(wrong)).toMatchObject({ name: "ValidationException" });
});

it("shows nothing of one region in another", async () => {
  const elsewhere = clientIn("us-west-2");
  expect((await elsewhere.send(new ListServicesCommand({}))).services).toEqual([]);
  expect(await failureOf(elsewhere.send(new GetEnvironmentCommand({ name: "prod" })))).toMatchObject({
    name: "ResourceNotFoundException",
  });
  elsewhere.destroy();
});

it("lets somebody else cancel, and hides what names the deployment where a test wants that", async () => {
  const id = proton.deploy(arns.pipeline);
  proton.console.cancel(arns.pipeline);
  expect(await statusOf("pipeline")).toBe("CANCELLING");
  expect(() => proton.console.cancel(arns.pipeline)).toThrow("in progress");
  proton.showIds(false);
  expect((await kinds.pipeline.read())?.lastAttemptedDeploymentId).toBeUndefined();
  expect(proton.deployment(id).deploymentStatus).toBe("CANCELLING");
});

it("shows reads as they were before the last cancel where they lag", async () => {
  proton.deploy(arns.component);
  proton.reads.showBeforeLastWrite();
  await kinds.component.cancel();
  expect(await statusOf("component")).toBe("IN_PROGRESS");
  proton.reads.release();
  expect(await statusOf("component")).toBe("CANCELLING");
});
