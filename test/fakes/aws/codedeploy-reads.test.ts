import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  type DeploymentStatus,
  GetApplicationRevisionCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  type ListDeploymentsInput,
  ListDeploymentTargetsCommand,
  ListTagsForResourceCommand,
  paginateListDeployments,
  type TargetFilterName,
} from "@aws-sdk/client-codedeploy";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  blueGreen,
  type CodeDeployStage,
  ecs,
  inPlace,
  lambda,
  setCodeDeployStage,
} from "./codedeploy-stage.ts";
import { failureOf } from "./stage.ts";

let stage: CodeDeployStage;
beforeEach(async () => {
  stage = await setCodeDeployStage();
});
afterEach(() => stage.close());

const list = async (input: ListDeploymentsInput = {}) =>
  (await stage.client.send(new ListDeploymentsCommand(input))).deployments;
const refused = async (call: Promise<unknown>) => {
  const error = await failureOf(call);
  return error instanceof Error ? error.name : error;
};

it("shows what a deployment copies from its group", async () => {
  const autoRollback = { enabled: true, events: ["DEPLOYMENT_FAILURE"] } as const;
  const id = stage.codedeploy.deploy({ ...lambda, autoRollback, description: "Release 18" });
  expect(await stage.read(id)).toMatchObject({
    applicationName: "storefront",
    deploymentGroupName: "storefront-prod",
    deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    deploymentId: id,
    description: "Release 18",
    autoRollbackConfiguration: autoRollback,
    deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
  });
});

it("shows the digest of an AppSpec file, and its text only on request", async () => {
  const id = stage.codedeploy.deploy(lambda);
  const { revision, previousRevision } = await stage.read(id);
  expect(revision).toEqual({
    revisionType: "AppSpecContent",
    appSpecContent: { sha256: expect.stringMatching(/^[\da-f]{64}$/) },
  });
  expect(previousRevision?.appSpecContent?.sha256).not.toBe(revision?.appSpecContent?.sha256);
  const ask = (asked: typeof revision) =>
    stage.client.send(new GetApplicationRevisionCommand({ applicationName: "storefront", revision: asked }));
  expect((await ask(revision)).revision?.appSpecContent?.content).toBe("version 18");
  expect((await ask(previousRevision)).revision?.appSpecContent?.content).toBe("version 17");
  const foreign = { revisionType: "AppSpecContent", appSpecContent: { sha256: "0" } } as const;
  expect(await refused(ask(foreign))).toBe("RevisionDoesNotExistException");
});

it("lists deployments by status, newest first", async () => {
  const done = stage.codedeploy.deploy(lambda);
  stage.until(done, "Succeeded");
  const running = stage.codedeploy.deploy(lambda);
  const other = stage.codedeploy.deploy({ ...ecs, group: "other" });
  expect(await list()).toEqual([other, running, done]);
  const open: DeploymentStatus[] = ["Created", "Queued", "InProgress", "Baking", "Ready"];
  expect(await list({ includeOnlyStatuses: open })).toEqual([other, running]);
  expect(await list({ applicationName: "storefront", deploymentGroupName: "storefront-prod" })).toEqual([
    running,
    done,
  ]);
  const start = new Date((await stage.read(running)).createTime ?? 0);
  expect(await list({ createTimeRange: { start } })).toEqual([other, running]);
  expect(await list({ createTimeRange: { end: new Date(start.getTime() - 1) } })).toEqual([done]);
});

it("lists nothing of another region", async () => {
  stage.codedeploy.deploy({ ...lambda, region: "us-east-1" });
  expect(await list()).toEqual([]);
});

it.each<[string, ListDeploymentsInput]>([
  ["DeploymentGroupNameRequiredException", { applicationName: "storefront" }],
  ["ApplicationNameRequiredException", { deploymentGroupName: "storefront-prod" }],
  ["ApplicationDoesNotExistException", { applicationName: "x", deploymentGroupName: "storefront-prod" }],
  ["DeploymentGroupDoesNotExistException", { applicationName: "storefront", deploymentGroupName: "x" }],
  ["InvalidNextTokenException", { nextToken: "guess" }],
  ["InvalidTimeRangeException", { createTimeRange: { start: new Date(2), end: new Date(1) } }],
])("refuses to list with %s", async (name, input) => {
  stage.codedeploy.deploy(lambda);
  expect(await refused(list(input))).toBe(name);
});

