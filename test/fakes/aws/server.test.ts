import * as ecsPackage from "@aws-sdk/client-ecs";
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ECSClient,
  ECSServiceException,
  ListClustersCommand,
  StopServiceDeploymentCommand,
} from "@aws-sdk/client-ecs";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFakeAws } from "../../../fakes/aws/server.ts";
import { AwsError, service } from "../../../fakes/aws/service.ts";
import { failureOf, place, type Stage, setStage } from "./stage.ts";

const arn = (account: string, id = "none") =>
  `arn:aws:ecs:eu-west-1:${account}:service-deployment/main/checkout-api/${id}`;

let stage: Stage;
beforeEach(async () => {
  const role = { arn: "arn:aws:iam::111122223333:role/holdpoint", externalId: "secret" };
  stage = await setStage({ roles: [role, { arn: "arn:aws:iam::444455556666:role/holdpoint" }] });
});
afterEach(() => stage.close());

async function raw(target: string, body: string, service = "ecs") {
  const scope = `Credential=k/20261117/eu-west-1/${service}/aws4_request`;
  const response = await fetch(stage.aws.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
      ...(service === ""
        ? {}
        : { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` }),
    },
    body,
  });
  return { status: response.status, body: await response.json() };
}

const ecsTarget = "AmazonEC2ContainerServiceV20141113";

describe("requests", () => {
  it.each([
    [
      "an unknown member",
      '{"cluster":"main","colour":"red"}',
      400,
      "SerializationException",
      "unknown colour",
    ],
    ["a member of the wrong type", '{"services":"one"}', 400, "SerializationException", "type services"],
    ["a missing required member", '{"cluster":"main"}', 400, "InvalidParameterException", "missing services"],
    ["no JSON", "{", 400, "SerializationException", "not JSON"],
  ])("with %s are refused", async (_, body, status, type, message) => {
    const answer = await raw(`${ecsTarget}.DescribeServices`, body);
    expect(answer).toMatchObject({
      status,
      body: { __type: type, message: expect.stringContaining(message) },
    });
  });

  it("for an operation without a handler get UnknownOperationException", async () => {
    expect(await raw(`${ecsTarget}.DeleteCluster`, '{"cluster":"main"}')).toMatchObject({
      status: 501,
      body: { __type: "UnknownOperationException" },
    });
    expect(await raw("Nobody.Knows", "{}")).toMatchObject({ status: 501 });
  });

  it("need a credential scope of the right service", async () => {
    expect(await raw(`${ecsTarget}.ListClusters`, "{}", "codedeploy")).toMatchObject({ status: 403 });
    expect(await raw(`${ecsTarget}.ListClusters`, "{}", "")).toMatchObject({ status: 403 });
  });
});

describe("answers", () => {
  it("carry dates and modelled errors through the real client", async () => {
    const { services } = await stage.client.send(
      new DescribeServicesCommand({ cluster: "main", services: ["checkout-api"] }),
    );
    expect(services?.[0]?.createdAt).toEqual(new Date(stage.clock.now()));
    const error = await failureOf(
      stage.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn(place.account) })),
    );
    expect(error).toBeInstanceOf(ECSServiceException);
    expect(error).toMatchObject({
      name: "ServiceDeploymentNotFoundException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it.each([
    ["a member", () => ({ clusterArns: [], colour: "red" }), "unknown colour"],
    ["an error", () => Promise.reject(new AwsError("ColourException", "red")), "ecs has no ColourException"],
    ["a bug", () => Promise.reject(new TypeError("not a function")), "not a function"],
  ])(
    "with %s that AWS does not have are a problem that closing the fake shows",
    async (_, handler, words) => {
      const client = new ECSClient({ region: "eu-west-1" });
      const drifting = service({
        name: "ecs",
        package: ecsPackage,
        client,
        handlers: { ListClusters: handler },
      });
      const aws = await startFakeAws({ services: [drifting] });
      const caller = new ECSClient({
        ...clientOptions(aws.url),
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      const error = await failureOf(caller.send(new ListClustersCommand({})));
      expect(error).toMatchObject({
        message: expect.stringContaining(words),
        $metadata: { httpStatusCode: 500 },
      });
      caller.destroy();
      await expect(aws.close()).rejects.toThrow(words);
    },
  );

  it("can't be given for an operation that AWS does not have", () => {
    const client = new ECSClient({ region: "eu-west-1" });
    const handlers = { PaintService: () => ({}) };
    expect(() => service({ name: "ecs", package: ecsPackage, client, handlers })).toThrow("PaintService");
  });
});

const clientOptions = (endpoint: string) => ({ endpoint, region: "eu-west-1", maxAttempts: 1 });

function assuming(roleArn: string, ExternalId?: string): ECSClient {
  const base = { accessKeyId: "base", secretAccessKey: "base" };
  const params = { RoleArn: roleArn, RoleSessionName: "U0456", ...(ExternalId ? { ExternalId } : {}) };
  const clientConfig = { ...clientOptions(stage.aws.url), credentials: base };
  const credentials = fromTemporaryCredentials({ params, clientConfig, masterCredentials: base });
  return new ECSClient({ ...clientOptions(stage.aws.url), credentials });
}

describe("credentials", () => {
  it("of an assumed role attribute the calls to its account, region and session", async () => {
    const client = assuming("arn:aws:iam::444455556666:role/holdpoint");
    await client.send(new ListClustersCommand({}));
    expect(stage.aws.calls.all()).toMatchObject([
      { service: "sts", operation: "AssumeRole", principal: "base" },
      {
        service: "ecs",
        operation: "ListClusters",
        account: "444455556666",
        region: "eu-west-1",
        principal: "arn:aws:sts::444455556666:assumed-role/holdpoint/U0456",
      },
    ]);
    client.destroy();
  });

  it("of another account never reach a deployment", async () => {
    const client = assuming("arn:aws:iam::444455556666:role/holdpoint");
    const call = client.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn("111122223333")] }),
    );
    expect(await failureOf(call)).toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
    });
    client.destroy();
  });

  it.each([
    ["without the external id", "arn:aws:iam::111122223333:role/holdpoint", undefined],
    ["with a wrong external id", "arn:aws:iam::111122223333:role/holdpoint", "guess"],
    ["of an unknown role", "arn:aws:iam::111122223333:role/nobody", "secret"],
  ])("are not given out %s", async (_, role, externalId) => {
    const client = assuming(role, externalId);
    expect(await failureOf(client.send(new ListClustersCommand({})))).toMatchObject({ name: "AccessDenied" });
    expect(stage.aws.calls.all({ service: "ecs" })).toEqual([]);
    client.destroy();
  });

  it("end when their session does", async () => {
    const RoleArn = "arn:aws:iam::444455556666:role/holdpoint";
    const asked = { Action: "AssumeRole", RoleArn, RoleSessionName: "U0456", DurationSeconds: "0" };
    const authorization = "AWS4-HMAC-SHA256 Credential=base/20261117/eu-west-1/sts/aws4_request";
    const body = new URLSearchParams(asked);
    const xml = await (
      await fetch(stage.aws.url, { method: "POST", headers: { authorization }, body })
    ).text();
    const accessKeyId = /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(xml)?.[1] ?? "";
    expect(accessKeyId).toBe("ASIA.444455556666.holdpoint.1");
    const credentials = { accessKeyId, secretAccessKey: "s", sessionToken: "t" };
    const client = new ECSClient({ ...clientOptions(stage.aws.url), credentials });
    expect(await failureOf(client.send(new ListClustersCommand({})))).toMatchObject({
      name: "ExpiredTokenException",
    });
    client.destroy();
  });

  it("are given out for the right external id", async () => {
    const client = assuming("arn:aws:iam::111122223333:role/holdpoint", "secret");
    const { clusterArns } = await client.send(new ListClustersCommand({}));
    expect(clusterArns).toEqual(["arn:aws:ecs:eu-west-1:111122223333:cluster/main"]);
    client.destroy();
  });
});
