/** A process that dies between a request and its call, while something gets worse. */
import { afterEach, expect, it } from "vitest";
import { createGate } from "./gate.ts";
import { wordsOn, writesTo } from "./record.ts";
import { card, cardSays, openHold, startReady } from "./scenes.ts";
import { hurried } from "./timing.ts";
import { until } from "./until.ts";
import { mara, openWorld, place, type World } from "./world.ts";

const alarms = { names: ["high-5xx", "p99"] };

const open: World[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

it("sends nothing for a process that died before the alarm went off: the thread asks again", async () => {
  const world = await openWorld({ timing: hurried });
  open.push(world);
  const gate = createGate();
  const first = await startReady(world, gate);
  const scene = await openHold(world, first, "checkout", { alarms });
  gate.open();
  gate.killAt({ backend: "redis", what: "claim", side: "reply", nth: 1 }, first.kill);
  await world.people(first).click(mara, card(scene), "Continue");
  await first.ended;
  world.cloudwatch.set(place, "high-5xx", "ALARM");
  const next = await startReady(world);
  const thread = (): string => world.slack.workspace.repliesTo(card(scene)).map(wordsOn).join("\n");
  await until("the thread tells it", () => thread().includes("high-5xx is in ALARM"), {
    withinMs: 40_000,
    state: () => `${thread()}\n${next.logs()}`,
  });
  expect(writesTo(world, scene.deployment)).toEqual([]);
  await cardSays(scene, ["1 of 2 in ALARM"]);
  await world.people(next).click(mara, card(scene), "Continue");
  await until("it is sent", () => writesTo(world, scene.deployment).length > 0, {
    state: () => wordsOn(card(scene)),
  });
  expect(writesTo(world, scene.deployment)).toEqual(["ContinueServiceDeployment CONTINUE"]);
}, 90_000);
