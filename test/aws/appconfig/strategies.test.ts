import { afterEach, beforeEach, expect, it } from "vitest";
import type { Reading, StrategyRef } from "../../../src/handlers/strategy/strategy.ts";
import { briefly, place } from "../stage.ts";
import { type AppConfigStage, hour, setAppConfigStage } from "./stage.ts";

let stage: AppConfigStage;
let ref: StrategyRef;
beforeEach(async () => {
  stage = await setAppConfigStage();
  ref = { ...place, id: stage.strategyId };
});
afterEach(() => stage.close());

const always = Number.POSITIVE_INFINITY;
const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 403 } as const;
const predefined = { ...place, id: "AppConfig.AllAtOnce" };

function readIn<T>(reading: Reading<T>): T {
  if (reading.kind !== "read") throw new Error(`read ${JSON.stringify(reading)}`);
  return reading.value;
}

it("reads a strategy with its pace", async () => {
  expect(await stage.system.strategies.read(ref)).toEqual({
    kind: "read",
    value: {
      ref,
      name: "linear-20-30min",
      pace: {
        durationMinutes: 30,
        growthFactor: 20,
        growthType: "linear",
        finalBakeMinutes: 10,
        description: "",
      },
      predefined: false,
    },
  });
  expect(readIn(await stage.system.strategies.read(predefined)).predefined).toBe(true);
  const exponential = stage.appconfig.createStrategy(place, {
    Name: "doubling",
    DeploymentDurationInMinutes: 60,
    GrowthFactor: 2,
    GrowthType: "EXPONENTIAL",
  });
  const doubling = await stage.system.strategies.read({ ...place, id: exponential });
  expect(readIn(doubling).pace.growthType).toBe("exponential");
});

it("lists the strategies of all pages, AWS's own among them", async () => {
  for (let count = 0; count < 60; count += 1) {
    stage.appconfig.createStrategy(place, {
      Name: `strategy-${count}`,
      DeploymentDurationInMinutes: 1,
      GrowthFactor: 50,
    });
  }
  const strategies = readIn(await stage.system.strategies.list(place.account, place.region));
  const names = strategies.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["strategy-0", "strategy-59", "linear-20-30min"]));
  const own = strategies.filter((strategy) => strategy.predefined).map(({ ref: { id } }) => id);
  expect(own).toContain("AppConfig.AllAtOnce");
});

it("tells a missing strategy from one that could not be read", async () => {
  expect(await stage.system.strategies.read({ ...place, id: "abcd123" })).toEqual({ kind: "missing" });
  stage.aws.faults.next({ operation: "GetDeploymentStrategy" }, denied);
  expect(await stage.system.strategies.read(ref)).toMatchObject({
    kind: "unreadable",
    why: "access denied (appconfig:GetDeploymentStrategy)",
  });
  expect((await stage.system.strategies.read({ ...ref, region: "us-west-2" })).kind).toBe("unreadable");
});

it.each([
  [{ durationMinutes: 0 }, { DeploymentDurationInMinutes: 0 }],
  [{ growthFactor: 12.5 }, { GrowthFactor: 12.5 }],
  [{ growthType: "exponential" }, { GrowthType: "EXPONENTIAL" }],
  [{ finalBakeMinutes: 20 }, { FinalBakeTimeInMinutes: 20 }],
  [{ description: "" }, { Description: "" }],
] as const)("sends only what changes: %j", async (change, sent) => {
  const before = readIn(await stage.system.strategies.read(ref));
  expect(await stage.system.strategies.update(ref, change)).toEqual({
    kind: "accepted",
    note: "UpdateDeploymentStrategy",
  });
  expect(stage.aws.calls.writes().map(({ operation, input }) => [operation, input])).toEqual([
    ["UpdateDeploymentStrategy", { DeploymentStrategyId: ref.id, ...sent }],
  ]);
  const after = readIn(await stage.system.strategies.read(ref));
  expect(after.pace).toEqual({ ...before.pace, ...change });
});

it("sends nothing for AWS's own strategies, for no change, and where nothing is configured", async () => {
  const { strategies } = stage.system;
  const answers = [
    await strategies.update(predefined, { durationMinutes: 5 }),
    await strategies.update(ref, {}),
    await strategies.update({ ...ref, region: "us-west-2" }, { durationMinutes: 5 }),
  ];
  expect(answers.map((answer) => answer.kind === "not-done" && answer.why.cause)).toEqual([
    "invalid",
    "invalid",
    "not-sent",
  ]);
  expect(stage.aws.calls.writes()).toEqual([]);
});

it.each([
  ["BadRequestException", 400, { kind: "refused" }],
  ["ResourceNotFoundException", 404, { kind: "refused" }],
  ["InternalServerException", 500, { kind: "unclear" }],
  ["AccessDeniedException", 403, { kind: "not-done", why: { cause: "denied" } }],
  ["ThrottlingException", 429, { kind: "not-done", why: { cause: "throttled" } }],
])("updates with one request when AWS answers %s", async (name, status, expected) => {
  const target = { operation: "UpdateDeploymentStrategy" };
  stage.aws.faults.next(target, { kind: "error", when: "before", name, status }, always);
  expect(await stage.system.strategies.update(ref, { durationMinutes: 5 })).toMatchObject(expected);
  expect(stage.aws.calls.writes()).toHaveLength(1);
});

it("passes on what AWS says about a value that it does not take", async () => {
  const answer = await stage.system.strategies.update(ref, { durationMinutes: 1441 });
  expect(answer.kind).toBe("refused");
});

it("names the environments whose latest deployment used a strategy", async () => {
  const other = stage.appconfig.createStrategy(place, {
    Name: "fast",
    DeploymentDurationInMinutes: 1,
    GrowthFactor: 100,
  });
  stage.deployAll({ application: "search", environment: "live" });
  stage.deployAll({ application: "prices", environment: "live" });
  stage.deployAll({ application: "prices", environment: "live", strategy: other });
  stage.appconfig.createEnvironment(place, { application: "empty", name: "live" });
  const running = stage.deploy();
  const startedAt = stage.appconfig.deployment(running).StartedAt?.getTime();
  const { uses, complete } = readIn(await stage.system.strategies.uses(ref));
  expect(complete).toBe(true);
  expect(uses).toEqual([
    { application: "checkout", environment: "live", deploymentNumber: 2, startedAt, running: true },
    {
      application: "search",
      environment: "live",
      deploymentNumber: 1,
      startedAt: (startedAt ?? 0) - 3 * hour,
      running: false,
    },
  ]);
});

it("says when not all environments could be asked", async () => {
  stage.deployAll({ application: "search", environment: "live" });
  stage.aws.faults.next({ operation: "GetDeployment" }, denied);
  const { uses, complete } = readIn(await stage.system.strategies.uses(ref));
  expect(complete).toBe(false);
  expect(uses).toHaveLength(1);
  stage.aws.faults.next({ operation: "ListApplications" }, denied);
  expect(await stage.system.strategies.uses(ref)).toMatchObject({
    kind: "unreadable",
    why: "access denied (appconfig:ListApplications)",
  });
});

it("answers in time with what it has when AWS does not", async () => {
  stage.deployAll({ application: "search", environment: "live" });
  stage.aws.faults.next({ operation: "GetDeployment" }, { kind: "hang", when: "before" }, always);
  const began = performance.now();
  const { complete } = readIn(await stage.system.strategies.uses(ref));
  expect(complete).toBe(false);
  expect(performance.now() - began).toBeLessThan(briefly.callTimeoutMs + 1_500);
});
