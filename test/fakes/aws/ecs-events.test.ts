import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AwsEvent } from "../../../fakes/aws/events.ts";
import { type Stage, setStage } from "./stage.ts";

let stage: Stage;
let heard: AwsEvent[];
beforeEach(async () => {
  stage = await setStage();
  heard = [];
  stage.ecs.events.onEvent((event) => heard.push(event));
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
    .replace(/^[\da-f-]{36}$|^[\w-]*EXAMPLE\w*$/, "<uuid>")
    .replace(/\d{4}-\d\d-\d\dT[\d:]+/, "<time>")
    .replace(/\.\d+Z$/, (fraction) => `<${fraction.length - 2} digits>Z`)
    .replace(/ecs-pause-[\w-]{43}/, "<hook>")
    .replace(/ecs-svc\/\d+|deploymentI[Dd](?= |\.|$)/g, "<deployment>")
    .replace(/:[a-z]{2}-[a-z]+-\d:\d{12}:([\w-]+)\/.*/, ":<place>:$1/")
    .replace(/^[a-z]{2}-[a-z]+-\d$|^\d{12}$/, "<place>")
    .replace("deploymentId <deployment>", "<deployment>")
    .replace("ECS deployment <deployment> ", "ECS deployment ");
}

function published(name: string): unknown {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, `../../fixtures/eventbridge/${name}.json`), "utf8"),
  );
}

const named = (name: string, reason = "") =>
  heard.find(({ detail }) => detail.eventName === name && JSON.stringify(detail).includes(reason));

it("tells of pauses in the published form", () => {
  stage.deploy({ pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }] });
  stage.clock.advance(600_000);
  expect(formOf(named("HOOK_AWAITING_ACTION"))).toEqual(formOf(published("ecs-hook-awaiting-action")));
});

it.each([
  ["ecs-deployment-in-progress", "SERVICE_DEPLOYMENT_IN_PROGRESS", "in progress"],
  ["ecs-deployment-completed", "SERVICE_DEPLOYMENT_COMPLETED", "completed"],
  ["ecs-service-action-steady-state", "SERVICE_STEADY_STATE", ""],
])("tells of a success as %s", (sample, name, reason) => {
  stage.deploy();
  stage.clock.advance(3_600_000);
  expect(formOf(named(name, reason))).toEqual(formOf(published(sample)));
});

it.each([
  ["ecs-deployment-failed", "SERVICE_DEPLOYMENT_FAILED", ""],
  ["ecs-deployment-rollback-in-progress", "SERVICE_DEPLOYMENT_IN_PROGRESS", "rolling back"],
  ["ecs-service-action-task-start-impaired", "SERVICE_TASK_START_IMPAIRED", ""],
])("tells of a failure as %s", (sample, name, reason) => {
  const failure = {
    stage: "SCALE_UP",
    reason: "ECS deployment circuit breaker: task failed to start.",
    by: { circuitBreaker: true },
  } as const;
  stage.deploy({ circuitBreaker: { threshold: 3 }, failure });
  stage.clock.advance(3_600_000);
  expect(formOf(named(name, reason))).toEqual(formOf(published(sample)));
});

it.each([
  ["HOOK_SUCCEEDED", (arn: string, id: string) => stage.ecs.console.continue(arn, id)],
  ["HOOK_TIMED_OUT", () => stage.clock.advance(3_600_000)],
])("tells that a pause is over by %s", (name, end) => {
  const arn = stage.deploy({ pauses: [{ stage: "PRE_SCALE_UP", timeoutInMinutes: 30 }] });
  const [hookId = ""] = stage.ecs.openHooks(arn);
  end(arn, hookId);
  expect(named(name)?.detail.hookId).toBe(hookId);
});

it("announces what a scenario wants to be heard of a service", () => {
  stage.ecs.announce(stage.serviceArn, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE", "RESOURCE:FARGATE");
  expect(heard).toMatchObject([
    {
      "detail-type": "ECS Service Action",
      resources: [stage.serviceArn],
      detail: { reason: "RESOURCE:FARGATE" },
    },
  ]);
});

it("loses, doubles and delays events when asked to, and still knows what it meant to tell", () => {
  const { events } = stage.ecs;
  events.mishap({ kind: "drop" }, 1);
  events.mishap({ kind: "double" }, 1, (event) => event["detail-type"] === "ECS Hook State Change");
  const arn = stage.deploy({ pauses: [{ stage: "PRE_SCALE_UP" }] });
  expect(heard.map(({ detail }) => detail.eventName)).toEqual([
    "HOOK_AWAITING_ACTION",
    "HOOK_AWAITING_ACTION",
  ]);
  expect(events.emitted().map(({ detail }) => detail.eventName)).toEqual([
    "SERVICE_DEPLOYMENT_IN_PROGRESS",
    "HOOK_AWAITING_ACTION",
  ]);
  events.mishap({ kind: "delay", delayMs: 79_000 }, 1);
  stage.ecs.console.continue(arn, stage.ecs.openHooks(arn)[0] ?? "");
  expect(named("HOOK_SUCCEEDED")).toBeUndefined();
  stage.clock.advance(79_000);
  expect(named("HOOK_SUCCEEDED")).toBeDefined();
});
