import { afterEach, beforeEach, expect, it } from "vitest";
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

it("goes from Created over Queued and InProgress to Succeeded, and dates each of them", async () => {
  const id = stage.codedeploy.deploy({ ...lambda, stepMs: { Created: 3000, Queued: 2000 } });
  const created = await stage.read(id);
  expect(created).toMatchObject({ status: "Created", creator: "user", computePlatform: "Lambda" });
  expect(created).not.toHaveProperty("startTime");
  stage.clock.advance(3000);
  expect(await stage.read(id)).toMatchObject({ status: "Queued" });
  stage.clock.advance(2000);
  const started = await stage.read(id);
  expect(started.status).toBe("InProgress");
  expect(Number(started.startTime) - Number(started.createTime)).toBe(5000);
  stage.until(id, "Succeeded");
  expect(Number((await stage.read(id)).completeTime)).toBe(stage.clock.now());
});

it("updates one instance after the other where the configuration says so", async () => {
  const config = "CodeDeployDefault.OneAtATime";
  const id = stage.codedeploy.deploy({ ...inPlace, config, targets: 3 });
  stage.untilIn(id, "ValidateService");
  expect(await stage.lifecycle(id)).toEqual({
    ApplicationStop: "Succeeded",
    DownloadBundle: "Succeeded",
    BeforeInstall: "Succeeded",
    Install: "Succeeded",
    AfterInstall: "Succeeded",
    ApplicationStart: "Succeeded",
    ValidateService: "InProgress",
  });
  expect((await stage.read(id)).deploymentOverview).toEqual({
    Pending: 2,
    InProgress: 1,
    Succeeded: 0,
    Failed: 0,
    Skipped: 0,
    Ready: 0,
  });
  stage.clock.advance(5000);
  expect((await stage.read(id)).deploymentOverview).toMatchObject({
    Succeeded: 1,
    InProgress: 1,
    Pending: 1,
  });
  stage.until(id, "Succeeded");
  expect((await stage.read(id)).deploymentOverview).toMatchObject({ Succeeded: 3 });
});

it("takes half of the instances at a time, and out of the load balancer where there is one", async () => {
  const config = "CodeDeployDefault.HalfAtATime";
  const id = stage.codedeploy.deploy({ ...inPlace, config, trafficControl: true });
  stage.untilIn(id, "AfterBlockTraffic");
  expect((await stage.read(id)).deploymentOverview).toMatchObject({ InProgress: 2, Pending: 2 });
  expect(Object.keys(await stage.lifecycle(id)).at(0)).toBe("BeforeBlockTraffic");
  expect(Object.keys(await stage.lifecycle(id)).at(-1)).toBe("AfterAllowTraffic");
  expect((await stage.read(id)).deploymentStyle).toEqual({
    deploymentType: "IN_PLACE",
    deploymentOption: "WITH_TRAFFIC_CONTROL",
  });
});

it("labels the two fleets of blue/green servers, and lets the old one leave the load balancer last", async () => {
  const id = stage.codedeploy.deploy({ ...blueGreen, terminationWaitMinutes: 60 });
  stage.untilIn(id, "BlockTraffic");
  const labels = [0, 1, 2, 3].map(async (index) => {
    const { instanceTarget } = await stage.target(id, index);
    return [instanceTarget?.instanceLabel, instanceTarget?.status];
  });
  expect(await Promise.all(labels)).toEqual([
    ["Green", "Succeeded"],
    ["Green", "Succeeded"],
    ["Blue", "InProgress"],
    ["Blue", "InProgress"],
  ]);
  expect(Object.keys(await stage.lifecycle(id, 2))).toEqual([
    "BeforeBlockTraffic",
    "BlockTraffic",
    "AfterBlockTraffic",
  ]);
});

it("deploys the next time to the fleet that serves", async () => {
  const first = stage.codedeploy.deploy(blueGreen);
  stage.until(first, "Succeeded");
  const green = stage.codedeploy
    .targets(first)
    .slice(0, 2)
    .map((one) => partOf(one)?.targetId);
  const second = stage.codedeploy.deploy(blueGreen);
  const blue = stage.codedeploy
    .targets(second)
    .slice(2)
    .map((one) => partOf(one)?.targetId);
  expect(blue).toEqual(green);
});

