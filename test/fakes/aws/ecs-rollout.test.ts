import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  StopServiceDeploymentCommand,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { failureOf, type Stage, setStage } from "./stage.ts";

const minuteMs = 60_000;
let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.close());

async function described(arn: string) {
  const answer = await stage.client.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  const found = answer.serviceDeployments?.[0];
  if (found === undefined) throw new Error("not described");
  return found;
}

const proceed = (
  serviceDeploymentArn: string,
  hookId: string | undefined,
  action?: "CONTINUE" | "ROLLBACK",
) =>
  stage.client.send(
    new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, ...(action ? { action } : {}) }),
  );

const untilHook = (arn: string) => {
  for (let minutes = 0; minutes < 60 && stage.ecs.openHooks(arn).length === 0; minutes += 1)
    stage.clock.advance(minuteMs);
  return stage.ecs.openHooks(arn);
};

it("rolls a blue/green deployment out, with tasks and traffic of both revisions", async () => {
  const arn = stage.deploy({ bakeTimeInMinutes: 5 });
  expect(await described(arn)).toMatchObject({
    status: "IN_PROGRESS",
    lifecycleStage: "SCALE_UP",
    targetServiceRevision: {
      requestedTaskCount: 4,
      runningTaskCount: 0,
      pendingTaskCount: 4,
      requestedProductionTrafficWeight: 0,
    },
    sourceServiceRevisions: [{ runningTaskCount: 4, requestedProductionTrafficWeight: 100 }],
  });
  stage.clock.advance(30_000);
  expect(await described(arn)).toMatchObject({
    targetServiceRevision: { runningTaskCount: 2, pendingTaskCount: 2 },
  });
  stage.clock.advance(70_000);
  expect(await described(arn)).toMatchObject({
    lifecycleStage: "PRODUCTION_TRAFFIC_SHIFT",
    targetServiceRevision: { requestedProductionTrafficWeight: 100, requestedTestTrafficWeight: 100 },
    sourceServiceRevisions: [{ requestedProductionTrafficWeight: 0 }],
  });
  stage.clock.advance(minuteMs);
  expect(await described(arn)).toMatchObject({ lifecycleStage: "BAKE_TIME" });
  stage.clock.advance(10 * minuteMs);
  const end = await described(arn);
  expect(end).toMatchObject({ status: "SUCCESSFUL", targetServiceRevision: { runningTaskCount: 4 } });
  expect(end.finishedAt).toBeInstanceOf(Date);
  const { services } = await stage.client.send(
    new DescribeServicesCommand({ cluster: "main", services: ["checkout-api"], include: ["TAGS"] }),
  );
  expect(services?.[0]).toMatchObject({
    taskDefinition: stage.next,
    currentServiceDeployment: arn,
    tags: [{ key: "holdpoint:requester", value: "U017" }],
    deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED" }],
  });
});

it("replaces old tasks one by one in a rolling update and names no traffic", async () => {
  const arn = stage.deploy({ strategy: "ROLLING" });
  stage.clock.advance(30_000);
  const now = await described(arn);
  expect(now).toMatchObject({
    targetServiceRevision: { runningTaskCount: 2 },
    sourceServiceRevisions: [{ runningTaskCount: 2 }],
  });
  expect(now.targetServiceRevision).not.toHaveProperty("requestedProductionTrafficWeight");
});

