import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createFakeClock } from "../../fakes/aws/clock.ts";
import { hookEventDetailType, hookEventSource } from "../../src/aws/codedeploy/hook-event.ts";
import { aboutOf, journeys as appconfig, newsOf, start } from "./appconfig-offers.ts";
import { journeys as codedeploy, furnishHook, openUntold, tellHook } from "./codedeploy-offers.ts";
import { keepBudgetFull } from "./full-budget.ts";
import { cardOf, hears, isGone, isOffered, requestOf, requestsAbout, type Stage, says } from "./offers.ts";
import type { Scene } from "./paths.ts";
import { wordsOn } from "./record.ts";
import { startReady } from "./scenes.ts";
import { hurried } from "./timing.ts";
import { until } from "./until.ts";
import { jun, mara, openWorld, place, type WorldOptions } from "./world.ts";

const closing: (() => void | Promise<void>)[] = [];
async function begin(options: WorldOptions = {}): Promise<Stage> {
  const world = await openWorld({ timing: hurried, ...options });
  closing.push(() => world.close(), keepBudgetFull(world));
  return { world, replica: await startReady(world) };
}

beforeAll(() => {
  vi.spyOn(console, "info").mockReturnValue();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const close of closing.splice(0).toReversed()) await close();
});

it("lets AWS judge a forged execution id, and takes its hold away without telling of a continue", async () => {
  const stage = await begin();
  const { world, replica } = stage;
  furnishHook(world, place.region);
  const journey = codedeploy.continueHook;
  const scene = await openUntold(world, "forged-901", place);
  const forged = {
    deploymentId: scene.deployment,
    lifecycleEventHookExecutionId: "forged",
    hookName: "BeforeAllowTraffic",
  };
  await world.send(replica, {
    ...{ version: "0", id: "11111111-2222-3333-4444-555555555555", ...place, resources: [] },
    ...{ source: hookEventSource, "detail-type": hookEventDetailType, time: new Date().toISOString() },
    detail: { version: "1", ...forged },
  });
  await isOffered(stage, scene, journey);
  await world.people(replica).click(mara, cardOf(scene), "Continue");
  await hears(scene, mara, ["rejected your"]);
  await isGone(scene, journey);
  expect(wordsOn(cardOf(scene))).not.toContain("outside Holdpoint");
  const { hookName: _, ...named } = forged;
  expect(requestsAbout(scene)).toEqual([
    { ...requestOf(journey, scene), input: { ...named, status: "Succeeded" } },
  ]);

  await tellHook(scene, replica);
  await isOffered(stage, scene, journey);
  await world.people(replica).click(jun, cardOf(scene), "Continue");
  await says(scene, journey.confirmed);
  expect(requestsAbout(scene).slice(1)).toEqual([requestOf(journey, scene)]);
}, 60_000);

it("answers a lifecycle hook although the store forgot everything: its own card knows the execution id", async () => {
  const { world, replica } = await begin();
  furnishHook(world, place.region);
  const journey = codedeploy.continueHook;
  const scene = await journey.open(world, replica, "forgotten-902", place);
  await isOffered({ world, replica }, scene, journey);
  const { ts } = cardOf(scene);
  const isDone = async (): Promise<boolean> =>
    world.slack.workspace.repliesTo(cardOf(scene)).length > 0 &&
    (await world.redis.hlen("hp:{q0}:work")) === 0;
  await until("no look is under way", isDone, { withinMs: 30_000 });
  await world.redis.flushdb();
  await until("the card is known again", async () => (await world.redis.keys("hp:*:board")).length > 0, {
    withinMs: 40_000,
    state: replica.logs,
  });
  const answered = async (): Promise<boolean> => {
    if (requestsAbout(scene).length === 0 && wordsOn(cardOf(scene)).includes("Continue"))
      await world.people(replica).click(mara, cardOf(scene), "Continue");
    return requestsAbout(scene).length > 0;
  };
  await until("the hook is answered", answered, {
    ...{ withinMs: 60_000, againMs: 500 },
    state: () => [cardOf(scene), ...world.slack.workspace.privateTo(mara)].map(wordsOn).join("\n"),
  });
  await says(scene, journey.confirmed);
  expect(requestsAbout(scene)).toEqual([requestOf(journey, scene)]);
  expect(cardOf(scene).ts).toBe(ts);
}, 120_000);

it("sends nothing once the READY wait has timed out, and says that nobody answered", async () => {
  // AWS's clock is behind, so that a deadline which is an hour away there is near.
  const clock = createFakeClock(Date.now() - 3_595_000);
  const { world, replica } = await begin({ clock });
  const journey = codedeploy.continueReady;
  const opening = journey.open(world, replica, "timed-out-903", place);
  await until("the deployment waits", () => {
    clock.advance(1);
    return world.codedeploy.events.emitted().some(({ detail }) => detail.state === "READY");
  });
  const scene = await opening;
  await isOffered({ world, replica }, scene, journey);
  const seen = cardOf(scene);
  clock.advance(3_605_000);
  await world.people(replica).click(mara, seen, "Continue", { revision: seen.revision });
  await hears(scene, mara, ["was not sent"]);
  await isGone(scene, journey);
  await says(scene, ["Nobody answered"]);
  expect(requestsAbout(scene)).toEqual([]);
}, 90_000);

const hour = 3_600_000;

it("offers a revert for 72 hours, and neither offers nor sends it afterwards", async () => {
  const clock = createFakeClock(Date.now() - 72 * hour);
  const { world, replica } = await begin({ clock });
  const journey = appconfig.revert;
  const open = async (name: string, sinceMs: number): Promise<Scene> => {
    clock.advance(Date.now() - sinceMs - clock.now());
    start(world, name, place, { version: "56", pace: "at once" });
    clock.advance(1);
    const key = start(world, name, place, { version: "57", pace: "at once" });
    clock.advance(1);
    await world.send(replica, newsOf("Complete", key, name, "57"));
    return { world, service: `${name}/live`, deployment: aboutOf(key) };
  };
  // One ends while it is looked at; for the other AWS's clock is ahead of this process's.
  const ending = await open("ending-904", 72 * hour - 15_000);
  const refused = await open("refused-905", 71 * hour);
  await isOffered({ world, replica }, ending, journey);
  await isOffered({ world, replica }, refused, journey);
  const seen = cardOf(ending);
  const tooLate = cardOf(refused);
  clock.advance(72 * hour + 60_000);
  await world.people(replica).click(jun, tooLate, "Revert");
  await hears(refused, jun, ["rejected your", "72 hours"]);
  await isGone(ending, journey);
  await world.people(replica).click(mara, seen, "Revert", { revision: seen.revision });
  await hears(ending, mara, ["was not sent"]);
  expect(requestsAbout(ending)).toEqual([]);
  expect(requestsAbout(refused)).toEqual([requestOf(journey, refused)]);
}, 90_000);
