import * as codedeploy from "@aws-sdk/client-codedeploy";
import * as proton from "@aws-sdk/client-proton";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { AwsError, type HandlersOf, service } from "../../../fakes/aws/service.ts";
import { failureOf } from "./stage.ts";

const options = {
  region: "eu-west-1",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
  maxAttempts: 1,
};
const createTime = new Date("2026-11-17T14:00:00.000Z");

const codedeployHandlers: HandlersOf<typeof codedeploy> = {
  GetDeployment: ({ deploymentId }) => ({ deploymentInfo: { deploymentId, status: "Ready", createTime } }),
  ContinueDeployment: () => {
    throw new AwsError("DeploymentIsNotInReadyStateException", "Not ready.");
  },
};
const protonHandlers: HandlersOf<typeof proton> = {
  GetEnvironment: ({ name }, { account }) => ({
    environment: {
      name,
      arn: `arn:aws:proton:eu-west-1:${account}:environment/${name}`,
      createdAt: createTime,
      lastDeploymentAttemptedAt: createTime,
      lastDeploymentSucceededAt: createTime,
      templateName: "t",
      templateMajorVersion: "1",
      templateMinorVersion: "0",
      deploymentStatus: "IN_PROGRESS",
    },
  }),
};

let aws: FakeAws;
beforeEach(async () => {
  aws = await startFakeAws({
    services: [
      service({
        name: "codedeploy",
        package: codedeploy,
        client: new codedeploy.CodeDeployClient(options),
        handlers: codedeployHandlers,
      }),
      service({
        name: "proton",
        package: proton,
        client: new proton.ProtonClient(options),
        handlers: protonHandlers,
      }),
    ],
  });
});
afterEach(() => aws.close());

it("serves CodeDeploy by its own schemas and errors", async () => {
  const client = new codedeploy.CodeDeployClient({ ...options, endpoint: aws.url });
  const { deploymentInfo } = await client.send(new codedeploy.GetDeploymentCommand({ deploymentId: "d-1" }));
  expect(deploymentInfo).toEqual({ deploymentId: "d-1", status: "Ready", createTime });
  const error = await failureOf(
    client.send(new codedeploy.ContinueDeploymentCommand({ deploymentId: "d-1" })),
  );
  expect(error).toBeInstanceOf(codedeploy.DeploymentIsNotInReadyStateException);
  expect(aws.calls.writes()).toMatchObject([{ operation: "ContinueDeployment" }]);
  client.destroy();
});

it("serves Proton, which speaks another version of the protocol", async () => {
  const client = new proton.ProtonClient({ ...options, endpoint: aws.url });
  const { environment } = await client.send(new proton.GetEnvironmentCommand({ name: "prod" }));
  expect(environment).toMatchObject({
    arn: "arn:aws:proton:eu-west-1:111122223333:environment/prod",
    createdAt: createTime,
  });
  client.destroy();
});