it("holds at a pause until it is continued, and refuses a second answer to the same hook", async () => {
  const arn = stage.deploy({ pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT", timeoutInMinutes: 60 }] });
  const [hookId] = untilHook(arn);
  stage.clock.advance(30 * minuteMs);
  const held = await described(arn);
  expect(held).toMatchObject({
    lifecycleStage: "POST_TEST_TRAFFIC_SHIFT",
    lifecycleHookDetails: [
      { hookId, targetType: "PAUSE", status: "AWAITING_ACTION", timeoutAction: "ROLLBACK" },
    ],
  });
  expect(hookId).toMatch(/^ecs-pause-[\w-]{43}$/);
  // An omitted action means CONTINUE.
  await proceed(arn, hookId);
  expect(await described(arn)).toMatchObject({ lifecycleHookDetails: [{ hookId, status: "SUCCEEDED" }] });
  for (const action of ["CONTINUE", "ROLLBACK"] as const) {
    expect(await failureOf(proceed(arn, hookId, action))).toMatchObject({
      name: "InvalidParameterException",
      $fault: "client",
    });
  }
  stage.ecs.refuseResolvedHooksWith("ClientException");
  expect(await failureOf(proceed(arn, "ecs-pause-unknown"))).toMatchObject({ name: "ClientException" });
  stage.clock.advance(10 * minuteMs);
  expect(await described(arn)).toMatchObject({ status: "SUCCESSFUL" });
});

it("needs an answer to each of the parallel hooks of a stage", async () => {
  const arn = stage.deploy({ pauses: [{ stage: "PRE_SCALE_UP" }, { stage: "PRE_SCALE_UP" }] });
  const [one, two] = untilHook(arn);
  await proceed(arn, one, "CONTINUE");
  stage.clock.advance(minuteMs);
  expect(await described(arn)).toMatchObject({ lifecycleStage: "PRE_SCALE_UP" });
  await proceed(arn, two, "CONTINUE");
  expect(await described(arn)).toMatchObject({ lifecycleStage: "SCALE_UP" });
});

it("rolls everything back when one of two parallel hooks is answered so", async () => {
  const arn = stage.deploy({ pauses: [{ stage: "PRE_SCALE_UP" }, { stage: "PRE_SCALE_UP" }] });
  const [one, two] = untilHook(arn);
  await proceed(arn, one, "ROLLBACK");
  expect(await described(arn)).toMatchObject({ status: "ROLLBACK_REQUESTED" });
  expect(await failureOf(proceed(arn, two, "CONTINUE"))).toMatchObject({ name: "InvalidParameterException" });
  stage.clock.advance(10 * minuteMs);
  const end = await described(arn);
  expect(end).toMatchObject({
    status: "ROLLBACK_SUCCESSFUL",
    lifecycleHookDetails: [{ status: "FAILED" }, { hookId: two }],
  });
  expect(end.rollback?.serviceRevisionArn).toBe(end.sourceServiceRevisions?.[0]?.arn);
});

it.each([
  ["linear", { linear: { stepPercent: 20, stepBakeTimeInMinutes: 1 } }, [20, 40, 60, 80, 100]],
  ["canary", { canary: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 } }, [10, 100]],
] as const)("pauses before every %s step with a new hook id", async (_, shifting, weights) => {
  const arn = stage.deploy({ ...shifting, pauses: [{ stage: "PRE_PRODUCTION_TRAFFIC_SHIFT" }] });
  const seen: string[] = [];
  for (const weight of weights) {
    const [hookId] = untilHook(arn);
    expect(await described(arn)).toMatchObject({ lifecycleStage: "PRE_PRODUCTION_TRAFFIC_SHIFT" });
    seen.push(String(hookId));
    await proceed(arn, hookId);
    expect(await described(arn)).toMatchObject({
      targetServiceRevision: { requestedProductionTrafficWeight: weight },
    });
  }
  expect(new Set(seen).size).toBe(weights.length);
  stage.ecs.showHooks("open");
  expect(await described(arn)).toMatchObject({ lifecycleHookDetails: [] });
});

it.each([
  ["ROLLBACK", "ROLLBACK_SUCCESSFUL"],
  ["CONTINUE", "SUCCESSFUL"],
] as const)("takes the time-out action %s when nobody answers", async (timeoutAction, status) => {
  const arn = stage.deploy({ pauses: [{ stage: "POST_SCALE_UP", timeoutInMinutes: 10, timeoutAction }] });
  untilHook(arn);
  stage.clock.advance(9 * minuteMs);
  expect(await described(arn)).toMatchObject({ lifecycleHookDetails: [{ status: "AWAITING_ACTION" }] });
  stage.clock.advance(20 * minuteMs);
  expect(await described(arn)).toMatchObject({ status, lifecycleHookDetails: [{ status: "TIMED_OUT" }] });
});

it("stops a running deployment by rollback, and refuses to stop one that has ended", async () => {
  const arn = stage.deploy();
  const stop = () =>
    stage.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: "ROLLBACK" }));
  await stop();
  await stop();
  stage.clock.advance(3000);
  expect(await described(arn)).toMatchObject({ status: "ROLLBACK_IN_PROGRESS" });
  stage.clock.advance(10 * minuteMs);
  expect(await described(arn)).toMatchObject({
    status: "ROLLBACK_SUCCESSFUL",
    targetServiceRevision: { runningTaskCount: 0 },
  });
  expect(await failureOf(stop())).toMatchObject({ name: "ConflictException", resourceIds: [arn] });
});

