import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  blueGreen,
  type CodeDeployStage,
  ecs,
  inPlace,
  lambda,
  minute,
  partOf,
  setCodeDeployStage,
} from "./codedeploy-stage.ts";
import { failureOf } from "./stage.ts";

let stage: CodeDeployStage;
beforeEach(async () => {
  stage = await setCodeDeployStage();
});
afterEach(() => stage.close());

async function rollbackOf(id: string): Promise<string> {
  return (await stage.read(id)).rollbackInfo?.rollbackDeploymentId ?? "";
}

describe("a stop", () => {
  it("is pending for a while, and then Stopped", async () => {
    const id = stage.codedeploy.deploy(lambda);
    stage.untilIn(id, "AllowTraffic");
    expect(await stage.stop(id, false)).toMatchObject({ status: "Pending" });
    expect((await stage.read(id)).status).toBe("InProgress");
    stage.clock.advance(2000);
    const stopped = await stage.read(id);
    expect(stopped).toMatchObject({ status: "Stopped", errorInformation: { code: "MANUAL_STOP" } });
    expect(stopped).not.toHaveProperty("rollbackInfo");
    expect(await stage.lifecycle(id)).toEqual({
      BeforeAllowTraffic: "Succeeded",
      AllowTraffic: "Unknown",
      AfterAllowTraffic: "Skipped",
    });
    stage.clock.advance(120 * minute);
    expect((await stage.target(id)).lambdaTarget?.lambdaFunctionInfo?.targetVersionWeight).toBe(10);
  });

  it("holds the deployment where it is, even when its last event would end sooner", async () => {
    const id = stage.codedeploy.deploy(lambda);
    stage.untilIn(id, "AfterAllowTraffic");
    stage.clock.advance(4000);
    await stage.stop(id, false);
    stage.clock.advance(2000);
    expect((await stage.read(id)).status).toBe("Stopped");
  });

  it("may be asked for twice, and happens once", async () => {
    const id = stage.codedeploy.deploy(lambda);
    stage.untilIn(id, "AllowTraffic");
    await stage.stop(id, false);
    expect(await stage.stop(id, true)).toMatchObject({ status: "Pending" });
    stage.until(id, "Stopped");
    expect(await rollbackOf(id)).toBe("");
  });

  it("starts a rollback, which is a deployment of its own", async () => {
    const id = stage.codedeploy.deploy(lambda);
    stage.untilIn(id, "AllowTraffic");
    await stage.stop(id, true);
    stage.until(id, "Stopped");
    const rollback = await rollbackOf(id);
    const [stopped, rolling] = [await stage.read(id), await stage.read(rollback)];
    expect(rolling).toMatchObject({
      status: "Created",
      creator: "codeDeployRollback",
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
      revision: stopped.previousRevision,
      previousRevision: stopped.revision,
    });
    stage.until(rollback, "InProgress");
    expect((await stage.target(rollback)).lambdaTarget?.lambdaFunctionInfo).toMatchObject({
      currentVersion: "18",
      targetVersion: "17",
      targetVersionWeight: 90,
    });
    stage.until(rollback, "Succeeded");
    expect((await stage.target(rollback)).lambdaTarget?.lambdaFunctionInfo?.targetVersionWeight).toBe(100);
  });

  it("rolls back as the group says where the request says nothing", async () => {
    const autoRollback = { enabled: true, events: ["DEPLOYMENT_STOP_ON_REQUEST"] } as const;
    const id = stage.codedeploy.deploy({ ...lambda, autoRollback });
    await stage.stop(id);
    stage.until(id, "Stopped");
    expect(await rollbackOf(id)).toMatch(/^d-/);
  });

  it("has nothing to roll back to after the very first deployment", async () => {
    const { previous, ...first } = lambda;
    expect(previous).toBeDefined();
    const id = stage.codedeploy.deploy(first);
    stage.until(id, "InProgress");
    await stage.stop(id, true);
    stage.until(id, "Stopped");
    const { rollbackInfo } = await stage.read(id);
    expect(rollbackInfo?.rollbackMessage).toContain("no earlier revision");
    expect(rollbackInfo).not.toHaveProperty("rollbackDeploymentId");
  });

  it("in the termination wait gives the traffic back to the fleet that still runs", async () => {
    const id = stage.codedeploy.deploy({ ...blueGreen, terminationWaitMinutes: 60 });
    stage.untilTerminationWait(id);
    const ids = (of: string) => stage.codedeploy.targets(of).map((one) => partOf(one)?.targetId);
    await stage.stop(id, true);
    stage.until(id, "Stopped");
    const rollback = await rollbackOf(id);
    expect(ids(rollback)).toEqual([...ids(id).slice(2), ...ids(id).slice(0, 2)]);
    stage.until(rollback, "Succeeded");
    const next = stage.codedeploy.deploy(blueGreen);
    expect(ids(next).slice(2)).toEqual(ids(id).slice(2));
  });

  it("returns an ECS service's traffic to the task set that it came from", async () => {
    const id = stage.codedeploy.deploy({ ...ecs, terminationWaitMinutes: 60 });
    stage.untilTerminationWait(id);
    const old = (await stage.target(id)).ecsTarget?.taskSetsInfo?.[0]?.identifer;
    await stage.stop(id, true);
    stage.until(id, "Stopped");
    const rollback = await rollbackOf(id);
    stage.until(rollback, "Succeeded");
    expect((await stage.target(rollback)).ecsTarget?.taskSetsInfo).toMatchObject([
      { identifer: old, status: "PRIMARY", trafficWeight: 100, runningCount: 6 },
    ]);
  });

  it("ends the READY wait", async () => {
    const readyWait = { minutes: 60, action: "CONTINUE_DEPLOYMENT" } as const;
    const id = stage.codedeploy.deploy({ ...blueGreen, readyWait });
    stage.until(id, "Ready");
    await stage.stop(id, false);
    expect(await failureOf(stage.proceed(id, "READY_WAIT"))).toMatchObject({
      name: "DeploymentIsNotInReadyStateException",
    });
    stage.until(id, "Stopped");
    expect((await stage.read(id)).deploymentOverview).toMatchObject({ Ready: 0, Skipped: 4 });
  });

  it("that comes before a wait is over stays the reason", async () => {
    const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;
    const id = stage.codedeploy.deploy({ ...ecs, readyWait });
    stage.until(id, "Ready");
    stage.clock.advance(60 * minute - 1000);
    await stage.stop(id, true);
    stage.until(id, "Stopped");
    expect(await stage.read(id)).toMatchObject({ errorInformation: { code: "MANUAL_STOP" } });
    expect(await rollbackOf(id)).toMatch(/^d-/);
  });

  it.each(["Succeeded", "Stopped", "Failed"] as const)("comes too late after %s", async (status) => {
    const failing = { event: "AllowTraffic" };
    const id = stage.codedeploy.deploy(status === "Failed" ? { ...lambda, failing } : lambda);
    if (status === "Stopped") stage.codedeploy.console.stop(id);
    stage.until(id, status);
    expect(await failureOf(stage.stop(id, true))).toMatchObject({
      name: "DeploymentAlreadyCompletedException",
    });
    expect(() => stage.codedeploy.console.stop(id)).toThrow("has ended");
  });

  it.each([
    ["", "DeploymentIdRequiredException"],
    ["stop it", "InvalidDeploymentIdException"],
    ["d-NOBODY123", "DeploymentDoesNotExistException"],
  ])("of %j is refused", async (id, name) => {
    expect(await failureOf(stage.stop(id, true))).toMatchObject({ name });
  });
});

