import { createServer } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createAppConfig } from "../../../src/aws/appconfig/index.ts";
import { createClients } from "../../../src/aws/client/clients.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { place, pointAt } from "../stage.ts";
import { type AppConfigStage, hour, minute, setAppConfigStage } from "./stage.ts";

let stage: AppConfigStage;
beforeEach(async () => {
  stage = await setAppConfigStage();
});
afterEach(() => stage.close());

const by = ["U024APPROVER"];
const always = Number.POSITIVE_INFINITY;
const stop = { operation: "StopDeployment" };

const act = (deployment: WordedDeployment, action: "cancel" | "revert") =>
  stage.system.act(deployment, { action, by });

async function running(): Promise<WordedDeployment> {
  const key = stage.deploy();
  stage.clock.advance(11 * minute);
  return stage.look(key);
}

it("cancels with a request that knows no AllowRevert", async () => {
  const key = stage.deploy();
  const deployment = await stage.look(key);
  expect(await act(deployment, "cancel")).toEqual({ kind: "accepted", note: "StopDeployment" });
  const [call, ...more] = stage.aws.calls.writes();
  expect(more).toEqual([]);
  expect(call?.operation).toBe("StopDeployment");
  expect(call?.input).toEqual({
    ApplicationId: key.applicationId,
    EnvironmentId: key.environmentId,
    DeploymentNumber: key.number,
  });
  expect(stage.appconfig.deployment(key).State).toBe("ROLLING_BACK");
});

it("reverts what is complete with AllowRevert", async () => {
  const key = stage.deployAll();
  expect(await act(await stage.look(key), "revert")).toEqual({ kind: "accepted", note: "StopDeployment" });
  expect(stage.aws.calls.writes()).toMatchObject([
    { operation: "StopDeployment", input: { DeploymentNumber: key.number, AllowRevert: true } },
  ]);
  expect(stage.appconfig.deployment(key).State).toBe("REVERTED");
});

it("never reverts with a cancel that comes too late", async () => {
  const key = stage.deploy();
  const seen = await stage.look(key);
  stage.clock.advance(hour);
  const answer = await act(seen, "cancel");
  expect(answer).toMatchObject({ kind: "refused", message: expect.stringContaining("COMPLETE") });
  expect(stage.appconfig.deployment(key).State).toBe("COMPLETE");
});

it("takes a revert after 72 hours, and one that somebody made before, for refused", async () => {
  const late = stage.deployAll();
  const seen = await stage.look(late);
  stage.clock.advance(73 * hour);
  expect((await act(seen, "revert")).kind).toBe("refused");
  const twice = stage.deployAll();
  const before = await stage.look(twice);
  stage.appconfig.console.stop(twice, { allowRevert: true });
  expect((await act(before, "revert")).kind).toBe("refused");
});

it("takes AWS's no to a cancel in the bake time for a refusal", async () => {
  stage.appconfig.stopWhileBaking(false);
  const key = stage.deploy();
  stage.clock.advance(35 * minute);
  const deployment = await stage.look(key);
  expect(deployment.status).toBe("BAKING");
  expect((await act(deployment, "cancel")).kind).toBe("refused");
  expect(stage.appconfig.deployment(key).State).toBe("BAKING");
});

it("sends nothing that does not fit what AWS showed", async () => {
  const inProgress = await running();
  stage.clock.advance(hour);
  const complete = await stage.look({ ...stage.deployAll() });
  const answers = await Promise.all([
    act(inProgress, "revert"),
    act(complete, "cancel"),
    stage.system.act(inProgress, { action: "continue", by }),
    stage.system.act(inProgress, { action: "rollback", by }),
    act({ ...inProgress, ref: { ...inProgress.ref, id: "k3f9a2x" } }, "cancel"),
  ]);
  expect(answers.map((answer) => answer.kind === "not-done" && answer.why.cause)).toEqual(
    Array.from({ length: 5 }, () => "not-sent"),
  );
  expect(stage.aws.calls.writes()).toEqual([]);
});

it.each([
  ["BadRequestException", 400, { kind: "refused" }],
  ["ResourceNotFoundException", 404, { kind: "refused" }],
  ["ConflictException", 409, { kind: "refused" }],
  ["InternalServerException", 500, { kind: "unclear" }],
  ["AccessDeniedException", 403, { kind: "not-done", why: { cause: "denied" } }],
  ["ThrottlingException", 429, { kind: "not-done", why: { cause: "throttled" } }],
])("sends one request when AWS answers %s", async (name, status, expected) => {
  const deployment = await running();
  stage.aws.faults.next(stop, { kind: "error", when: "before", name, status }, always);
  expect(await act(deployment, "cancel")).toMatchObject(expected);
  expect(stage.aws.calls.writes()).toHaveLength(1);
});

it("does not know whether a request arrived whose connection broke, or that is not answered in time", async () => {
  const deployment = await running();
  for (const fault of [
    { kind: "break", when: "after" },
    { kind: "hang", when: "after" },
  ] as const) {
    stage.aws.faults.next(stop, fault);
    const before = stage.aws.calls.writes().length;
    expect((await act(deployment, "cancel")).kind).toBe("unclear");
    expect(stage.aws.calls.writes()).toHaveLength(before + 1);
  }
});

it("knows that nothing was sent where nobody listens, and where nothing is configured", async () => {
  const deployment = await running();
  pointAt(`http://127.0.0.1:${await unusedPort()}`);
  for (const regions of [[place.region], []]) {
    const clients = createClients([{ id: place.account, regions }]);
    const lonely = createAppConfig(clients, stage.telemetry);
    expect(await lonely.act(deployment, { action: "cancel", by })).toMatchObject({
      kind: "not-done",
      why: { cause: "not-sent" },
    });
    clients.destroy();
  }
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
