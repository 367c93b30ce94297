import { afterEach, expect, it } from "vitest";
import { quietMs } from "../../src/handlers/timing.ts";
import { hasRedis } from "../store/backends.ts";
import { createOwnRedis, type OwnRedis } from "../store/own-redis.ts";
import { offers, wordsOn, writesTo } from "./record.ts";
import { card, cardLoses, cardSays, isReady, isTold, openHold, startReady } from "./scenes.ts";
import { scaledTiming } from "./timing.ts";
import { until } from "./until.ts";
import { eventsOf, jun, mara, openWorld, type WorldOptions } from "./world.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function begin(options: WorldOptions = {}) {
  const world = await openWorld(options);
  closing.push(world.close);
  const replica = await startReady(world);
  return { world, replica, people: world.people(replica) };
}

async function ownRedis(): Promise<OwnRedis> {
  const redis = await createOwnRedis();
  closing.push(() => redis.close());
  redis.start();
  return redis;
}

/** Milliseconds, and what came back. */
async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const startedMs = performance.now();
  const result = await work();
  return [performance.now() - startedMs, result];
}

it.runIf(hasRedis())(
  "refuses in private and asks to be sent events again while Redis is away, and continues on its own",
  async () => {
    const redis = await ownRedis();
    const { world, replica, people } = await begin({ redis: { path: redis.socket } });
    const scene = await openHold(world, replica, "checkout");
    const event = eventsOf(world, scene.deployment).at(-1);
    await redis.kill();

    const [answeredMs, status] = await timed(() => world.send(replica, event));
    expect(status).toBe(503);
    expect(answeredMs).toBeLessThan(5_000);
    // What was tried out before counts for a second or two.
    await until("it is not ready", async () => (await fetch(`${replica.url}/readyz`)).status === 503, {
      withinMs: 5_000,
    });
    expect((await fetch(`${replica.url}/livez`)).status).toBe(200);
    expect((await fetch(`${replica.url}/healthz`)).status).toBe(200);
    const [toldMs] = await timed(async () => {
      await people.click(mara, card(scene), "Continue");
      await isTold(world, mara, ["was not sent", "Redis"]);
    });
    expect(toldMs).toBeLessThan(8_000);

    redis.start();
    await until("it is ready again", () => isReady(replica), { state: replica.logs });
    // The server came back empty: what was refused then is on no record, and is not sent later.
    await world.send(replica, event);
    await cardSays(scene, ["Answer by"]);
    expect(world.writes().size).toBe(0);
    await until(
      "the hold can be asked again",
      async () => {
        // While a press is judged the card has no such button.
        if (offers(card(scene), "Continue")) await people.click(mara, card(scene), "Continue");
        return writesTo(world, scene.deployment).length === 1;
      },
      // What an earlier call, of which no record is left, could still do has been done by then.
      { withinMs: quietMs + 15_000, againMs: 2_000 },
    );
    await cardLoses(scene, "Continue");
    expect(world.cards("checkout")).toHaveLength(1);
  },
  120_000,
);

it.runIf(hasRedis())(
  "answers in time while Redis keeps its connections and says nothing",
  async () => {
    const redis = await ownRedis();
    const { world, replica, people } = await begin({ redis: { path: redis.socket } });
    const scene = await openHold(world, replica, "checkout");
    redis.freeze();
    const [answeredMs, status] = await timed(() =>
      world.send(replica, eventsOf(world, scene.deployment).at(-1)),
    );
    expect(status).toBe(503);
    expect(answeredMs).toBeLessThan(5_000);
    const [toldMs] = await timed(async () => {
      await people.click(mara, card(scene), "Continue");
      await isTold(world, mara, ["Redis"]);
    });
    expect(toldMs).toBeLessThan(8_000);
    redis.thaw();
    await until("it is ready again", () => isReady(replica), { state: replica.logs });
    expect(world.writes().size).toBe(0);
  },
  60_000,
);

it("finds open holds again in a store that was emptied, and takes its own card as the one", async () => {
  const { world, replica, people } = await begin({ timing: scaledTiming(10) });
  const scene = await openHold(world, replica, "checkout");
  const before = card(scene);
  await world.redis.flushdb();
  // A click on what nobody remembers starts a search, too.
  await people.click(jun, before, "Continue");
  await isTold(world, jun, ["was not sent"]);
  await until("the hold is known again", async () => (await world.redis.hlen("hp:{q0}:active")) > 0, {
    withinMs: 30_000,
    state: replica.logs,
  });
  await until("its card is, too", async () => (await world.redis.keys("hp:*:board")).length > 0, {
    withinMs: 30_000,
  });
  await until("it can be answered", async () => {
    if (offers(card(scene), "Continue")) await people.click(mara, card(scene), "Continue");
    return writesTo(world, scene.deployment).length > 0;
  });
  await cardLoses(scene, "Continue");
  expect(card(scene).ts).toBe(before.ts);
  expect(writesTo(world, scene.deployment)).toEqual(["ContinueServiceDeployment CONTINUE"]);
}, 90_000);

it("carries answers out while Slack is down, and brings the card up to date afterwards", async () => {
  const { world, replica, people } = await begin();
  const scene = await openHold(world, replica, "checkout");
  const lift = world.slack.faults.plan({
    method: "*",
    fault: { kind: "status", status: 503 },
    times: Infinity,
  });
  await people.click(mara, card(scene), "Continue");
  await until("AWS was asked", () => writesTo(world, scene.deployment).length === 1);
  expect(offers(card(scene), "Continue")).toBe(true);
  lift();
  await cardLoses(scene, "Continue", 60_000);
  await cardSays(scene, ["confirmed"]);
  expect(writesTo(world, scene.deployment)).toHaveLength(1);
}, 90_000);

it("says since when AWS can't be read, refuses to act on what it can't see, and recovers", async () => {
  const { world, replica, people } = await begin();
  const scene = await openHold(world, replica, "checkout");
  const denied = { kind: "error", when: "before", name: "AccessDeniedException", status: 400 } as const;
  world.aws.faults.next({ service: "ecs" }, denied, Infinity);
  await world.send(replica, eventsOf(world, scene.deployment).at(-1));
  await cardSays(scene, ["could not be read since"], 30_000);
  await people.click(mara, card(scene), "Roll back");
  await isTold(world, mara, ["not"]);
  expect(world.writes().size).toBe(0);
  world.aws.faults.clear();
  // While the refused request was being judged the card had no buttons, and maybe not the line either.
  const isReadAgain = (): boolean =>
    !wordsOn(card(scene)).includes("could not be read") && offers(card(scene), "Continue");
  await until("it is read again", isReadAgain, { withinMs: 70_000 });
  await people.click(mara, card(scene), "Continue");
  await cardLoses(scene, "Continue");
  // Its button is gone as soon as it is decided; the call follows.
  await until("it is sent", () => writesTo(world, scene.deployment).length > 0);
  expect(writesTo(world, scene.deployment)).toHaveLength(1);
}, 120_000);