it("lets the circuit breaker roll back by itself and says why", async () => {
  const reason = "ECS deployment circuit breaker: tasks failed to start.";
  const arn = stage.deploy({
    circuitBreaker: { threshold: 3 },
    failure: { stage: "SCALE_UP", reason, by: { circuitBreaker: true } },
  });
  stage.clock.advance(61_000);
  expect(await described(arn)).toMatchObject({
    status: "ROLLBACK_IN_PROGRESS",
    rollback: { reason },
    deploymentCircuitBreaker: { status: "TRIGGERED", failureCount: 3, threshold: 3 },
  });
  stage.clock.advance(10 * minuteMs);
  expect(await described(arn)).toMatchObject({ status: "ROLLBACK_SUCCESSFUL" });
});

it("rolls back on an alarm during the bake time, and fails where the plan says that the rollback fails", async () => {
  const arn = stage.deploy({
    bakeTimeInMinutes: 60,
    alarms: { names: ["p99", "5xx"] },
    rollbackFailure: "No capacity.",
  });
  stage.clock.advance(10 * minuteMs);
  stage.ecs.alarm(arn, "5xx");
  expect(await described(arn)).toMatchObject({
    alarms: { status: "TRIGGERED", triggeredAlarmNames: ["5xx"] },
  });
  stage.clock.advance(10 * minuteMs);
  expect(await described(arn)).toMatchObject({ status: "ROLLBACK_FAILED", statusReason: "No capacity." });
});

it("has nothing to roll back to on the very first deployment", async () => {
  const place = { account: "111122223333", region: "eu-west-1" };
  const serviceArn = stage.ecs.createService(place, { cluster: "main", name: "newborn" });
  const arn = stage.ecs.deploy(serviceArn, {
    taskDefinition: stage.next,
    pauses: [{ stage: "POST_SCALE_UP" }],
  });
  untilHook(arn);
  expect(await described(arn)).toMatchObject({ sourceServiceRevisions: [] });
  stage.ecs.console.rollBack(arn);
  stage.clock.advance(minuteMs);
  expect(await described(arn)).toMatchObject({ status: "ROLLBACK_FAILED" });
});

it("stops the older deployment before a newer one begins", async () => {
  const older = stage.deploy({ pauses: [{ stage: "POST_SCALE_UP" }] });
  untilHook(older);
  const newer = stage.deploy();
  expect([(await described(older)).status, (await described(newer)).status]).toEqual([
    "STOP_REQUESTED",
    "PENDING",
  ]);
  stage.clock.advance(3000);
  expect([(await described(older)).status, (await described(newer)).status]).toEqual([
    "STOPPED",
    "IN_PROGRESS",
  ]);
  stage.clock.advance(2 * 1440 * minuteMs);
  expect(await described(older)).toMatchObject({ status: "STOPPED" });
});

it("lets somebody at the console answer a hook", async () => {
  const arn = stage.deploy({ pauses: [{ stage: "POST_SCALE_UP" }] });
  const [hookId = ""] = untilHook(arn);
  stage.ecs.console.continue(arn, hookId);
  expect(await described(arn)).toMatchObject({ lifecycleHookDetails: [{ status: "SUCCEEDED" }] });
  expect(stage.aws.calls.writes()).toEqual([]);
});
