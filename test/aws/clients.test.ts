import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { allSystems } from "../../src/aws/index.ts";
import { type AwsStage, place, role, setAwsStage } from "./stage.ts";

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

describe("a session that AWS rejects before its time", () => {
  const assumed = () => stage.aws.calls.all({ operation: "AssumeRole" }).length;
  const look = (arn: string) => stage.system.inspect(stage.refOf(arn), { hint: {} });

  it("is replaced at the next read, by one new session for everybody", async () => {
    const arn = stage.deploy();
    await stage.look(arn);
    stage.aws.revokeSessions();
    expect(await look(arn)).toMatchObject({ kind: "unreadable" });
    const again = await Promise.all([
      look(arn),
      look(arn),
      stage.system.list(place.account, place.region, () => true),
    ]);
    expect(again.map(({ kind }) => kind)).toEqual(["deployment", "deployment", "listed"]);
    expect(assumed()).toBe(2);
  });

  it.each(["ExpiredTokenException", "ExpiredToken", "InvalidClientTokenId", "UnrecognizedClientException"])(
    "is replaced on the word %s, at most every half minute",
    async (name) => {
      const arn = stage.deploy();
      await stage.look(arn);
      const fault = { kind: "error", when: "before", name, status: 400 } as const;
      stage.aws.faults.next({ service: "ecs" }, fault, Number.POSITIVE_INFINITY);
      for (let reads = 0; reads < 10; reads += 1)
        expect(await look(arn)).toMatchObject({ kind: "unreadable" });
      expect(assumed()).toBe(2);
      stage.aws.faults.clear();
      expect(await look(arn)).toMatchObject({ kind: "deployment" });
    },
  );

  it("is replaced once nothing is allowed any more, and not for one permission that is missing", async () => {
    const arn = stage.deploy();
    const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;
    stage.aws.faults.next({ operation: "ListClusters" }, denied, Number.POSITIVE_INFINITY);
    for (let rounds = 0; rounds < 8; rounds += 1) {
      await stage.look(arn);
      await stage.system.list(place.account, place.region, () => true);
    }
    expect(assumed()).toBe(1);
    stage.aws.faults.next({ service: "ecs" }, denied, Number.POSITIVE_INFINITY);
    for (let reads = 0; reads < 8; reads += 1) await look(arn);
    expect(assumed()).toBe(2);
  });

  it("does not repeat the one call", async () => {
    const deployment = await stage.look(stage.deploy());
    stage.aws.revokeSessions();
    const act = () => stage.system.act(deployment, { action: "rollback", by: [] });
    expect(await act()).toMatchObject({ kind: "not-done", why: { cause: "denied" } });
    expect(stage.aws.calls.all({ operation: "StopServiceDeployment" })).toHaveLength(1);
    expect(await act()).toMatchObject({ kind: "accepted" });
    expect(assumed()).toBe(2);
  });
});
