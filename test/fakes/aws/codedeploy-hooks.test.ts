import type { LifecycleEventStatus } from "@aws-sdk/client-codedeploy";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type CodeDeployStage,
  ecs,
  inPlace,
  lambda,
  minute,
  setCodeDeployStage,
} from "./codedeploy-stage.ts";
import { failureOf, place } from "./stage.ts";

let stage: CodeDeployStage;
beforeEach(async () => {
  stage = await setCodeDeployStage();
});
afterEach(() => stage.close());

const hooks = [{ event: "BeforeAllowTraffic", name: "smoke-test-approval" }];
const autoRollback = { enabled: true, events: ["DEPLOYMENT_FAILURE"] } as const;

function held(plan = lambda, more: Partial<typeof lambda> = {}): { id: string; executionId: string } {
  const id = stage.codedeploy.deploy({ ...plan, hooks, ...more });
  const before = stage.invoked.length;
  stage.untilIn(id, (more.hooks ?? hooks)[0]?.event ?? "");
  return { id, executionId: stage.invoked[before]?.input.LifecycleEventHookExecutionId ?? "" };
}

it("invokes the hook's function with what CodeDeploy gives, and then waits for its result", async () => {
  const { id, executionId } = held();
  expect(stage.invoked).toEqual([
    {
      ...place,
      hookName: "smoke-test-approval",
      input: { DeploymentId: id, LifecycleEventHookExecutionId: executionId },
    },
  ]);
  expect(stage.codedeploy.openHooks(id)).toEqual([executionId]);
  stage.clock.advance(59 * minute);
  expect(await stage.lifecycle(id)).toEqual({
    BeforeAllowTraffic: "InProgress",
    AllowTraffic: "Pending",
    AfterAllowTraffic: "Pending",
  });
});

it("goes on after Succeeded", async () => {
  const { id, executionId } = held();
  const answer = await stage.report(id, executionId, "Succeeded");
  expect(answer).toMatchObject({ lifecycleEventHookExecutionId: executionId });
  stage.untilIn(id, "AllowTraffic");
  expect(await stage.lifecycle(id)).toMatchObject({ BeforeAllowTraffic: "Succeeded" });
  stage.until(id, "Succeeded");
});

it("forgets the hour once the hook has succeeded", async () => {
  const { id, executionId } = held(ecs, { terminationWaitMinutes: 90 });
  await stage.report(id, executionId, "Succeeded");
  stage.untilTerminationWait(id);
  stage.clock.advance(89 * minute);
  expect((await stage.read(id)).status).toBe("InProgress");
});

it("runs the hooks of one deployment one after the other, each with its own id", async () => {
  const two = [
    { event: "AfterAllowTestTraffic", name: "check" },
    { event: "AfterAllowTraffic", name: "check" },
  ];
  const { id, executionId } = held(ecs, { hooks: two });
  await stage.report(id, executionId, "Succeeded");
  stage.untilIn(id, "AfterAllowTraffic");
  const [second = ""] = stage.codedeploy.openHooks(id);
  expect(second).not.toBe(executionId);
  expect(stage.invoked.map(({ input }) => input.LifecycleEventHookExecutionId)).toEqual([
    executionId,
    second,
  ]);
});

it.each([
  ["rolls back where the group does so on failure", autoRollback, true],
  ["does not roll back where the group is silent", undefined, false],
  ["does not roll back where that is switched off", { ...autoRollback, enabled: false }, false],
])("fails after Failed, and %s", async (_what, configured, rolledBack) => {
  const { id, executionId } = held(lambda, configured ? { autoRollback: configured } : {});
  await stage.report(id, executionId, "Failed");
  const failed = await stage.read(id);
  expect(failed).toMatchObject({ status: "Failed", errorInformation: { code: "HOOK_EXECUTION_FAILURE" } });
  expect(await stage.lifecycle(id)).toEqual({
    BeforeAllowTraffic: "Failed",
    AllowTraffic: "Skipped",
    AfterAllowTraffic: "Skipped",
  });
  expect(failed.rollbackInfo?.rollbackDeploymentId !== undefined).toBe(rolledBack);
});

