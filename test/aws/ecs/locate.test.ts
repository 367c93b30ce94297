import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { locate } from "../../../src/aws/ecs/locate.ts";
import { parseEvents } from "../../../src/aws/events/envelope.ts";
import type { AwsEvent } from "../../../src/handlers/ports.ts";
import { eventOf } from "../stage.ts";

const folder = join(import.meta.dirname, "../../fixtures/eventbridge");

function fixture(name: string): AwsEvent {
  const parsed = parseEvents(readFileSync(join(folder, `${name}.json`)));
  const event = parsed.kind === "parsed" ? parsed.events[0]?.event : undefined;
  if (event === undefined) throw new Error(`${name} is not an event`);
  return event;
}

const service = "arn:aws:ecs:us-west-2:111122223333:service/default/servicetest";
const holdId = "ecs-pause-e7tK9G_WRJqNF_EOMjztDXfKenlJuEUVjsNStf4WLKw";
const claimed = (weight: string, kind: string) => ({
  kind: "located",
  located: { ref: { id: service, account: "111122223333", region: "us-west-2" }, weight, claim: { kind } },
});
const waiting = (deployment: string) => ({
  kind: "located",
  located: {
    ref: {
      system: "ecs",
      account: "123456789012",
      region: "us-west-2",
      id: `arn:aws:ecs:us-west-2:123456789012:service-deployment/my-cluster/my-service/${deployment}`,
    },
    weight: "person",
    claim: { kind: "hold", holdId },
  },
});
/** With the time that the event itself gives, which is not that of its envelope. */
const reports = (report: string, at: string, told: string) => ({
  kind: "located",
  located: {
    ref: { id: service },
    weight: "incident",
    carried: { [`report/${report}/${Date.parse(at)}`]: told },
  },
});

const expected: Readonly<Record<string, object>> = {
  "ecs-deployment-completed": claimed("ending", "ended"),
  "ecs-deployment-failed": {
    ...claimed("incident", "ended"),
    ...reports(
      "SERVICE_DEPLOYMENT_FAILED",
      "2020-05-23T11:11:11Z",
      '{"reason":"ECS deployment circuit breaker: task failed to start.","deploymentId":"ecs-svc/123"}',
    ),
  },
  "ecs-deployment-in-progress": claimed("progress", "started"),
  "ecs-deployment-rollback-in-progress": claimed("progress", "started"),
  "ecs-hook-awaiting-action": waiting("0EYSiB0qap8xf0N76FsbE"),
  "ecs-hook-awaiting-action-without-resources": waiting("EZe5RNVLH6PPzHXINuP28"),
  "ecs-service-action-steady-state": { kind: "ignored" },
  "ecs-service-action-task-placement-failure": reports(
    "SERVICE_TASK_PLACEMENT_FAILURE",
    "2019-11-06T19:09:33.087Z",
    '{"reason":"RESOURCE:FARGATE"}',
  ),
  "ecs-service-action-task-start-impaired": reports(
    "SERVICE_TASK_START_IMPAIRED",
    "2019-11-19T19:55:38.725Z",
    "{}",
  ),
};

const samples = readdirSync(folder)
  .filter((file) => file.startsWith("ecs-") && file.endsWith(".json"))
  .map((file) => file.replace(/\.json$/, ""));

it("has an expectation for every published sample", () => {
  expect(Object.keys(expected).sort()).toEqual(samples.sort());
});

it.each(samples)("locates %s", (name) => {
  expect(locate(fixture(name))).toMatchObject(expected[name] ?? {});
});

const awaiting = fixture("ecs-hook-awaiting-action");

function hook(change: Readonly<Record<string, unknown>>): AwsEvent {
  return { ...awaiting, detail: { ...Object(awaiting.detail), ...change } };
}

it.each(["HOOK_SUCCEEDED", "HOOK_FAILED", "HOOK_TIMED_OUT"])("takes %s for an answer", (eventName) => {
  expect(locate(hook({ eventName }))).toMatchObject({
    kind: "located",
    located: { weight: "ending", claim: { kind: "answered", holdId } },
  });
});

