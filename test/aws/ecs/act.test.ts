import { createServer } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createClients } from "../../../src/aws/client/clients.ts";
import { allSystems } from "../../../src/aws/index.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { type AwsStage, briefly, pointAt, setAwsStage } from "../stage.ts";

let stage: AwsStage;
let arn: string;
let hookId: string;
let deployment: WordedDeployment;

beforeEach(async () => {
  stage = await setAwsStage();
  arn = stage.deploy({ pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }] });
  stage.clock.advance(5 * 60_000);
  hookId = stage.ecs.openHooks(arn)[0] ?? "";
  deployment = await stage.look(arn);
});
afterEach(() => stage.close());

const by = ["U024APPROVER"];

it.each([
  ["continue", "CONTINUE", "IN_PROGRESS"],
  ["rollback", "ROLLBACK", "ROLLBACK_REQUESTED"],
] as const)("answers a hold with %s, naming the action", async (action, sent, status) => {
  expect(await stage.system.act(deployment, { action, holdId: hookId, by })).toEqual({
    kind: "accepted",
    note: "ContinueServiceDeployment",
  });
  const [call, ...more] = stage.aws.calls.writes();
  expect(more).toEqual([]);
  expect(call).toMatchObject({
    operation: "ContinueServiceDeployment",
    input: { serviceDeploymentArn: arn, hookId, action: sent },
  });
  expect(stage.ecs.deployment(arn).status).toBe(status);
});

it("rolls back the deployment without a hold", async () => {
  expect((await stage.system.act(deployment, { action: "rollback", by })).kind).toBe("accepted");
  expect(stage.aws.calls.writes()).toMatchObject([
    { operation: "StopServiceDeployment", input: { serviceDeploymentArn: arn, stopType: "ROLLBACK" } },
  ]);
});

it("sends nothing for what ECS can't do", async () => {
  const answers = await Promise.all([
    stage.system.act(deployment, { action: "continue", by }),
    stage.system.act(deployment, { action: "cancel", by }),
    stage.system.act(deployment, { action: "revert", holdId: hookId, by }),
  ]);
  expect(answers.map((answer) => answer.kind === "not-done" && answer.why.cause)).toEqual(
    Array.from({ length: 3 }, () => "not-sent"),
  );
  expect(stage.aws.calls.writes()).toEqual([]);
});

it("takes the refusal of an answered hold for a statement about the hold", async () => {
  stage.ecs.console.continue(arn, hookId);
  const answer = await stage.system.act(deployment, { action: "rollback", holdId: hookId, by });
  expect(answer.kind).toBe("refused");
});

it.each(["ClientException", "ThrottlingException"])(
  "does not pass on a hook's id with AWS's words of %s: whoever knows it can answer",
  async (name) => {
    const message = `The hook ${hookId} can't be answered`;
    stage.aws.faults.next(
      { operation: "ContinueServiceDeployment" },
      { kind: "error", when: "before", name, status: 400, message },
      Number.POSITIVE_INFINITY,
    );
    const answer = await stage.system.act(deployment, { action: "continue", holdId: hookId, by });
    expect(JSON.stringify(answer)).toContain("The hook (its id) can't be answered");
    expect(JSON.stringify(answer)).not.toContain(hookId);
  },
);

it.each([
  ["AccessDeniedException", 400, { kind: "not-done", why: { cause: "denied" } }],
  ["ThrottlingException", 400, { kind: "not-done", why: { cause: "throttled" } }],
  ["UnsupportedFeatureException", 400, { kind: "not-done", why: { cause: "unsupported" } }],
  ["ServerException", 500, { kind: "unclear" }],
])("sends one request when AWS answers %s", async (name, status, expected) => {
  const target = { operation: "ContinueServiceDeployment" };
  stage.aws.faults.next(target, { kind: "error", when: "after", name, status }, Number.POSITIVE_INFINITY);
  const answer = await stage.system.act(deployment, { action: "continue", holdId: hookId, by });
  expect(answer).toMatchObject(expected);
  expect(stage.aws.calls.writes()).toHaveLength(1);
});

it("does not know whether a request arrived whose connection broke", async () => {
  stage.aws.faults.next({ operation: "ContinueServiceDeployment" }, { kind: "break", when: "after" });
  const answer = await stage.system.act(deployment, { action: "continue", holdId: hookId, by });
  expect(answer.kind).toBe("unclear");
  expect(stage.aws.calls.writes()).toHaveLength(1);
});

it("gives up a request that is not answered before its lease ends", async () => {
  stage.aws.faults.next({ operation: "ContinueServiceDeployment" }, { kind: "hang", when: "after" });
  const began = performance.now();
  const answer = await stage.system.act(deployment, { action: "continue", holdId: hookId, by });
  expect(answer.kind).toBe("unclear");
  expect(performance.now() - began).toBeLessThan(briefly.callTimeoutMs + 500);
  expect(stage.aws.calls.writes()).toHaveLength(1);
});

it("knows that nothing was sent where nobody listens", async () => {
  pointAt(`http://127.0.0.1:${await unusedPort()}`);
  const lonely = systemOf();
  const answer = await lonely.act(deployment, { action: "continue", holdId: hookId, by });
  expect(answer).toMatchObject({ kind: "not-done", why: { cause: "not-sent" } });
});

it("knows that nothing was sent when the role can't be assumed", async () => {
  const wrong = [
    {
      id: "111122223333",
      regions: ["eu-west-1"],
      role: "arn:aws:iam::111122223333:role/holdpoint",
      externalId: "no",
    },
  ];
  const system = systemOf(wrong);
  const answer = await system.act(deployment, { action: "continue", holdId: hookId, by });
  expect(answer).toMatchObject({ kind: "not-done", why: { cause: "denied" } });
  expect(stage.aws.calls.writes()).toEqual([]);
});

function systemOf(accounts = [{ id: "111122223333", regions: ["eu-west-1"] }]) {
  const [system] = allSystems(createClients(accounts), stage.telemetry);
  if (system === undefined) throw new Error("there is no system");
  return system;
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