it("starts nothing to roll back while nothing is installed", async () => {
  const early = [{ event: "BeforeInstall", name: "gate" }];
  const { id, executionId } = held(ecs, { hooks: early, autoRollback });
  await stage.report(id, executionId, "Failed");
  const failed = await stage.read(id);
  expect(failed.status).toBe("Failed");
  expect(failed).not.toHaveProperty("rollbackInfo");
});

it("fails when no result came within one hour", async () => {
  const { id, executionId } = held(lambda, { autoRollback });
  stage.clock.advance(60 * minute - 1000);
  expect((await stage.read(id)).status).toBe("InProgress");
  stage.clock.advance(1000);
  expect(await stage.read(id)).toMatchObject({
    status: "Failed",
    errorInformation: { code: "HOOK_EXECUTION_FAILURE" },
  });
  expect(await stage.lifecycle(id)).toMatchObject({ BeforeAllowTraffic: "Failed" });
  const late = failureOf(stage.report(id, executionId, "Succeeded"));
  expect(await late).toMatchObject({ name: "LifecycleEventAlreadyCompletedException" });
});

it.each(["Pending", "InProgress", "Skipped", "Unknown"] satisfies LifecycleEventStatus[])(
  "does not take %s for a result",
  async (status) => {
    const { id, executionId } = held();
    expect(await failureOf(stage.report(id, executionId, status))).toMatchObject({
      name: "InvalidLifecycleEventHookExecutionStatusException",
    });
    expect(stage.codedeploy.openHooks(id)).toEqual([executionId]);
  },
);

it("takes one result for one execution", async () => {
  const { id, executionId } = held();
  await stage.report(id, executionId, "Succeeded");
  const name = "LifecycleEventAlreadyCompletedException";
  expect(await failureOf(stage.report(id, executionId, "Succeeded"))).toMatchObject({ name });
  expect(await failureOf(stage.report(id, executionId, "Failed"))).toMatchObject({ name });
});

it("takes no result once somebody has asked for a stop", async () => {
  const { id, executionId } = held();
  await stage.stop(id);
  const name = "LifecycleEventAlreadyCompletedException";
  expect(await failureOf(stage.report(id, executionId, "Succeeded"))).toMatchObject({ name });
  stage.until(id, "Stopped");
  expect(await failureOf(stage.report(id, executionId, "Succeeded"))).toMatchObject({ name });
});

it("knows only the ids that it gave out, and only with their deployment", async () => {
  const { id, executionId } = held();
  const other = held({ ...lambda, group: "another" });
  const name = "InvalidLifecycleEventHookExecutionIdException";
  expect(await failureOf(stage.report(id, "forged", "Succeeded"))).toMatchObject({ name });
  expect(await failureOf(stage.report(id, "", "Succeeded"))).toMatchObject({ name });
  expect(await failureOf(stage.report(other.id, executionId, "Succeeded"))).toMatchObject({ name });
  expect(await failureOf(stage.report("d-NOBODY123", executionId, "Succeeded"))).toMatchObject({
    name: "DeploymentDoesNotExistException",
  });
  expect(await failureOf(stage.report("", executionId, "Succeeded"))).toMatchObject({
    name: "DeploymentIdRequiredException",
  });
  expect(await failureOf(stage.report("what", executionId, "Succeeded"))).toMatchObject({
    name: "InvalidDeploymentIdException",
  });
});

it("takes no results for servers, whose hooks are scripts", async () => {
  const id = stage.codedeploy.deploy(inPlace);
  stage.until(id, "InProgress");
  expect(await failureOf(stage.report(id, "any", "Succeeded"))).toMatchObject({
    name: "UnsupportedActionForDeploymentTypeException",
  });
});

it("lets somebody else report the result", async () => {
  const { id, executionId } = held();
  stage.codedeploy.console.answerHook(id, executionId, "Failed");
  expect((await stage.read(id)).status).toBe("Failed");
  expect(stage.aws.calls.writes()).toEqual([]);
  const again = () => stage.codedeploy.console.answerHook(id, executionId, "Failed");
  expect(again).toThrow("waits for nothing");
});