it("pages its lists", async () => {
  stage.codedeploy.pageSize(3);
  for (let n = 1; n <= 7; n += 1) stage.codedeploy.deploy({ ...lambda, group: `group-${n}` });
  const pages: number[] = [];
  for await (const page of paginateListDeployments({ client: stage.client }, {}))
    pages.push(page.deployments?.length ?? 0);
  expect(pages).toEqual([3, 3, 1]);
  const id = stage.codedeploy.deploy(inPlace);
  stage.until(id, "InProgress");
  const targets = async (nextToken?: string): Promise<readonly string[]> => {
    const asked = { deploymentId: id, ...(nextToken === undefined ? {} : { nextToken }) };
    const page = await stage.client.send(new ListDeploymentTargetsCommand(asked));
    const rest = page.nextToken === undefined ? [] : await targets(page.nextToken);
    return [...(page.targetIds ?? []), ...rest];
  };
  const { targetIds } = await stage.client.send(new ListDeploymentTargetsCommand({ deploymentId: id }));
  expect(targetIds).toHaveLength(3);
  expect(new Set(await targets()).size).toBe(4);
  expect(await refused(targets("guess"))).toBe("InvalidNextTokenException");
});

it("reads up to 25 deployments at once, and leaves out those that nobody knows", async () => {
  const id = stage.codedeploy.deploy(lambda);
  const batch = (deploymentIds: string[]) =>
    stage.client.send(new BatchGetDeploymentsCommand({ deploymentIds }));
  const { deploymentsInfo } = await batch(["d-NOBODY123", id]);
  expect(deploymentsInfo?.map((one) => one.deploymentId)).toEqual([id]);
  expect((await batch(Array.from({ length: 25 }, () => id))).deploymentsInfo).toHaveLength(25);
  const tooMany = Array.from({ length: 26 }, () => id);
  expect(await refused(batch(tooMany))).toBe("BatchLimitExceededException");
  expect(await refused(batch([]))).toBe("DeploymentIdRequiredException");
  expect(await refused(batch([id, "what"]))).toBe("InvalidDeploymentIdException");
});

it("shows a group with its last deployments, which a rollback does not reconfigure", async () => {
  const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;
  const first = stage.codedeploy.deploy({ ...ecs, alarms: ["checkout-5xx"] });
  stage.until(first, "Succeeded");
  const second = stage.codedeploy.deploy({ ...ecs, readyWait, alarms: ["checkout-5xx"] });
  stage.until(second, "Ready");
  await stage.stop(second, true);
  stage.until(second, "Stopped");
  const ask = (applicationName: string, deploymentGroupName: string) =>
    stage.client.send(new GetDeploymentGroupCommand({ applicationName, deploymentGroupName }));
  const { deploymentGroupInfo } = await ask("storefront", "storefront-prod");
  expect(deploymentGroupInfo).toMatchObject({
    computePlatform: "ECS",
    ecsServices: [{ clusterName: "main", serviceName: "checkout" }],
    alarmConfiguration: { enabled: true, alarms: [{ name: "checkout-5xx" }] },
    lastSuccessfulDeployment: { deploymentId: first, status: "Succeeded" },
    blueGreenDeploymentConfiguration: { deploymentReadyOption: { waitTimeInMinutes: 60 } },
  });
  const { rollbackInfo } = await stage.read(second);
  expect(deploymentGroupInfo?.lastAttemptedDeployment?.deploymentId).toBe(rollbackInfo?.rollbackDeploymentId);
  expect(await refused(ask("storefront", "x"))).toBe("DeploymentGroupDoesNotExistException");
  expect(await refused(ask("x", "storefront-prod"))).toBe("ApplicationDoesNotExistException");
});

it("takes the group's last success for the previous revision", async () => {
  const { previous, ...plan } = inPlace;
  const first = stage.codedeploy.deploy(plan);
  expect(await stage.read(first)).not.toHaveProperty("previousRevision");
  stage.until(first, "Succeeded");
  const second = stage.codedeploy.deploy(plan);
  expect((await stage.read(second)).previousRevision).toEqual(inPlace.revision);
  expect(previous).not.toEqual(inPlace.revision);
});