describe("a failure", () => {
  it("tells which script failed on which instance", async () => {
    const failing = { event: "ValidateService", target: 2 };
    const id = stage.codedeploy.deploy({ ...inPlace, failing });
    stage.until(id, "Failed");
    const { instanceTarget } = await stage.target(id, 2);
    expect(instanceTarget?.status).toBe("Failed");
    expect(instanceTarget?.lifecycleEvents?.at(-1)).toMatchObject({
      lifecycleEventName: "ValidateService",
      status: "Failed",
      diagnostics: {
        errorCode: "ScriptFailed",
        scriptName: "scripts/run.sh",
        message: expect.stringContaining("exit code 1"),
        logTail: expect.stringContaining("stderr"),
      },
    });
    expect(await stage.read(id)).toMatchObject({ errorInformation: { code: "HEALTH_CONSTRAINTS" } });
  });

  it("leaves out the instances that were not reached", async () => {
    const config = "CodeDeployDefault.OneAtATime";
    const failing = { event: "Install", target: 1 };
    const id = stage.codedeploy.deploy({ ...inPlace, config, failing });
    stage.until(id, "Failed");
    expect((await stage.read(id)).deploymentOverview).toEqual({
      Pending: 0,
      InProgress: 0,
      Succeeded: 1,
      Failed: 1,
      Skipped: 2,
      Ready: 0,
    });
    expect(await stage.lifecycle(id, 1)).toMatchObject({ Install: "Failed", AfterInstall: "Skipped" });
  });

  it("of one instance is tolerated where enough others are healthy", async () => {
    const failing = { event: "Install", target: 1, tolerated: true };
    const id = stage.codedeploy.deploy({ ...inPlace, failing });
    stage.until(id, "Succeeded");
    expect((await stage.read(id)).deploymentOverview).toMatchObject({ Succeeded: 3, Failed: 1 });
  });

  it.each([
    ["Lambda", lambda, "AllowTraffic", "INVALID_LAMBDA_FUNCTION"],
    ["ECS", ecs, "Install", "ECS_UPDATE_ERROR"],
  ])("on %s can happen at any moment", async (_platform, plan, event, code) => {
    const autoRollback = { enabled: true, events: ["DEPLOYMENT_FAILURE"] } as const;
    const id = stage.codedeploy.deploy({ ...plan, autoRollback });
    stage.untilIn(id, event);
    const diagnostics = { errorCode: "UnknownError", message: "The image can't be pulled." } as const;
    stage.codedeploy.fail(id, { diagnostics });
    const error = { code, message: "The image can't be pulled." };
    expect(await stage.read(id)).toMatchObject({ status: "Failed", errorInformation: error });
    const rollback = await rollbackOf(id);
    stage.until(rollback, "Succeeded");
    expect((await stage.read(rollback)).creator).toBe("codeDeployRollback");
  });
});

