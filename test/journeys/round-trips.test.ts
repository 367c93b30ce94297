import { afterAll, beforeAll, expect, it } from "vitest";
import { createFakeClock } from "../../fakes/aws/clock.ts";
import type { AwsEvent } from "../../fakes/aws/events.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { createGate } from "./gate.ts";
import { eventPath, type Scene } from "./paths.ts";
import { isQuiet, offers, wordsOn } from "./record.ts";
import type { Replica } from "./replica.ts";
import { until } from "./until.ts";
import { eventsOf, jun, mara, openWorld, type World } from "./world.ts";

const clock = createFakeClock(Date.now());
const gate = createGate();
let world: World;
let replica: Replica;

beforeAll(async () => {
  // Only what was asked for is counted: no look comes by itself.
  const timing = { ...protocolTiming, idleLookMs: 3_600_000, sweepMs: 3_600_000 };
  world = await openWorld({ timing, clock });
  replica = await world.start(gate);
  await until("it has swept", async () => (await replica.counted("holdpoint_sweeps_total")) > 0);
});
afterAll(() => world.close());

/** What Redis was asked since the gate was opened; a poll of the queue counts when it was given something. */
function roundTrips(): readonly string[] {
  return gate
    .crossings()
    .filter(
      ({ backend, what, side }) => backend === "redis" && side === (what === "dequeue" ? "reply" : "request"),
    )
    .map(({ what }) => what);
}

function slackCalls(): readonly string[] {
  return gate
    .crossings()
    .filter(({ backend, side }) => backend === "slack" && side === "request")
    .map(({ what }) => what);
}

async function quiet(): Promise<void> {
  await until("nothing is left to do", () => isQuiet(world), { state: replica.logs });
}

/** Sends an event and waits for the end of its look, or of all that it leads to. */
async function counted(event: AwsEvent | undefined): Promise<readonly string[]> {
  await quiet();
  gate.open();
  expect(await world.send(replica, event)).toBe(200);
  await until("the look ends", () => roundTrips().includes("complete"), { state: replica.logs });
  await quiet();
  return roundTrips();
}

async function cardFor(service: string): Promise<Scene> {
  const scene = { world, service, deployment: world.deploy(service) };
  await world.send(replica, eventsOf(world, scene.deployment).at(-1));
  await until("the card stands", () => eventPath.settled(scene), { state: replica.logs });
  await quiet();
  return scene;
}

it("posts the card of a new deployment in 8 round trips, the search of a young store included", async () => {
  const deployment = world.deploy("new");
  const all = await counted(eventsOf(world, deployment).at(-1));
  const untilCard = all.slice(0, all.indexOf("complete") + 1);
  expect(untilCard).toEqual(["enqueue", "dequeue", "view", "save", "intend", "spend", "posted", "complete"]);
  expect(slackCalls()).toContain("conversations.history");
});

it("never takes more than 8 in one look: the thread is told by the next one", async () => {
  const { deployment } = await cardFor("told");
  const [hook = ""] = world.ecs.openHooks(deployment);
  world.ecs.console.continue(deployment, hook);
  const all = await counted(eventsOf(world, deployment).at(-1));
  const looks = all.join(" ").split("dequeue").slice(1);
  expect(looks.length).toBeGreaterThan(1);
  for (const look of looks) expect(look.trim().split(" ").length).toBeLessThan(8);
  expect(slackCalls()).toEqual(expect.arrayContaining(["chat.update", "chat.postMessage"]));
});

it("reads and saves in 5 round trips what changes nothing visible, and leaves Slack alone", async () => {
  const { deployment } = await cardFor("same");
  const trips = await counted(eventsOf(world, deployment).at(-1));
  expect(trips).toEqual(["enqueue", "dequeue", "view", "save", "complete"]);
  expect(slackCalls()).toEqual([]);
});

it("brings a card up to date in 7 round trips and one call of Slack", async () => {
  const deployment = world.deploy("progress", {
    pauses: [{ stage: "PRE_SCALE_UP" }],
    stageMs: { SCALE_UP: 60_000, PRODUCTION_TRAFFIC_SHIFT: 600_000 },
  });
  const [hook = ""] = world.ecs.openHooks(deployment);
  world.ecs.console.continue(deployment, hook);
  const event = eventsOf(world, deployment).at(-1);
  await counted(event);
  const before = wordsOn(world.cards("progress")[0]);
  clock.advance(45_000);

  expect(await counted(event)).toEqual(["enqueue", "dequeue", "view", "save", "spend", "shown", "complete"]);
  expect(wordsOn(world.cards("progress")[0])).not.toBe(before);
  expect(slackCalls()).toEqual(["chat.update"]);
});

it("answers a click that wins in 6 round trips", async () => {
  const { service } = await cardFor("winner");
  const [card] = world.cards(service);
  if (card === undefined) throw new Error("there is no card");
  gate.open();
  await world.people(replica).click(mara, card, "Continue");
  await until("the card says it", () => !offers(world.cards(service)[0], "Continue"), {
    state: replica.logs,
  });
  const trips = roundTrips();
  expect(trips.slice(0, trips.indexOf("dequeue"))).toEqual([
    ...["view", "enqueue", "claim", "begin", "settle", "enqueue"],
  ]);
});

it("answers a click that is late in 4", async () => {
  const { service } = await cardFor("loser");
  const [seen] = world.cards(service);
  if (seen === undefined) throw new Error("there is no card");
  await world.people(replica).click(mara, seen, "Continue");
  await until("the card says it", () => !offers(world.cards(service)[0], "Continue"), {
    state: replica.logs,
  });
  await quiet();
  gate.open();
  await world.people(replica).click(jun, seen, "Roll back", { revision: seen.revision });
  await until(
    "Jun is told",
    () => slackCalls().length > 0 || world.slack.workspace.privateTo(jun).length > 0,
  );
  await until("the look after it", () => roundTrips().includes("dequeue"));
  const trips = roundTrips();
  expect(trips.slice(0, trips.indexOf("dequeue"))).toEqual(["view", "enqueue", "claim", "enqueue"]);
});