it("tells the tags of a group", async () => {
  stage.codedeploy.deploy({ ...lambda, tags: { "holdpoint:requester": "U017" } });
  const ask = (group: string) =>
    stage.client.send(
      new ListTagsForResourceCommand({
        ResourceArn: `arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:storefront/${group}`,
      }),
    );
  expect((await ask("storefront-prod")).Tags).toEqual([{ Key: "holdpoint:requester", Value: "U017" }]);
  expect(await refused(ask("x"))).toBe("ArnNotSupportedException");
});

it("filters targets by status and fleet", async () => {
  const id = stage.codedeploy.deploy(blueGreen);
  stage.untilIn(id, "Install");
  const count = async (targetFilters: Partial<Record<TargetFilterName, string[]>>) =>
    (await stage.client.send(new ListDeploymentTargetsCommand({ deploymentId: id, targetFilters }))).targetIds
      ?.length;
  expect(await count({ TargetStatus: ["InProgress"] })).toBe(2);
  expect(await count({ TargetStatus: ["InProgress"], ServerInstanceLabel: ["Blue"] })).toBe(0);
  expect(await count({ TargetStatus: ["Pending", "Failed"], ServerInstanceLabel: ["Blue"] })).toBe(2);
  expect(await refused(count({ TargetStatus: ["Asleep"] }))).toBe("InvalidInstanceStatusException");
  expect(await refused(count({ ServerInstanceLabel: ["Red"] }))).toBe("InvalidInstanceTypeException");
  const other: Record<string, string[]> = { Colour: ["Red"] };
  expect(await refused(count(other))).toBe("InvalidTargetFilterNameException");
});

it("gives labels to blue/green servers only", async () => {
  const id = stage.codedeploy.deploy(inPlace);
  stage.until(id, "InProgress");
  const targetFilters = { ServerInstanceLabel: ["Blue"] };
  const asked = new ListDeploymentTargetsCommand({ deploymentId: id, targetFilters });
  expect(await refused(stage.client.send(asked))).toBe("InvalidDeploymentInstanceTypeException");
  expect((await stage.target(id)).instanceTarget).not.toHaveProperty("instanceLabel");
});

it("reads up to 25 targets at once, all of which must be there", async () => {
  const id = stage.codedeploy.deploy({ ...inPlace, targets: 26 });
  stage.until(id, "InProgress");
  const { targetIds = [] } = await stage.client.send(new ListDeploymentTargetsCommand({ deploymentId: id }));
  const batch = (ids: string[]) =>
    stage.client.send(new BatchGetDeploymentTargetsCommand({ deploymentId: id, targetIds: ids }));
  const { deploymentTargets } = await batch(targetIds.slice(0, 25));
  expect(deploymentTargets?.map((one) => one.instanceTarget?.targetId)).toEqual(targetIds.slice(0, 25));
  expect(await refused(batch(targetIds))).toBe("DeploymentTargetListSizeExceededException");
  expect(await refused(batch(["i-nobody"]))).toBe("DeploymentTargetDoesNotExistException");
  expect(await refused(batch([]))).toBe("DeploymentTargetIdRequiredException");
});

it("reads one target by its id", async () => {
  const id = stage.codedeploy.deploy(ecs);
  stage.untilIn(id, "AfterInstall");
  const one = (targetId: string) =>
    stage.client.send(new GetDeploymentTargetCommand({ deploymentId: id, targetId }));
  const { deploymentTarget } = await one("main:checkout");
  expect(deploymentTarget?.deploymentTargetType).toBe("ECSTarget");
  expect(deploymentTarget?.ecsTarget).toMatchObject({
    deploymentId: id,
    targetArn: "arn:aws:ecs:eu-west-1:111122223333:service/main/checkout",
    lastUpdatedAt: new Date(stage.clock.now()),
  });
  expect(await refused(one("main:x"))).toBe("DeploymentTargetDoesNotExistException");
  expect(await refused(one(""))).toBe("DeploymentTargetIdRequiredException");
});

it("can lag behind a write", async () => {
  const id = stage.codedeploy.deploy({ ...ecs, readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" } });
  stage.until(id, "Ready");
  stage.codedeploy.reads.showBeforeLastWrite();
  await stage.proceed(id, "READY_WAIT");
  expect((await stage.read(id)).status).toBe("Ready");
  stage.codedeploy.reads.release();
  expect((await stage.read(id)).status).toBe("InProgress");
});
