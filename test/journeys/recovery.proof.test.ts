import { expect, it } from "vitest";
import { type Crossing, createGate, nameOf } from "./gate.ts";
import { clickPath } from "./paths.ts";
import { wordsOn } from "./record.ts";
import { card, openHold, startReady } from "./scenes.ts";
import { until } from "./until.ts";
import { openWorld } from "./world.ts";

/** The promise, on the protocol's own timing: everything has settled by then, or is offered again. */
const recoveryMs = 75_000;

const call = "ContinueServiceDeployment";
const crossings: readonly Crossing[] = [
  // Claimed and not begun: the other replica carries it out.
  { backend: "redis", what: "claim", side: "reply", nth: 1 },
  // Begun and never sent: nobody knows that, so the quiet time has to pass before it is offered again.
  { backend: "aws", what: call, side: "request", nth: 1 },
  // Sent and carried out, and nobody was told: AWS shows it.
  { backend: "aws", what: call, side: "reply", nth: 1 },
];

/** Kills the replica that was clicked, beside another one, and answers what is wrong afterwards. */
async function recover(crossing: Crossing): Promise<readonly string[]> {
  const world = await openWorld();
  try {
    const gate = createGate();
    const survivor = await startReady(world);
    const victim = await startReady(world, gate);
    const scene = await openHold(world, survivor, "checkout");
    gate.killAt(crossing, victim.kill);
    gate.open();
    const walked = await clickPath.walk(scene, victim);
    await until("it is killed", () => gate.dead(), { state: victim.logs });
    await until("everything has settled", () => clickPath.settled(scene), {
      withinMs: recoveryMs,
      state: () => `${wordsOn(card(scene))}\n${survivor.logs()}`,
    });
    const wrongs = await clickPath.wrongs(scene, survivor, walked);
    return wrongs.map((wrong) => `${nameOf(crossing)}: ${wrong}`);
  } finally {
    await world.close();
  }
}

it("has settled a click within 75 s of a kill, or offers it again", async () => {
  const wrongs = await Promise.all(crossings.map(recover));
  expect(wrongs.flat()).toEqual([]);
}, 120_000);
