import { expect, it } from "vitest";
import { type Crossing, createGate, type Gate, nameOf } from "./gate.ts";
import { clickPath, eventPath, type Path } from "./paths.ts";
import { isQuiet } from "./record.ts";
import type { Replica } from "./replica.ts";
import { scaledTiming } from "./timing.ts";
import { until } from "./until.ts";
import { openWorld, type World } from "./world.ts";

/** The promise: everything has settled, or is offered again. */
const recoveryMs = 75_000;
const by = 10;
/** For a machine that runs many processes at once: starting one is not a matter of the protocol. */
const slackMs = 20_000;

const scaled = scaledTiming(by);
const timing = {
  ...scaled,
  // No look but those that the answer and its recovery ask for: what they forgot would not be found.
  ...{ idleLookMs: 600_000, sweepMs: 600_000 },
  // What is left for Redis to answer in does not shrink with the rest.
  ...{ sendMarginMs: scaled.callTimeoutMs, sendLeaseMs: scaled.sendLeaseMs + 500 },
};
const lanes = 6;

interface Watched {
  readonly replica: Replica;
  readonly gate: Gate;
}

async function start(world: World): Promise<Watched> {
  const gate = createGate();
  const replica = await world.start(gate);
  await until(
    "the replica is ready and has swept",
    async () =>
      (await fetch(`${replica.url}/readyz`)).ok && (await replica.counted("holdpoint_sweeps_total")) > 0,
    { state: replica.logs },
  );
  return { replica, gate };
}

/** Walks the path once in peace. */
async function countCrossings(path: Path): Promise<readonly Crossing[]> {
  const world = await openWorld({ timing });
  try {
    const { replica, gate } = await start(world);
    const scene = await path.prepare(world, replica, "peace");
    await until("nothing is left to do", () => isQuiet(world), { state: replica.logs });
    gate.open();
    const walked = await path.walk(scene, replica);
    await until("it has settled", async () => (await path.settled(scene)) && isQuiet(world), {
      state: replica.logs,
    });
    expect(await path.wrongs(scene, replica, walked)).toEqual([]);
    return gate.crossings();
  } finally {
    await world.close();
  }
}

interface Outcome {
  readonly crossing: string;
  readonly reached: boolean;
  readonly wrongs: readonly string[];
}

/** Kills one process after the other: each is the one that goes on for the one before it. */
async function killOneByOne(path: Path, crossings: readonly Crossing[]): Promise<readonly Outcome[]> {
  const world = await openWorld({ timing });
  const outcomes: Outcome[] = [];
  try {
    let { replica, gate } = await start(world);
    for (const [index, crossing] of crossings.entries()) {
      const victim = replica;
      const scene = await path.prepare(world, victim, `service-${index}`);
      await until("nothing is left to do", () => isQuiet(world), { state: victim.logs });
      gate.killAt(crossing, victim.kill);
      gate.open();
      const walked = await path.walk(scene, victim);
      const calm = async (): Promise<boolean> => (await path.settled(scene)) && isQuiet(world);
      await until("it is killed, or has settled", async () => gate.dead() || calm(), { state: victim.logs });
      const reached = gate.dead();
      if (reached) {
        await victim.ended;
        ({ replica, gate } = await start(world));
      }
      await walked.again(replica);
      const wrongs = await until("it settles", calm, {
        withinMs: recoveryMs / by + slackMs,
        state: () =>
          `${JSON.stringify(world.cards(scene.service).map(({ text }) => text))}\n${replica.logs()}`,
      }).then(
        () => path.wrongs(scene, replica, walked),
        (error: unknown) => [String(error)],
      );
      outcomes.push({ crossing: nameOf(crossing), reached, wrongs });
    }
  } finally {
    await world.close();
  }
  return outcomes;
}

it.each([eventPath, clickPath])(
  "survives a kill at every boundary of the $name path",
  async (path) => {
    const crossings = await countCrossings(path);
    const shares = Array.from({ length: lanes }, (_, lane) =>
      crossings.filter((_crossing, index) => index % lanes === lane),
    );
    const outcomes = (await Promise.all(shares.map((share) => killOneByOne(path, share)))).flat();

    expect(outcomes.filter(({ wrongs }) => wrongs.length > 0)).toEqual([]);
    expect(outcomes).toHaveLength(crossings.length);
    const missed = outcomes.filter(({ reached }) => !reached);
    expect(missed.length).toBeLessThan(crossings.length / 10);
  },
  600_000,
);
