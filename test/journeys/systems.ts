/** Every system beside ECS in one world, with one replica: what its offers are put through. */

import { afterAll, beforeAll, vi } from "vitest";
import { appconfig } from "./appconfig-offers.ts";
import { codedeploy, furnishHook } from "./codedeploy-offers.ts";
import { keepBudgetFull } from "./full-budget.ts";
import type { Stage } from "./offers.ts";
import { proton } from "./proton-offers.ts";
import { startReady } from "./scenes.ts";
import { hurried } from "./timing.ts";
import { openWorld, place } from "./world.ts";

export const systems = [codedeploy, appconfig, proton];
export const journeys = systems.flatMap((system) => system.journeys);

/** Those whose call no other journey makes, with the module that documents its errors. */
export const failing = systems.flatMap(({ client, journeys: all }) =>
  all.filter(({ meanings }) => meanings !== undefined).map((journey) => ({ client, journey })),
);

/** One of each system: what is played with them stands for the others, which the proof plays. */
export const samples = systems.flatMap(({ journeys: [first] }) => first ?? []);

/** Answers once the tests run. */
export function stageForAll(): () => Stage {
  let stage: Stage | undefined;
  const closing: (() => void | Promise<void>)[] = [];
  beforeAll(async () => {
    const world = await openWorld({ timing: hurried, tapped: true });
    closing.push(() => world.close(), keepBudgetFull(world));
    furnishHook(world, place.region);
    vi.spyOn(console, "info").mockReturnValue();
    stage = { world, replica: await startReady(world) };
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    for (const close of closing.splice(0).toReversed()) await close();
  });
  return () => {
    if (stage === undefined) throw new Error("the stage is not set yet");
    return stage;
  };
}