it("moves a canary's traffic in two steps, which the Lambda target shows", async () => {
  const id = stage.codedeploy.deploy(lambda);
  const info = async () => (await stage.target(id)).lambdaTarget?.lambdaFunctionInfo;
  stage.untilIn(id, "BeforeAllowTraffic");
  expect(await info()).toEqual({
    functionName: "invoices",
    functionAlias: "live",
    currentVersion: "17",
    targetVersion: "18",
    targetVersionWeight: 0,
  });
  stage.untilIn(id, "AllowTraffic");
  expect(await info()).toMatchObject({ targetVersionWeight: 10 });
  stage.clock.advance(5 * minute - 1);
  expect(await info()).toMatchObject({ targetVersionWeight: 10 });
  stage.clock.advance(1);
  expect(await info()).toMatchObject({ targetVersionWeight: 100 });
  expect(await stage.lifecycle(id)).toMatchObject({
    AllowTraffic: "InProgress",
    AfterAllowTraffic: "Pending",
  });
});

it("moves an ECS service's traffic in equal steps between its two task sets", async () => {
  const id = stage.codedeploy.deploy({ ...ecs, terminationWaitMinutes: 60 });
  const sets = async () =>
    (await stage.target(id)).ecsTarget?.taskSetsInfo?.map((one) => [
      one.taskSetLabel,
      one.status,
      one.runningCount,
      one.pendingCount,
      one.trafficWeight,
    ]);
  stage.untilIn(id, "BeforeInstall");
  expect(await sets()).toEqual([["Blue", "PRIMARY", 6, 0, 100]]);
  stage.untilIn(id, "Install");
  expect(await sets()).toEqual([
    ["Blue", "PRIMARY", 6, 0, 100],
    ["Green", "ACTIVE", 0, 6, 0],
  ]);
  stage.untilIn(id, "AllowTraffic");
  stage.clock.advance(2 * minute);
  expect(await sets()).toEqual([
    ["Blue", "PRIMARY", 6, 0, 70],
    ["Green", "ACTIVE", 6, 0, 30],
  ]);
  stage.untilTerminationWait(id);
  expect(await sets()).toEqual([
    ["Blue", "ACTIVE", 6, 0, 0],
    ["Green", "PRIMARY", 6, 0, 100],
  ]);
  stage.until(id, "Succeeded");
  expect(await sets()).toEqual([["Green", "PRIMARY", 6, 0, 100]]);
});

it("reads the pace from the name of any configuration", async () => {
  const id = stage.codedeploy.deploy({ ...lambda, config: "OurLinear40PercentEvery2Minutes" });
  stage.untilIn(id, "AllowTraffic");
  const weights: (number | undefined)[] = [];
  for (let step = 0; step < 3; step += 1) {
    weights.push((await stage.target(id)).lambdaTarget?.lambdaFunctionInfo?.targetVersionWeight);
    stage.clock.advance(2 * minute);
  }
  expect(weights).toEqual([40, 80, 100]);
});

it("shows the status Baking while it watches the alarms after the shift", async () => {
  const id = stage.codedeploy.deploy({ ...ecs, bakeMinutes: 10 });
  stage.until(id, "Baking");
  stage.clock.advance(10 * minute - 1);
  expect((await stage.read(id)).status).toBe("Baking");
  stage.clock.advance(1);
  expect((await stage.read(id)).status).toBe("Succeeded");
});

it("has no targets to show before it has started", async () => {
  const id = stage.codedeploy.deploy(lambda);
  expect(await failureOf(stage.target(id))).toMatchObject({ name: "DeploymentNotStartedException" });
  stage.until(id, "InProgress");
  expect((await stage.target(id)).deploymentTargetType).toBe("LambdaTarget");
});

it("finishes at will, with everything succeeded", async () => {
  const id = stage.codedeploy.deploy({ ...ecs, readyWait: { minutes: 60, action: "STOP_DEPLOYMENT" } });
  stage.until(id, "Ready");
  stage.codedeploy.finish(id);
  expect(await stage.read(id)).toMatchObject({ status: "Succeeded", deploymentOverview: { Succeeded: 1 } });
  expect(Object.values(await stage.lifecycle(id))).not.toContain("Pending");
});

it("refuses plans that CodeDeploy would refuse", () => {
  const deploy = stage.codedeploy.deploy;
  const hooks = [{ event: "AfterInstall", name: "check" }];
  expect(() => deploy({ ...lambda, hooks })).toThrow("Lambda runs no Lambda hook at AfterInstall");
  expect(() => deploy({ ...inPlace, hooks })).toThrow("Server runs no Lambda hook");
  expect(() => deploy({ ...lambda, terminationWaitMinutes: 5 })).toThrow("wait");
  deploy(lambda);
  expect(() => deploy(lambda)).toThrow("is busy with d-");
});
