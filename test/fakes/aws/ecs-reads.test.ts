import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  paginateListServices,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { failureOf, place, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.close());

it("pages lists with opaque tokens", async () => {
  for (let n = 1; n <= 24; n += 1) stage.ecs.createService(place, { cluster: "main", name: `service-${n}` });
  const pages: number[] = [];
  for await (const page of paginateListServices({ client: stage.client }, { cluster: "main" })) {
    pages.push(page.serviceArns?.length ?? 0);
  }
  expect(pages).toEqual([10, 10, 5]);
  const wrong = new ListServicesCommand({ cluster: "main", nextToken: "guess" });
  expect(await failureOf(stage.client.send(wrong))).toMatchObject({ name: "InvalidParameterException" });
});

it("lists the deployments of a service by status, newest first", async () => {
  const done = stage.deploy();
  stage.clock.advance(3_600_000);
  const running = stage.deploy();
  const list = async (status?: "IN_PROGRESS") => {
    const asked = { cluster: "main", service: "checkout-api", ...(status ? { status: [status] } : {}) };
    const { serviceDeployments } = await stage.client.send(new ListServiceDeploymentsCommand(asked));
    return serviceDeployments?.map((one) => one.serviceDeploymentArn);
  };
  expect(await list()).toEqual([running, done]);
  expect(await list("IN_PROGRESS")).toEqual([running]);
  const nobody = new ListServiceDeploymentsCommand({ cluster: "main", service: "nobody" });
  expect(await failureOf(stage.client.send(nobody))).toMatchObject({ name: "ServiceNotFoundException" });
});

it("names what it does not find, and refuses more than 20 ARNs at once", async () => {
  const arn = stage.deploy();
  const describe = (serviceDeploymentArns: string[]) =>
    stage.client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  const answer = await describe([arn, `${arn}x`]);
  expect(answer.serviceDeployments).toHaveLength(1);
  expect(answer.failures).toEqual([{ arn: `${arn}x`, reason: "MISSING" }]);
  const many = Array.from({ length: 21 }, () => arn);
  expect(await failureOf(describe(many))).toMatchObject({ name: "InvalidParameterException" });
});

it("leads from a service to its deployment, its revisions, their images and task definitions", async () => {
  const arn = stage.deploy();
  const { services } = await stage.client.send(
    new DescribeServicesCommand({ cluster: "main", services: ["checkout-api"] }),
  );
  expect(services?.[0]).toMatchObject({
    currentServiceDeployment: arn,
    deployments: [{ status: "PRIMARY", rolloutState: "IN_PROGRESS" }, { status: "ACTIVE" }],
  });
  expect(services?.[0]).not.toHaveProperty("tags");
  const { serviceDeployments } = await stage.client.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  const revision = serviceDeployments?.[0]?.targetServiceRevision?.arn ?? "";
  const { serviceRevisions } = await stage.client.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revision] }),
  );
  expect(serviceRevisions?.[0]).toMatchObject({
    taskDefinition: stage.next,
    containerImages: [
      { containerName: "app", image: "repo/checkout:1.1", imageDigest: `sha256:${"b".repeat(64)}` },
    ],
  });
  const { taskDefinition } = await stage.client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: "checkout:2" }),
  );
  expect(taskDefinition).toMatchObject({
    taskDefinitionArn: stage.next,
    revision: 2,
    containerDefinitions: [{ name: "app", environment: [{ name: "MODE", value: "prod" }] }],
  });
});
