import type { DeploymentWaitType } from "@aws-sdk/client-codedeploy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  blueGreen,
  type CodeDeployStage,
  ecs,
  inPlace,
  lambda,
  minute,
  setCodeDeployStage,
} from "./codedeploy-stage.ts";
import { failureOf } from "./stage.ts";

let stage: CodeDeployStage;
beforeEach(async () => {
  stage = await setCodeDeployStage();
});
afterEach(() => stage.close());

const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;

describe("the wait before the traffic moves", () => {
  it.each([
    ["servers", blueGreen, "Ready"],
    ["an ECS service", ecs, "InProgress"],
  ])("holds %s until somebody continues", async (_platform, plan, targetStatus) => {
    const id = stage.codedeploy.deploy({ ...plan, readyWait });
    stage.until(id, "Ready");
    expect(await stage.lifecycle(id)).toMatchObject({ AfterInstall: "Succeeded", AllowTraffic: "Pending" });
    const target = await stage.target(id);
    expect((target.instanceTarget ?? target.ecsTarget)?.status).toBe(targetStatus);
    expect((await stage.read(id)).blueGreenDeploymentConfiguration?.deploymentReadyOption).toEqual({
      actionOnTimeout: "STOP_DEPLOYMENT",
      waitTimeInMinutes: 60,
    });
    await stage.proceed(id, "READY_WAIT");
    expect(await stage.read(id)).toMatchObject({ status: "InProgress" });
    stage.until(id, "Succeeded");
  });

  it("takes READY_WAIT for granted", async () => {
    const id = stage.codedeploy.deploy({ ...ecs, readyWait });
    stage.until(id, "Ready");
    await stage.proceed(id);
    expect(await stage.read(id)).toMatchObject({ status: "InProgress" });
  });

  it("ends in Stopped when nobody continues, and rolls nothing back", async () => {
    const id = stage.codedeploy.deploy({ ...blueGreen, readyWait });
    stage.until(id, "Ready");
    stage.clock.advance(60 * minute - 1);
    expect((await stage.read(id)).status).toBe("Ready");
    stage.clock.advance(1);
    const stopped = await stage.read(id);
    expect(stopped).toMatchObject({ status: "Stopped", errorInformation: { code: "TIMEOUT" } });
    expect(stopped).not.toHaveProperty("rollbackInfo");
  });

  it("continues on its own where the group says so", async () => {
    const id = stage.codedeploy.deploy({ ...ecs, readyWait: { minutes: 60, action: "CONTINUE_DEPLOYMENT" } });
    stage.until(id, "Ready");
    stage.clock.advance(60 * minute);
    expect(await stage.read(id)).toMatchObject({ status: "InProgress" });
    expect(await stage.lifecycle(id)).toMatchObject({ BeforeAllowTraffic: "InProgress" });
  });

  it("is not there where nobody asked for it", async () => {
    const id = stage.codedeploy.deploy(blueGreen);
    stage.until(id, "Succeeded");
    expect(stage.codedeploy.events.emitted().map((event) => event.detail.state)).not.toContain("READY");
  });
});

describe("the wait before the old fleet goes", () => {
  it.each([
    ["servers", blueGreen],
    ["an ECS service", ecs],
  ])("shows on %s, and ends by itself", async (_platform, plan) => {
    const id = stage.codedeploy.deploy({ ...plan, terminationWaitMinutes: 30 });
    stage.untilIn(id, "AfterAllowTraffic");
    expect((await stage.read(id)).instanceTerminationWaitTimeStarted).toBe(false);
    stage.untilTerminationWait(id);
    expect(await stage.read(id)).toMatchObject({
      status: "InProgress",
      deploymentOverview: { InProgress: 0, Pending: 0 },
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 30 },
      },
    });
    stage.clock.advance(30 * minute - 1);
    expect((await stage.read(id)).status).toBe("InProgress");
    stage.clock.advance(1);
    expect(await stage.read(id)).toMatchObject({
      status: "Succeeded",
      instanceTerminationWaitTimeStarted: true,
    });
  });

  it("ends when somebody asks for it", async () => {
    const id = stage.codedeploy.deploy({ ...blueGreen, terminationWaitMinutes: 30 });
    stage.untilTerminationWait(id);
    await stage.proceed(id, "TERMINATION_WAIT");
    expect((await stage.read(id)).status).toBe("Succeeded");
    expect(stage.aws.calls.writes()).toMatchObject([
      {
        operation: "ContinueDeployment",
        input: { deploymentId: id, deploymentWaitType: "TERMINATION_WAIT" },
      },
    ]);
  });

  it("never begins where the old fleet is kept", async () => {
    const id = stage.codedeploy.deploy({ ...blueGreen, keepOld: true });
    stage.until(id, "Succeeded");
    const { instanceTerminationWaitTimeStarted, blueGreenDeploymentConfiguration } = await stage.read(id);
    expect(instanceTerminationWaitTimeStarted).toBe(false);
    expect(blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess).toEqual({
      action: "KEEP_ALIVE",
    });
  });

  it("can hide on ECS, as was reported: only the target's Succeeded gives it away", async () => {
    const id = stage.codedeploy.deploy({ ...ecs, terminationWaitMinutes: 30 });
    stage.untilTerminationWait(id);
    stage.codedeploy.showTerminationWait("not-for-ecs");
    expect(await stage.read(id)).toMatchObject({
      status: "InProgress",
      instanceTerminationWaitTimeStarted: false,
    });
    expect((await stage.target(id)).ecsTarget?.status).toBe("Succeeded");
    await stage.proceed(id, "TERMINATION_WAIT");
    expect((await stage.read(id)).status).toBe("Succeeded");
  });
});

