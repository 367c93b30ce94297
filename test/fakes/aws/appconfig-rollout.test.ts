import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stepsOf } from "../../../fakes/aws/appconfig/curve.ts";
import { type AppConfigStage, minutes, named, place, setAppConfigStage } from "./appconfig-stage.ts";

let stage: AppConfigStage;
beforeEach(async () => {
  stage = await setAppConfigStage();
});
afterEach(() => stage.close());

const linear = { GrowthType: "LINEAR", FinalBakeTimeInMinutes: 0 } as const;
const exponential = { GrowthType: "EXPONENTIAL", FinalBakeTimeInMinutes: 0 } as const;

describe("a rollout", () => {
  it.each([
    [
      "as AWS's own sample did",
      { ...linear, GrowthFactor: 25, DeploymentDurationInMinutes: 15 },
      "25@3 50@6 75@9 100@12",
    ],
    [
      "with a step that does not go into 100",
      { ...linear, GrowthFactor: 40, DeploymentDurationInMinutes: 8 },
      "40@2 80@4 100@6",
    ],
    ["at once", { ...linear, GrowthFactor: 100, DeploymentDurationInMinutes: 0 }, "100@0"],
    [
      "exponentially",
      { ...exponential, GrowthFactor: 10, DeploymentDurationInMinutes: 24 },
      "10@4 20@8 40@12 80@16 100@20",
    ],
    [
      "exponentially up to exactly 100",
      { ...exponential, GrowthFactor: 25, DeploymentDurationInMinutes: 4 },
      "25@1 50@2 100@3",
    ],
  ])("grows %s", (_, pace, curve) => {
    const steps = stepsOf(pace).map(({ percent, afterMs }) => `${percent}@${afterMs / 60_000}`);
    expect(steps.join(" ")).toBe(curve);
  });

  it("grows with every step, to exactly 100%, within its duration", () => {
    const pace = fc.record({
      GrowthType: fc.constantFrom("LINEAR" as const, "EXPONENTIAL" as const),
      GrowthFactor: fc.double({ min: 1, max: 100, noNaN: true }),
      DeploymentDurationInMinutes: fc.integer({ min: 0, max: 1440 }),
      FinalBakeTimeInMinutes: fc.constant(0),
    });
    fc.assert(
      fc.property(pace, (any) => {
        const steps = stepsOf(any);
        expect(steps[0]?.percent).toBe(any.GrowthFactor);
        expect(steps.at(-1)?.percent).toBe(100);
        expect(steps.at(-1)?.afterMs).toBeLessThanOrEqual(minutes(any.DeploymentDurationInMinutes));
        for (const [index, step] of steps.slice(1).entries()) {
          expect(step.percent).toBeGreaterThan(steps[index]?.percent ?? 0);
          expect(step.afterMs).toBeGreaterThanOrEqual(steps[index]?.afterMs ?? 0);
        }
      }),
    );
  });

  it("deploys, bakes and completes, and logs each with the newest first", async () => {
    const startedAt = stage.clock.now();
    const key = stage.start({ description: "Turn search on", versionLabel: "v7" });
    expect(await stage.get(key)).toMatchObject({
      ApplicationId: stage.applicationId,
      EnvironmentId: stage.environmentId,
      DeploymentStrategyId: stage.strategyId,
      DeploymentNumber: 1,
      ConfigurationName: "flags",
      ConfigurationLocationUri: "hosted",
      ConfigurationVersion: "7",
      VersionLabel: "v7",
      Description: "Turn search on",
      DeploymentDurationInMinutes: 15,
      GrowthType: "LINEAR",
      GrowthFactor: 25,
      FinalBakeTimeInMinutes: 10,
      State: "DEPLOYING",
      PercentageComplete: 0,
      StartedAt: new Date(startedAt),
    });
    stage.clock.advance(minutes(6));
    expect(await stage.get(key)).toMatchObject({ State: "DEPLOYING", PercentageComplete: 50 });
    stage.clock.advance(minutes(9));
    const baking = await stage.get(key);
    expect(baking).toMatchObject({ State: "BAKING", PercentageComplete: 100 });
    expect(baking.CompletedAt).toBeUndefined();
    stage.clock.advance(minutes(10));
    const done = await stage.get(key);
    expect(done).toMatchObject({ State: "COMPLETE", CompletedAt: new Date(startedAt + minutes(25)) });
    expect(done.EventLog?.map(({ EventType, TriggeredBy }) => `${EventType} ${TriggeredBy}`)).toEqual([
      "DEPLOYMENT_COMPLETED APPCONFIG",
      "BAKE_TIME_STARTED APPCONFIG",
      "PERCENTAGE_UPDATED APPCONFIG",
      "PERCENTAGE_UPDATED APPCONFIG",
      "PERCENTAGE_UPDATED APPCONFIG",
      "PERCENTAGE_UPDATED APPCONFIG",
      "DEPLOYMENT_STARTED USER",
    ]);
    expect(done.EventLog?.[3]).toMatchObject({
      Description: "Configuration available to 75.00% of clients",
      OccurredAt: new Date(startedAt + minutes(9)),
    });
  });

  it("validates first where validators take their time", async () => {
    const key = stage.start({ validationMs: minutes(1) });
    expect(await stage.get(key)).toMatchObject({ State: "VALIDATING", EventLog: [] });
    stage.clock.advance(minutes(1));
    expect(await stage.get(key)).toMatchObject({ State: "DEPLOYING" });
  });

  it.each([
    [
      "an alarm of the environment",
      () => stage.appconfig.alarm,
      "CLOUDWATCH_ALARM",
      "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors",
    ],
    ["an error of AppConfig", () => stage.appconfig.failInside, "INTERNAL_ERROR", "new deployment"],
  ])("is rolled back by %s, also while it bakes", async (_, trouble, triggeredBy, words) => {
    const key = stage.start();
    stage.clock.advance(minutes(16));
    trouble()(key, "errors");
    const back = await stage.get(key);
    expect(back).toMatchObject({ State: "ROLLING_BACK", PercentageComplete: 100 });
    expect(back.EventLog?.[0]).toMatchObject({
      EventType: "ROLLBACK_STARTED",
      TriggeredBy: triggeredBy,
      Description: expect.stringContaining(words),
    });
    stage.clock.advance(2_000);
    const ended = await stage.get(key);
    expect(ended).toMatchObject({ State: "ROLLED_BACK", PercentageComplete: 0 });
    expect(ended.EventLog?.[0]?.EventType).toBe("ROLLBACK_COMPLETED");
    stage.clock.advance(minutes(60));
    expect((await stage.get(key)).EventLog).toEqual(ended.EventLog);
  });

  it("is left alone by an alarm once it has ended", async () => {
    const key = stage.start();
    stage.clock.advance(minutes(25));
    stage.appconfig.alarm(key, "errors");
    expect(await stage.get(key)).toMatchObject({ State: "COMPLETE" });
  });

  it("can't be stopped by an alarm that nobody watches", () => {
    const key = stage.start();
    expect(() => stage.appconfig.alarm(key, "nobody-watches")).toThrow("does not know nobody-watches");
  });
});

