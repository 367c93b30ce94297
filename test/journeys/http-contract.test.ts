import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActOptions } from "../../fakes/slack/driver.ts";
import { writesTo } from "./record.ts";
import type { Replica } from "./replica.ts";
import { card, openHold, startReady } from "./scenes.ts";
import { eventsKey, eventsOf, mara, openWorld, place, type World } from "./world.ts";

let world: World;
let replica: Replica;

beforeAll(async () => {
  world = await openWorld();
  replica = await startReady(world);
});
afterAll(() => world.close());

describe("what operators ask", () => {
  it("tells that it lives and that it is ready", async () => {
    expect((await fetch(`${replica.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${replica.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { store: "reachable", slack: "connected" },
    ]);
  });

  it("gives Prometheus its counters", async () => {
    const text = await (await fetch(`${replica.url}/metrics`)).text();
    expect(text).toMatch(/^holdpoint_sweeps_total \d+$/m);
  });
});

describe("POST /aws/events", () => {
  const event = {
    ...{ version: "0", id: "e-1", "detail-type": "ECS Service Action", source: "aws.ecs" },
    ...{ account: place.account, region: place.region, time: "2026-11-17T14:00:00Z" },
    resources: [`arn:aws:ecs:${place.region}:${place.account}:service/main/nowhere`],
    detail: { eventType: "WARN", eventName: "SERVICE_TASK_START_IMPAIRED" },
  };
  const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const rightKey = { "x-holdpoint-key": eventsKey };

  it.each<readonly [string, unknown, Readonly<Record<string, string>>, number]>([
    ["an event", event, rightKey, 200],
    ["a list of events", [event, event], rightKey, 200],
    ["an event of a strange account", { ...event, account: "999999999999", resources: [] }, rightKey, 200],
    ["an event of a strange source", { ...event, source: "aws.s3" }, rightKey, 200],
    ["no key", event, {}, 401],
    ["a wrong key", event, { "x-holdpoint-key": "wrong" }, 401],
    ["a wrong key before junk", "{", { "x-holdpoint-key": "wrong" }, 401],
    ["no JSON", "{", rightKey, 400],
    ["an empty list", [], rightKey, 400],
    ["a list of junk", [1, null, "x", {}], rightKey, 400],
    ["a number", 7, rightKey, 400],
    ["an event whose detail is none", { ...event, detail: 7 }, rightKey, 400],
    ["JSON nested 100,000 deep", deep(100_000), rightKey, 400],
    [
      "more than a mebibyte",
      JSON.stringify({ ...event, detail: { x: "x".repeat(1_100_000) } }),
      rightKey,
      413,
    ],
  ])("answers %s with its status", async (_what, body, headers, status) => {
    expect(await world.send(replica, body, headers)).toBe(status);
  });

  it("counts what was refused", async () => {
    const before = await replica.counted("holdpoint_events_http_total");
    await world.send(replica, event, {});
    expect(await replica.counted("holdpoint_events_http_total")).toBe(before + 1);
    expect(await (await fetch(`${replica.url}/metrics`)).text()).toMatch(
      /events_http_total\{status="401"\} [1-9]/,
    );
  });
});

describe("POST /slack/events", () => {
  it.each<readonly [string, ActOptions]>([
    ["forged", { signature: "forged" }],
    ["unsigned", { signature: "missing" }],
    ["six minutes old", { ageS: 360 }],
    ["from six minutes ahead", { ageS: -360 }],
  ])("refuses a click that is %s, counts it and asks AWS nothing", async (what, wrong) => {
    const scene = await openHold(world, replica, `signed-${what.replaceAll(" ", "-")}`);
    const counted = async (): Promise<number> => {
      const text = await (await fetch(`${replica.url}/metrics`)).text();
      return Number(/slack_requests_total\{status="401"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const before = await counted();
    const { status } = await world.people(replica).click(mara, card(scene), "Continue", wrong);
    expect(status).toBe(401);
    expect(await counted()).toBe(before + 1);
    expect(writesTo(world, scene.deployment)).toEqual([]);
  });
});

it("takes what EventBridge has sent once more, and the same event twice, for what it is", async () => {
  const scene = await openHold(world, replica, "doubled");
  const told = eventsOf(world, scene.deployment);
  expect(await world.send(replica, [...told, ...told])).toBe(200);
  expect(await world.send(replica, told.toReversed())).toBe(200);
  const click = await world.people(replica).click(mara, card(scene), "Continue");
  expect(click.status).toBe(200);
  expect(world.cards("doubled")).toHaveLength(1);
});
