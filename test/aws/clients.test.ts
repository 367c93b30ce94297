import { afterEach, beforeEach, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { allSystems } from "../../src/aws/index.ts";
import { type AwsStage, role, setAwsStage } from "./stage.ts";

let stage: AwsStage;
beforeEach(async () => {
  stage = await setAwsStage();
});
afterEach(() => stage.close());

it("assumes the account's role with its external id before any other call, in the account's region", async () => {
  await stage.look(stage.deploy());
  const [first, ...others] = stage.aws.calls.all();
  expect(first).toMatchObject({
    service: "sts",
    operation: "AssumeRole",
    region: "eu-west-1",
    principal: "base",
    input: { RoleArn: role, ExternalId: "e-1", RoleSessionName: "holdpoint" },
  });
  expect(others.length).toBeGreaterThan(0);
  for (const call of others) {
    expect(call.service).toBe("ecs");
    expect(call.principal).toBe("arn:aws:sts::111122223333:assumed-role/holdpoint/holdpoint");
  }
});

it("assumes a role once for all clients of an account and region", async () => {
  const arn = stage.deploy();
  const deployment = await stage.look(arn);
  await Promise.all([stage.look(arn), stage.look(arn)]);
  await stage.system.act(deployment, { action: "rollback", by: [] });
  expect(stage.aws.calls.all({ operation: "AssumeRole" })).toHaveLength(1);
});

it("calls each account with credentials of its own", async () => {
  const accounts = ["111122223333", "444455556666"].map((id) => ({
    id,
    regions: ["eu-west-1", "us-west-2"],
    role: `arn:aws:iam::${id}:role/holdpoint`,
    externalId: `e-${id}`,
  }));
  await stage.close();
  stage = await setAwsStage(accounts);
  const listed = await Promise.all(accounts.map(({ id }) => stage.system.list(id, "us-west-2", () => true)));
  expect(listed.map(({ kind }) => kind)).toEqual(["listed", "listed"]);
  const lists = stage.aws.calls.all({ operation: "ListClusters" });
  expect(lists.map(({ account, region }) => `${account} ${region}`).sort()).toEqual([
    "111122223333 us-west-2",
    "444455556666 us-west-2",
  ]);
});

it("uses the process's own credentials for an account without a role", async () => {
  await stage.close();
  stage = await setAwsStage([{ id: "111122223333", regions: ["eu-west-1"] }]);
  await stage.look(stage.deploy());
  expect(stage.aws.calls.all({ service: "sts" })).toEqual([]);
  expect(new Set(stage.aws.calls.all().map(({ principal }) => principal))).toEqual(new Set(["base"]));
});

it("tries to assume the role again after a failure", async () => {
  const arn = stage.deploy();
  const wrong = createClients([{ id: "111122223333", regions: ["eu-west-1"], role, externalId: "wrong" }]);
  const [system] = allSystems(wrong, stage.telemetry);
  const look = () => system?.inspect(stage.refOf(arn), { hint: {} });
  const refused = {
    kind: "unreadable",
    why: "the account's role can't be assumed (ecs:DescribeServiceDeployments)",
  };
  expect(await look()).toMatchObject(refused);
  expect(await look()).toMatchObject(refused);
  expect(stage.aws.calls.all({ operation: "AssumeRole" })).toHaveLength(2);
  wrong.destroy();
});

it("keeps the external id out of logs", async () => {
  await stage.look(stage.deploy());
  expect(JSON.stringify(stage.logs)).not.toContain("e-1");
});