describe("the events of the extension", () => {
  const told = () =>
    stage.appconfig.events
      .emitted()
      .map((event) => `${event["detail-type"]} ${JSON.stringify(event.detail.Type)}`.replaceAll('"', ""));

  it("tell of start and completion", () => {
    const { number } = stage.start();
    stage.clock.advance(minutes(25));
    expect(told()).toEqual([
      "On Deployment Start OnDeploymentStart",
      "On Deployment Complete OnDeploymentComplete",
    ]);
    expect(stage.appconfig.events.emitted()[1]?.detail).toMatchObject({
      Application: { Id: stage.applicationId, Name: named.application },
      DeploymentNumber: number,
      ConfigurationVersion: "7",
    });
  });

  it("have the form of the published sample", () => {
    stage.start();
    stage.clock.advance(minutes(25));
    const [, complete] = stage.appconfig.events.emitted();
    expect(formOf(complete)).toEqual(formOf(published("appconfig-on-deployment-complete")));
  });

  it("tell of a rollback in either spelling, once it is over", () => {
    stage.appconfig.console.stop(stage.start());
    stage.clock.advance(2_000);
    stage.appconfig.spellRollback("On Deployment Rollback");
    stage.appconfig.console.stop(stage.start());
    expect(told()).toHaveLength(3);
    stage.clock.advance(2_000);
    expect(told().filter((type) => type.includes("Roll"))).toEqual([
      "On Deployment Rolled Back OnDeploymentRolledBack",
      "On Deployment Rollback OnDeploymentRollback",
    ]);
  });

  it("come when the new state can be read already", async () => {
    const heard: unknown[] = [];
    const key = stage.start();
    stage.appconfig.events.onEvent(() => heard.push(stage.appconfig.deployment(key).State));
    stage.clock.advance(minutes(25));
    expect(heard).toEqual(["COMPLETE"]);
  });

  it("are named in the log of the deployment", async () => {
    const key = stage.start();
    const [event] = stage.appconfig.events.emitted();
    const { EventLog, AppliedExtensions } = await stage.get(key);
    expect(EventLog?.[0]?.ActionInvocations?.[0]?.InvocationId).toBe(event?.detail.InvocationId);
    const association = AppliedExtensions?.[0]?.ExtensionAssociationId;
    expect(event?.resources).toEqual([
      `arn:aws:appconfig:eu-west-1:111122223333:extensionassociation/${association}`,
    ]);
  });

  it("are not sent without the extension", async () => {
    const created = { application: named.application, name: "quiet", extension: false };
    stage.appconfig.createEnvironment(place, created);
    const key = stage.start({ environment: "quiet" });
    stage.clock.advance(minutes(25));
    expect(told()).toEqual([]);
    expect(await stage.get(key)).toMatchObject({ State: "COMPLETE", AppliedExtensions: [] });
  });
});

/** The names of all members, and the form of their values with what differs from deployment to deployment taken out. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, formOf(inner)]));
  if (typeof value !== "string") return typeof value;
  return value
    .replace(/^[\da-f-]{36}$/, "<uuid>")
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "<time>")
    .replace(/^[a-z0-9]{7}$|(?<=association\/)[a-z0-9]{7}$/, "<id>")
    .replace(/[a-z]{2}-[a-z]+-\d/, "<region>")
    .replace(/^(MyApp|MyEnv|MyConfigProfile|shop|prod|flags)$/, "<name>")
    .replace(/^\d$/, "<version>");
}

function published(name: string): unknown {
  const path = join(import.meta.dirname, `../../fixtures/eventbridge/${name}.json`);
  return JSON.parse(readFileSync(path, "utf8"));
}
