import * as appconfig from "@aws-sdk/client-appconfig";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { AwsError, type HandlersOf, service } from "../../../fakes/aws/service.ts";
import { failureOf } from "./stage.ts";

const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const plain = { region: "eu-west-1", credentials, maxAttempts: 1 };
const roleArn = "arn:aws:iam::444455556666:role/holdpoint";

let aws: FakeAws;
let client: appconfig.AppConfigClient;
let got: object[];
beforeEach(async () => {
  got = [];
  const keep = (input: object) => {
    got.push(input);
    return {};
  };
  const handlers: HandlersOf<typeof appconfig> = {
    StopDeployment: keep,
    ListDeployments: keep,
    StartDeployment: keep,
    TagResource: keep,
    GetApplication: () => {
      const members = {
        Reason: "InvalidConfiguration",
        Details: { InvalidConfiguration: [{ Reason: "bad" }] },
      };
      throw new AwsError("BadRequestException", "Not like this.", members);
    },
    GetDeployment: () => ({ State: "BAKING", StartedAt: new Date("2026-11-17T14:00:00.250Z") }),
    ListApplications: (_, { account, region }) => ({ Items: [{ Id: account, Name: region }] }),
    GetEnvironment: () => {
      throw new AwsError("AccessDeniedException", "No.");
    },
  };
  const made = service({
    name: "appconfig",
    package: appconfig,
    client: new appconfig.AppConfigClient(plain),
    handlers,
  });
  aws = await startFakeAws({ services: [made], roles: [{ arn: roleArn }] });
  client = new appconfig.AppConfigClient({ ...plain, endpoint: aws.url });
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const ids = { ApplicationId: "339ohji", EnvironmentId: "54j1r29" };

async function raw(verb: string, path: string, options: { body?: string; signedFor?: string } = {}) {
  const { body, signedFor = "appconfig" } = options;
  const scope = `Credential=k/20261117/eu-west-1/${signedFor}/aws4_request`;
  const response = await fetch(`${aws.url}${path}`, {
    method: verb,
    ...(signedFor === "" ? {} : { headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, Signature=0` } }),
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    type: response.headers.get("x-amzn-errortype"),
    body: JSON.parse(await response.text()),
  };
}

describe("a REST request", () => {
  it("brings members in its path and headers, with their types", async () => {
    const call = new appconfig.StopDeploymentCommand({ ...ids, DeploymentNumber: 12, AllowRevert: true });
    expect((await client.send(call)).$metadata.httpStatusCode).toBe(202);
    expect(got).toEqual([{ ...ids, DeploymentNumber: 12, AllowRevert: true }]);
    expect(aws.calls.writes()).toMatchObject([
      { service: "appconfig", operation: "StopDeployment", input: got[0] },
    ]);
  });

  it("leaves out what is not said", async () => {
    await client.send(new appconfig.StopDeploymentCommand({ ...ids, DeploymentNumber: 12 }));
    expect(got).toEqual([{ ...ids, DeploymentNumber: 12 }]);
  });

  it("brings members in its query", async () => {
    await client.send(new appconfig.ListDeploymentsCommand({ ...ids, MaxResults: 5, NextToken: "a b/c&d" }));
    expect(got).toEqual([{ ...ids, MaxResults: 5, NextToken: "a b/c&d" }]);
    expect(aws.calls.writes()).toEqual([]);
  });

  it("brings members in its path and its body", async () => {
    const input = {
      ...ids,
      DeploymentStrategyId: "1225qzk",
      ConfigurationProfileId: "ur8hx2f",
      ConfigurationVersion: "1",
      Tags: { team: "shop" },
      LatestDeploymentNumber: 0,
    };
    const { $metadata } = await client.send(new appconfig.StartDeploymentCommand(input));
    expect($metadata.httpStatusCode).toBe(201);
    expect(got).toEqual([input]);
  });

  it("may have slashes in one part of its path, and no answer", async () => {
    const input = {
      ResourceArn: "arn:aws:appconfig:eu-west-1:111122223333:application/339ohji",
      Tags: { a: "b" },
    };
    expect((await client.send(new appconfig.TagResourceCommand(input))).$metadata.httpStatusCode).toBe(204);
    expect(got).toEqual([input]);
  });

  it("is attributed to the account and region of its signature", async () => {
    const assumed = fromTemporaryCredentials({
      params: { RoleArn: roleArn, RoleSessionName: "U0456" },
      masterCredentials: credentials,
      clientConfig: { region: "us-east-1", endpoint: aws.url },
    });
    const other = new appconfig.AppConfigClient({ ...plain, credentials: assumed, endpoint: aws.url });
    const { Items } = await other.send(new appconfig.ListApplicationsCommand({}));
    expect(Items).toEqual([{ Id: "444455556666", Name: "eu-west-1" }]);
    other.destroy();
  });

  it("can't reach another account's resources", async () => {
    const ResourceArn = "arn:aws:appconfig:eu-west-1:444455556666:application/339ohji";
    const call = client.send(new appconfig.TagResourceCommand({ ResourceArn, Tags: {} }));
    expect(await failureOf(call)).toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe("a REST answer", () => {
  it("writes times as ISO texts, with their fraction", async () => {
    const path = "/applications/339ohji/environments/54j1r29/deployments/1";
    expect(await raw("GET", path)).toMatchObject({
      status: 200,
      body: { State: "BAKING", StartedAt: "2026-11-17T14:00:00.250Z" },
    });
    const { StartedAt } = await client.send(
      new appconfig.GetDeploymentCommand({ ...ids, DeploymentNumber: 1 }),
    );
    expect(StartedAt).toEqual(new Date("2026-11-17T14:00:00.250Z"));
  });

  it("names an error in its header alone", async () => {
    expect(await raw("GET", "/applications/339ohji")).toEqual({
      status: 400,
      type: "BadRequestException",
      body: {
        Message: "Not like this.",
        Reason: "InvalidConfiguration",
        Details: { InvalidConfiguration: [{ Reason: "bad" }] },
      },
    });
    const error = await failureOf(
      client.send(new appconfig.GetApplicationCommand({ ApplicationId: "339ohji" })),
    );
    expect(error).toBeInstanceOf(appconfig.BadRequestException);
    expect(error).toMatchObject({ message: "Not like this.", Reason: "InvalidConfiguration" });
  });

  it("refuses access with 403", async () => {
    expect(await failureOf(client.send(new appconfig.GetEnvironmentCommand(ids)))).toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("can be made to fail like any other", async () => {
    const fault = { kind: "error", when: "after", name: "InternalServerException", status: 500 } as const;
    aws.faults.next({ operation: "StopDeployment" }, fault);
    const call = client.send(new appconfig.StopDeploymentCommand({ ...ids, DeploymentNumber: 1 }));
    expect(await failureOf(call)).toBeInstanceOf(appconfig.InternalServerException);
    expect(aws.calls.writes()).toMatchObject([{ outcome: { kind: "error", effect: true } }]);
  });
});

describe("what AWS does not have", () => {
  const deployments = "/applications/339ohji/environments/54j1r29/deployments";

  it.each([
    ["a query that the operation has not", "GET", `${deployments}?colour=red`, undefined, "unknown ?colour"],
    ["a number that is none", "GET", `${deployments}?max_results=many`, undefined, "type MaxResults"],
    ["an unknown member", "PATCH", "/deploymentstrategies/1225qzk", '{"Colour":"red"}', "unknown Colour"],
    ["a body that is no JSON", "POST", deployments, "{", "not JSON"],
  ])("is refused: %s", async (_, verb, path, body, words) => {
    expect(await raw(verb, path, body === undefined ? {} : { body })).toMatchObject({
      status: 400,
      type: "SerializationException",
      body: { Message: expect.stringContaining(words) },
    });
  });

  it("is refused in the service's own words where a member is missing", async () => {
    expect(await raw("POST", deployments, { body: '{"ConfigurationVersion":"1"}' })).toMatchObject({
      status: 400,
      type: "BadRequestException",
      body: { Message: expect.stringContaining("missing DeploymentStrategyId") },
    });
  });

  it.each([
    ["PUT", "/applications"],
    ["GET", "/colours"],
    ["GET", "/applications/"],
    ["DELETE", "/applications/339ohji"],
  ])("is no operation, or has no handler: %s %s", async (verb, path) => {
    expect(await raw(verb, path)).toMatchObject({ status: 501, type: "UnknownOperationException" });
  });

  it("is an id like any other where a path can't be decoded", async () => {
    expect(await raw("GET", "/applications/%")).toMatchObject({ status: 400, type: "BadRequestException" });
  });
});

it.each([
  ["nobody", "", 403, "MissingAuthenticationTokenException"],
  ["another service", "ecs", 403, "InvalidSignatureException"],
])("needs a signature: one of %s is refused", async (_, signedFor, status, type) => {
  expect(await raw("GET", "/applications", { signedFor })).toMatchObject({ status, type });
});