it.each([
  ["rolls back where the group says so", true],
  ["rolls nothing back otherwise", false],
])("an alarm stops the deployment, and %s", async (_what, enabled) => {
  const autoRollback = { enabled, events: ["DEPLOYMENT_STOP_ON_ALARM"] } as const;
  const id = stage.codedeploy.deploy({ ...ecs, autoRollback, alarms: ["checkout-5xx"] });
  stage.untilIn(id, "AllowTraffic");
  stage.codedeploy.alarm(id, "checkout-5xx");
  expect(await stage.read(id)).toMatchObject({
    status: "Stopped",
    errorInformation: { code: "ALARM_ACTIVE", message: expect.stringContaining("checkout-5xx") },
  });
  expect((await rollbackOf(id)) !== "").toBe(enabled);
});

it("lets somebody at the console continue and stop", async () => {
  const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;
  const id = stage.codedeploy.deploy({ ...blueGreen, readyWait, terminationWaitMinutes: 60 });
  expect(() => stage.codedeploy.console.continue(id)).toThrow("in no wait");
  stage.until(id, "Ready");
  stage.codedeploy.console.continue(id);
  stage.untilTerminationWait(id);
  stage.codedeploy.console.stop(id, { rollBack: true });
  stage.until(id, "Stopped");
  expect(await rollbackOf(id)).toMatch(/^d-/);
  expect(stage.aws.calls.writes()).toEqual([]);
});