describe("ContinueDeployment refuses", () => {
  it.each([
    ["no id", "", "DeploymentIdRequiredException"],
    ["a malformed id", "deployment-1", "InvalidDeploymentIdException"],
    ["an id that nobody knows", "d-NOBODY123", "DeploymentDoesNotExistException"],
  ])("%s", async (_what, id, name) => {
    expect(await failureOf(stage.proceed(id, "READY_WAIT"))).toMatchObject({ name });
  });

  it("a deployment that is not in that wait, before, between and after", async () => {
    const id = stage.codedeploy.deploy({ ...blueGreen, readyWait, terminationWaitMinutes: 30 });
    const name = "DeploymentIsNotInReadyStateException";
    expect(await failureOf(stage.proceed(id, "READY_WAIT"))).toMatchObject({ name });
    stage.until(id, "Ready");
    expect(await failureOf(stage.proceed(id, "TERMINATION_WAIT"))).toMatchObject({ name });
    await stage.proceed(id, "READY_WAIT");
    expect(await failureOf(stage.proceed(id, "READY_WAIT"))).toMatchObject({ name });
    stage.untilTerminationWait(id);
    expect(await failureOf(stage.proceed(id, "READY_WAIT"))).toMatchObject({ name });
  });

  it("a deployment that has ended", async () => {
    const id = stage.codedeploy.deploy({ ...blueGreen, terminationWaitMinutes: 30 });
    stage.until(id, "Succeeded");
    const name = "DeploymentAlreadyCompletedException";
    expect(await failureOf(stage.proceed(id, "TERMINATION_WAIT"))).toMatchObject({ name });
  });

  it("a wait that CodeDeploy does not know", async () => {
    const id = stage.codedeploy.deploy({ ...ecs, readyWait });
    stage.until(id, "Ready");
    const input: { deploymentId: string; deploymentWaitType?: DeploymentWaitType } = { deploymentId: id };
    Object.assign(input, { deploymentWaitType: "COFFEE_WAIT" });
    expect(await failureOf(stage.proceed(id, input.deploymentWaitType))).toMatchObject({
      name: "InvalidDeploymentWaitTypeException",
    });
    expect((await stage.read(id)).status).toBe("Ready");
  });

  it.each([
    ["servers in place", inPlace],
    ["Lambda", lambda],
  ])("%s, which wait for nobody", async (_platform, plan) => {
    const id = stage.codedeploy.deploy(plan);
    stage.until(id, "InProgress");
    const name = "UnsupportedActionForDeploymentTypeException";
    expect(await failureOf(stage.proceed(id, "READY_WAIT"))).toMatchObject({ name });
    expect(await failureOf(stage.proceed(id, "TERMINATION_WAIT"))).toMatchObject({ name });
  });

  it("another region's deployment", async () => {
    const id = stage.codedeploy.deploy({ ...ecs, region: "us-east-1", readyWait });
    stage.until(id, "Ready");
    expect(await failureOf(stage.proceed(id, "READY_WAIT"))).toMatchObject({
      name: "DeploymentDoesNotExistException",
    });
  });
});
