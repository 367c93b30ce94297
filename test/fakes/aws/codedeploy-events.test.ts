import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AwsEvent } from "../../../fakes/aws/events.ts";
import { blueGreen, type CodeDeployStage, lambda, setCodeDeployStage } from "./codedeploy-stage.ts";

let stage: CodeDeployStage;
let heard: AwsEvent[];
beforeEach(async () => {
  stage = await setCodeDeployStage();
  heard = [];
  stage.codedeploy.events.onEvent((event) => heard.push(event));
});
afterEach(() => stage.close());

/** The names of all members and the form of their texts, with what differs from deployment to deployment taken out. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([key, inner]) => [key, formOf(inner)]),
    );
  }
  if (typeof value !== "string") return value;
  return value
    .replace(/^[\da-f]{8}-[\da-f-]{27}$/, "<uuid>")
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "<time>")
    .replace(/^d-[\dA-Z]{9}$/, "<deployment>")
    .replace(/i-[\da-z]{17}$/, "<instance>")
    .replace(/:[a-z]{2}-[a-z]+-\d:\d{12}:/, ":<place>:")
    .replace(/^[a-z]{2}-[a-z]+-\d$|^\d{12}$/, "<place>")
    .replace("myDeploymentGroup", "storefront-prod")
    .replace("myApplication", "storefront");
}

function published(name: string): unknown {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, `../../fixtures/eventbridge/${name}.json`), "utf8"),
  );
}

const isDeployment = (event: AwsEvent) => !("instanceId" in event.detail);
const states = (of: (event: AwsEvent) => boolean) => heard.filter(of).map((event) => event.detail.state);

it("tells of a deployment and of an instance in the published forms", () => {
  stage.until(stage.codedeploy.deploy(blueGreen), "Succeeded");
  const success = heard.filter((event) => event.detail.state === "SUCCESS");
  expect(formOf(success.find(isDeployment))).toEqual(formOf(published("codedeploy-deployment-success")));
  const instance = success.find((event) => !isDeployment(event));
  expect(formOf(instance)).toEqual(formOf(published("codedeploy-instance-success")));
});

it("tells how a deployment goes, in order", async () => {
  const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;
  const id = stage.codedeploy.deploy({ ...blueGreen, readyWait, terminationWaitMinutes: 30 });
  stage.until(id, "Ready");
  expect(states(isDeployment)).toEqual(["QUEUED", "START", "READY"]);
  await stage.proceed(id, "READY_WAIT");
  stage.untilTerminationWait(id);
  expect(states(isDeployment)).toEqual(["QUEUED", "START", "READY"]);
  await stage.proceed(id, "TERMINATION_WAIT");
  expect(states(isDeployment)).toEqual(["QUEUED", "START", "READY", "SUCCESS"]);
});

it("tells of each instance when it begins, is ready, and succeeds or fails", () => {
  const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;
  const failing = { event: "BlockTraffic", target: 2 };
  const id = stage.codedeploy.deploy({ ...blueGreen, readyWait, failing });
  stage.until(id, "Ready");
  stage.codedeploy.console.continue(id);
  stage.until(id, "Failed");
  const of = (index: number) => {
    const instance = stage.codedeploy.targets(id)[index]?.instanceTarget?.targetId;
    return states((event) => event.detail.instanceId === instance);
  };
  expect([of(0), of(2), of(3)]).toEqual([["START", "READY", "SUCCESS"], ["START", "FAILURE"], ["START"]]);
  expect(states(isDeployment).at(-1)).toBe("FAILURE");
});

it("tells of a stop, and of the rollback as a deployment of its own", async () => {
  const id = stage.codedeploy.deploy(lambda);
  stage.untilIn(id, "AllowTraffic");
  await stage.stop(id, true);
  stage.until(id, "Stopped");
  const rollback = stage.codedeploy.deployment(id).rollbackInfo?.rollbackDeploymentId ?? "";
  stage.until(rollback, "Succeeded");
  expect(states((event) => event.detail.deploymentId === id)).toEqual(["QUEUED", "START", "STOP"]);
  expect(states((event) => event.detail.deploymentId === rollback)).toEqual(["QUEUED", "START", "SUCCESS"]);
});

it("has no instances to tell of on Lambda", () => {
  stage.until(stage.codedeploy.deploy(lambda), "Succeeded");
  expect(heard.every(isDeployment)).toBe(true);
  expect(heard).toHaveLength(3);
});

it("gives a hook what the published sample gives", () => {
  const id = stage.codedeploy.deploy({ ...lambda, hooks: [{ event: "AfterAllowTraffic", name: "check" }] });
  stage.untilIn(id, "AfterAllowTraffic");
  const encrypted = (input: unknown) => {
    const json = JSON.stringify(input);
    const id = /"LifecycleEventHookExecutionId":"([^"]+)"/.exec(json)?.[1] ?? "";
    return Object.keys(JSON.parse(Buffer.from(id, "base64").toString()));
  };
  const sample = published("codedeploy-hook-lambda-input");
  expect(Object.keys(stage.invoked[0]?.input ?? {})).toEqual(Object.keys(Object(sample)));
  expect(encrypted(stage.invoked[0]?.input)).toEqual(encrypted(sample));
});

it("begins nothing more once a listener has asked for a stop", async () => {
  const id = stage.codedeploy.deploy(blueGreen);
  stage.codedeploy.events.onEvent((event) => {
    if (event.detail.state === "SUCCESS" && !isDeployment(event)) stage.codedeploy.console.stop(id);
  });
  stage.until(id, "Stopped");
  expect(new Set(Object.values(await stage.lifecycle(id, 2)))).toEqual(new Set(["Skipped"]));
});

it("stops before it starts when a listener asks for it", () => {
  const id = stage.codedeploy.deploy(lambda);
  stage.codedeploy.events.onEvent(({ detail }) => {
    if (detail.state === "QUEUED") stage.codedeploy.console.stop(id);
  });
  stage.until(id, "Stopped");
  expect(states(isDeployment)).toEqual(["QUEUED", "STOP"]);
});

it("can lose events, as best effort does", () => {
  stage.codedeploy.events.mishap({ kind: "drop" }, 1, (event) => event.detail.state === "START");
  stage.until(stage.codedeploy.deploy(lambda), "Succeeded");
  expect(states(isDeployment)).toEqual(["QUEUED", "SUCCESS"]);
});

it("lets a listener act at once on what it hears", () => {
  const readyWait = { minutes: 1, action: "STOP_DEPLOYMENT" } as const;
  const id = stage.codedeploy.deploy({ ...blueGreen, readyWait, terminationWaitMinutes: 30 });
  stage.codedeploy.events.onEvent((event) => {
    if (event.detail.state === "READY" && isDeployment(event)) stage.codedeploy.console.continue(id);
  });
  stage.until(id, "Succeeded");
  expect(states(isDeployment)).toEqual(["QUEUED", "START", "READY", "SUCCESS"]);
});