it("looks without a claim at news of a hook that it does not know", () => {
  const location = locate(hook({ eventName: "HOOK_SNOOZED" }));
  expect(location).toMatchObject({ kind: "located", located: { weight: "progress" } });
  expect(location.kind === "located" && location.located.claim).toBeUndefined();
});

it("leaves Lambda hooks alone, unless the id names a pause", () => {
  expect(locate(hook({ hookType: "AWS_LAMBDA", hookId: "ecs-lambda-1" })).kind).toBe("ignored");
  expect(locate(hook({ hookType: "AWS_LAMBDA" })).kind).toBe("located");
  expect(locate(hook({ hookType: undefined })).kind).toBe("located");
});

it.each([
  ["no hook id", hook({ hookId: undefined }), "detail.hookId"],
  ["an ARN that is none", hook({ serviceDeploymentArn: "checkout" }), "detail.serviceDeploymentArn"],
  ["another account in the ARN", { ...awaiting, account: "999988887777" }, "account and region"],
  ["another region in the ARN", { ...awaiting, region: "eu-west-1" }, "account and region"],
  ["a deployment without its service", { ...fixture("ecs-deployment-failed"), resources: [] }, "resources"],
  ["a detail of another form", eventOf("ECS Service Action", { eventName: 7 }), "detail.event"],
])("calls %s malformed and says where", (_, event, where) => {
  const location = locate(event);
  expect(location.kind).toBe("malformed");
  expect(location.kind === "malformed" && location.why).toContain(where);
});

it.each([
  ["ECS Deployment State Change", { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS" }],
  ["ECS Service Action", { eventType: "INFO", eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS" }],
  ["ECS Service Action", { eventType: "WARN", eventName: "SERVICE_TASK_PLACEMENT_FAILURE" }],
])("takes the cluster from the detail of %s %j where the ARN leaves it out", (type, detail) => {
  const arn = "arn:aws:ecs:eu-west-1:111122223333:service/api";
  const clusterArn = "arn:aws:ecs:eu-west-1:111122223333:cluster/prod";
  const idOf = (more: object) => {
    const location = locate(eventOf(type, { ...detail, ...more }, { resources: [arn] }));
    return location.kind === "located" ? location.located.ref.id : location.why;
  };
  expect(idOf({ clusterArn })).toBe("arn:aws:ecs:eu-west-1:111122223333:service/prod/api");
  expect(idOf({})).toBe(arn);
});

it.each(["yesterday", undefined, 7])(
  "carries no failure whose time is %j: whose it was can't be told",
  (time) => {
    const failed = fixture("ecs-deployment-failed");
    const location = locate({ ...failed, detail: { ...Object(failed.detail), updatedAt: time } });
    expect(location).toMatchObject({ kind: "located", located: { claim: { kind: "ended" } } });
    expect(location).not.toHaveProperty("located.carried");
  },
);

it("ignores other events of ECS", () => {
  expect(locate(eventOf("ECS Task State Change", {})).kind).toBe("ignored");
});

it("names only deployments of the event's own account and region, whatever the detail says", () => {
  const anything = fc.oneof(fc.anything(), fc.constantFrom(service, holdId, "HOOK_AWAITING_ACTION", "PAUSE"));
  const details = fc.record(
    { eventName: anything, eventType: anything, hookId: anything, serviceDeploymentArn: anything },
    { requiredKeys: [] },
  );
  const types = fc.constantFrom(
    "ECS Hook State Change",
    "ECS Deployment State Change",
    "ECS Service Action",
    "x",
  );
  fc.assert(
    fc.property(
      types,
      details,
      fc.array(fc.oneof(fc.string(), fc.constant(service))),
      (type, detail, resources) => {
        const event = eventOf(type, detail, { resources, region: "us-west-2" });
        const location = locate(event);
        if (location.kind !== "located") return;
        expect(location.located.ref.id.split(":").slice(3, 5)).toEqual([event.region, event.account]);
      },
    ),
  );
});
