import { afterAll, beforeAll, expect, it } from "vitest";
import { createGate } from "./gate.ts";
import { recordOf, writesTo } from "./record.ts";
import { card, isTold, openHold, startReady } from "./scenes.ts";
import { hurried } from "./timing.ts";
import { until } from "./until.ts";
import { jun, mara, openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld({ timing: hurried });
});
afterAll(() => world.close());

it("sends the rollback that is pressed once after a continue's process was killed, and never the continue", async () => {
  const gate = createGate();
  const victim = await startReady(world, gate);
  const other = await startReady(world);
  const scene = await openHold(world, other, "opposed");
  gate.killAt({ backend: "redis", what: "claim", side: "reply", nth: 1 }, victim.kill);
  gate.open();
  await world.people(victim).click(mara, card(scene), "Continue");
  await victim.ended;

  await world.people(other).click(jun, card(scene), "Roll back");
  await until("something is sent", () => writesTo(world, scene.deployment).length > 0, {
    withinMs: 60_000,
    state: other.logs,
  });
  await isTold(world, jun, ["sent"]);
  let last = "";
  const isEnded = async (): Promise<boolean> => {
    const { decisions, leased } = await recordOf(world, card(scene));
    last = JSON.stringify(decisions);
    return !leased && !last.includes('"claimed"') && !last.includes('"sent"');
  };
  await until("both answers have come to an end", isEnded, { withinMs: 60_000, state: () => last });
  expect(writesTo(world, scene.deployment)).toEqual(["ContinueServiceDeployment ROLLBACK"]);
}, 180_000);
