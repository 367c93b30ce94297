/** Kills a process at one crossing after the other, and lets the next process finish what was under way. */

import { expect } from "vitest";
import { keepBudgetFull } from "./full-budget.ts";
import { type Crossing, createGate, type Gate, nameOf } from "./gate.ts";
import type { Path } from "./paths.ts";
import { isQuiet } from "./record.ts";
import type { Replica } from "./replica.ts";
import { scaledTiming } from "./timing.ts";
import { until } from "./until.ts";
import { openWorld, type World, type WorldOptions } from "./world.ts";

/** The promise: everything has settled, or is offered again. */
const recoveryMs = 75_000;
const by = 10;
/** For a machine that runs many processes at once: starting one is not a matter of the protocol. */
const slackMs = 60_000;

const scaled = scaledTiming(by);
export const unattended = {
  ...scaled,
  // No look but those that the answer and its recovery ask for: what they forgot would not be found.
  ...{ idleLookMs: 600_000, sweepMs: 600_000 },
  // What is left for Redis to answer in does not shrink with the rest.
  ...{ sendMarginMs: scaled.callTimeoutMs, sendLeaseMs: scaled.sendLeaseMs + 500 },
};
const lanes = 6;
/** A new process looks at everything that is under way: a world that fills up would make each start slower. */
const killsPerWorld = 12;

export type Sessions = Pick<WorldOptions, "sessionSeconds" | "policies" | "timing">;

export interface Kill {
  readonly path: Path;
  readonly at: Crossing;
}

export interface Outcome {
  readonly path: string;
  readonly crossing: string;
  readonly reached: boolean;
  readonly wrongs: readonly string[];
}

export interface Watched {
  readonly replica: Replica;
  readonly gate: Gate;
}

export async function startWatched(world: World, gate = createGate()): Promise<Watched> {
  const replica = await world.start(gate);
  await until(
    "the replica is ready and has swept",
    async () =>
      (await fetch(`${replica.url}/readyz`)).ok && (await replica.counted("holdpoint_sweeps_total")) > 0,
    { withinMs: slackMs, state: replica.logs },
  );
  return { replica, gate };
}

/** Works through all of these, so many worlds at once. */
export async function inWorlds<Work, Result>(
  works: readonly Work[],
  atMost: number,
  options: Sessions,
  job: (world: World, batch: readonly Work[]) => Promise<readonly Result[]>,
  atOnce = lanes,
): Promise<readonly Result[]> {
  const size = Math.max(1, Math.min(atMost, Math.ceil(works.length / atOnce)));
  const batches = Array.from({ length: Math.ceil(works.length / size) }, (_, index) =>
    works.slice(index * size, (index + 1) * size),
  );
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const world = await openWorld({ timing: unattended, ...options });
      const stopFilling = keepBudgetFull(world);
      try {
        results.push(...(await job(world, batch)));
      } finally {
        stopFilling();
        await world.close();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Walks each path once in peace, with a process of its own. */
export async function countCrossings(
  paths: readonly Path[],
  sessions: Sessions = {},
): Promise<readonly Kill[]> {
  const counted = await inWorlds(paths, paths.length, sessions, async (world, batch) => {
    const kills: Kill[] = [];
    for (const [index, path] of batch.entries())
      kills.push(...(await countOne(world, path, `peace-${index}`)));
    return kills;
  });
  return paths.flatMap((path) => counted.filter((kill) => kill.path === path));
}

async function countOne(world: World, path: Path, name: string): Promise<readonly Kill[]> {
  const { replica, gate } = await startWatched(world);
  const scene = await path.prepare(world, replica, name);
  await until("nothing is left to do", () => isQuiet(world), { state: replica.logs });
  gate.open();
  const walked = await path.walk(scene, replica);
  await until(`it has settled: ${path.name}`, async () => (await path.settled(scene)) && isQuiet(world), {
    withinMs: slackMs,
    state: replica.logs,
  });
  gate.rest();
  expect(await path.wrongs(scene, replica, walked)).toEqual([]);
  replica.kill();
  await replica.ended;
  return gate.crossings().map((at) => ({ path, at }));
}

/** Each process is the one that goes on for the one before it. */
export async function killOneByOne(
  kills: readonly Kill[],
  sessions: Sessions = {},
): Promise<readonly Outcome[]> {
  return inWorlds(kills, killsPerWorld, sessions, async (world, batch) => {
    const outcomes: Outcome[] = [];
    let watched = await startWatched(world);
    for (const [index, kill] of batch.entries()) {
      const [outcome, next] = await killOnce(world, watched, kill, `service-${index}`);
      outcomes.push(outcome);
      watched = next;
    }
    return outcomes;
  });
}

async function killOnce(
  world: World,
  watched: Watched,
  { path, at }: Kill,
  name: string,
): Promise<readonly [Outcome, Watched]> {
  let { replica, gate } = watched;
  const victim = replica;
  const scene = await path.prepare(world, victim, name);
  await until("nothing is left to do", () => isQuiet(world), { withinMs: slackMs, state: victim.logs });
  gate.killAt(at, victim.kill);
  gate.open();
  const walked = await path.walk(scene, victim);
  const calm = async (): Promise<boolean> => (await path.settled(scene)) && isQuiet(world);
  await until("it is killed, or has settled", async () => gate.dead() || calm(), {
    withinMs: slackMs,
    state: victim.logs,
  });
  const reached = gate.dead();
  gate.rest();
  if (reached) {
    await victim.ended;
    ({ replica, gate } = await startWatched(world));
  }
  await walked.again(replica);
  const wrongs = await until("it settles", calm, {
    withinMs: recoveryMs / by + slackMs,
    state: () => `${JSON.stringify(world.cards(scene.service).map(({ text }) => text))}\n${replica.logs()}`,
  }).then(
    () => path.wrongs(scene, replica, walked),
    (error: unknown) => [String(error)],
  );
  return [
    { path: path.name, crossing: nameOf(at), reached, wrongs },
    { replica, gate },
  ];
}

/** All were tried, and few of the crossings did not come about again. */
export function areTried(outcomes: readonly Outcome[], kills: readonly Kill[]): boolean {
  const missed = outcomes.filter(({ reached }) => !reached);
  return outcomes.length === kills.length && missed.length < kills.length / 10;
}

export function wrongsIn(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ wrongs }) => wrongs.length > 0);
}
