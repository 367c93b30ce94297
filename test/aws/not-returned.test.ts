/** What AWS did not return is never shown as a value, and never as a 0. */
import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import { describe, expect, it } from "vitest";
import { factsOf as appConfigFacts } from "../../src/aws/appconfig/facts/facts.ts";
import { factsOf as ecsFacts } from "../../src/aws/ecs/facts/facts.ts";
import { serviceDeployment } from "../../src/aws/ecs/facts/stored-detail.ts";
import { factsOf as protonFacts } from "../../src/aws/proton/facts.ts";
import { asGone } from "../../src/handlers/jobs/observe.ts";
import { factsFrom as codeDeployFacts, type Targets } from "./codedeploy/answers.ts";
import { denied, inWords, lines, said } from "./in-words.ts";
import { place } from "./stage.ts";

const appConfig = (seen: Parameters<typeof appConfigFacts>[0]) => inWords(appConfigFacts(seen));
const codeDeploy = (seen: Parameters<typeof codeDeployFacts>[0]) => inWords(codeDeployFacts(seen));
const ecs = (seen: Parameters<typeof ecsFacts>[0]) => inWords(ecsFacts(seen));
const proton = (seen: Parameters<typeof protonFacts>[0]) => inWords(protonFacts(seen));

const why = denied;

function onEcs(more: object) {
  const deployment = serviceDeployment.parse({ status: "IN_PROGRESS", ...more });
  return ecs({
    ref: {
      system: "ecs",
      ...place,
      id: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout-api/d1",
    },
    deployment,
    versions: { old: { kind: "unknown", why }, new: { kind: "unknown", why } },
  });
}

function onCodeDeploy(info: DeploymentInfo, targets: Targets) {
  return codeDeploy({
    ref: { system: "codedeploy", ...place, id: "d-7F3K9QX2M" },
    info: { applicationName: "store", deploymentId: "d-7F3K9QX2M", status: "InProgress", ...info },
    ...{ targets, now: 0 },
  });
}

describe("ECS", () => {
  const rolling = { deploymentConfiguration: { strategy: "ROLLING" } };

  it.each([
    [{ requestedTaskCount: 4 }, "not read (4 wanted)"],
    [{ runningTaskCount: 3 }, "3"],
    [{}, "not read"],
    [{ requestedTaskCount: 4, runningTaskCount: 0 }, "0 of 4"],
  ])("shows the tasks %j as %s", (targetServiceRevision, words) => {
    const { health } = onEcs({ ...rolling, targetServiceRevision });
    expect(lines(health)).toContain(`Tasks running: new ${words}`);
  });

  it("adds up only what was returned whole", () => {
    const sourceServiceRevisions = [
      { runningTaskCount: 3, requestedTaskCount: 3 },
      { requestedTaskCount: 1 },
    ];
    expect(lines(onEcs({ ...rolling, sourceServiceRevisions }).health)).toEqual([
      "Tasks running: old not read (4 wanted)",
    ]);
  });

  it("names no share of tasks that run when it was not returned", () => {
    const { progress } = onEcs({
      ...rolling,
      lifecycleStage: "SCALE_UP",
      targetServiceRevision: { requestedTaskCount: 4 },
    });
    expect(progress?.percent).toBeUndefined();
    expect(said(progress?.headline)).toBe("ECS does not say how many of the 4 new tasks are running");
  });

  it.each([
    ["CONTINUE", 1],
    ["ROLLBACK", 0],
    [undefined, 0],
  ])("counts a hold that timed out towards %s as %i passed", (timeoutAction, passed) => {
    const { gates } = onEcs({
      deploymentConfiguration: {
        strategy: "BLUE_GREEN",
        lifecycleHooks: [{ targetType: "PAUSE", lifecycleStages: ["POST_SCALE_UP"] }],
      },
      lifecycleHookDetails: [{ hookId: "h", targetType: "PAUSE", status: "TIMED_OUT", timeoutAction }],
    });
    expect(gates?.passed).toBe(passed);
  });
});

it.each([
  ["waits", "AWAITING_ACTION"],
  ["has waited", "SUCCEEDED"],
])("does not tell that no answer is needed of a deployment that %s, without its hooks", (_, status) => {
  const lifecycleHookDetails = [{ hookId: "ecs-pause-1", targetType: "PAUSE", status }];
  const lambda = {
    targetType: "AWS_LAMBDA",
    hookTargetArn: "arn:aws:lambda:f",
    lifecycleStages: ["POST_SCALE_UP"],
  };
  for (const lifecycleHooks of [undefined, [], [lambda]]) {
    const deploymentConfiguration = { strategy: "BLUE_GREEN", lifecycleHooks };
    expect(onEcs({ deploymentConfiguration, lifecycleHookDetails }).gates).toBeUndefined();
    expect(onEcs({ deploymentConfiguration }).gates).toEqual({ passed: 0, total: 0 });
  }
});

describe("CodeDeploy", () => {
  it("shows a task set without counts as not read", () => {
    const { health } = onCodeDeploy(
      { computePlatform: "ECS" },
      {
        ...{ kind: "read", total: 1, more: false },
        targets: [
          {
            id: "t",
            status: "InProgress",
            events: [],
            taskSets: [{ taskSetLabel: "Green", desiredCount: 4 }],
          },
        ],
      },
    );
    expect(lines(health)).toContain("Tasks running: new not read (4 wanted)");
  });

  it("says nothing about traffic when its targets were not read, even while the old fleet is kept", () => {
    const { health } = onCodeDeploy(
      {
        computePlatform: "Server",
        deploymentStyle: { deploymentType: "BLUE_GREEN" },
        instanceTerminationWaitTimeStarted: true,
      },
      { kind: "unknown", why },
    );
    expect(lines(health)).toEqual(["Instances: unknown, access denied (`aws:Read`)"]);
  });
});

describe("alarms that were not read are no value", () => {
  it("of AppConfig", () => {
    const { health } = appConfig({
      ref: { system: "appconfig", ...place, id: "app1234/env5678/7" },
      id: { application: "app1234", environment: "env5678", number: 7 },
      deployment: { State: "DEPLOYING", ConfigurationProfileId: "p", ConfigurationVersion: "7" },
      names: {
        application: { kind: "unknown", why },
        environment: { kind: "unknown", why },
        strategy: { kind: "unknown", why },
      },
      history: { before: { kind: "unknown", why }, later: { kind: "unknown", why } },
      now: 0,
    });
    expect(lines(health)).toContain(
      "Alarms: unknown, access denied (`aws:Read`); AppConfig rolls back if one is in ALARM",
    );
  });

  it("of Proton", () => {
    const { health } = proton({
      ref: { system: "proton", ...place, id: "service/orders/service-instance/blue#d1" },
      place: {
        resource: { kind: "service-instance", serviceName: "orders", name: "blue" },
        deployment: "d1",
      },
      own: { kind: "unknown", error: new Error("denied") },
    });
    expect(health).toMatchObject([{ kind: "unknown", label: "Alarms" }]);
  });
});

it("quotes nothing as AWS's words about a deployment that AWS no longer knows", () => {
  const gone = asGone({ ...onEcs({}), reason: "an old sentence" });
  expect(gone.reason).toBeUndefined();
});
