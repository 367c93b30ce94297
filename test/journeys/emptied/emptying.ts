/** Takes the store's memory away at one crossing after the other, under processes that go on. */

import type { JobKey } from "../../../src/handlers/store/queue.ts";
import { createStore } from "../../../src/store/store.ts";
import { createGate, nameOf } from "../gate.ts";
import {
  inWorlds,
  type Kill,
  type Outcome,
  type Sessions,
  startWatched,
  unattended,
  type Watched,
} from "../killing.ts";
import { isQuiet } from "../record.ts";
import { isReady } from "../scenes.ts";
import { until } from "../until.ts";
import { farPlace, place, type World } from "../world.ts";

/** What a store can lose. `emptied`: everything. `set-back`: what was written since the path began, as in a failover. */
export type Loss = "emptied" | "set-back";

const patienceMs = 60_000;
/** Every sweep finds all of them again. */
const lossesPerWorld = 6;
const worldsAtOnce = 2;
/** A failover takes the record of what AWS has carried out already: who it was is not known (docs/operations.md, X4). */
const expected: Readonly<Record<Loss, RegExp | undefined>> = {
  emptied: undefined,
  "set-back": /^it accuses/,
};
const settledMs = 6_000;

export const losing: Sessions = {
  timing: { ...unattended, settledMs, newDeploymentMs: 4_000 },
};

/** The same two processes go on in all of these. */
export async function loseOneByOne(
  losses: readonly Kill[],
  loss: Loss,
  options: Sessions,
): Promise<readonly Outcome[]> {
  const loseEach = async (world: World, batch: readonly Kill[]): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = [];
    const watched = await startTwo(world);
    for (const [index, one] of batch.entries())
      outcomes.push(await loseOnce(world, watched, one, loss, `service-${index}`));
    return outcomes;
  };
  return inWorlds(losses, lossesPerWorld, options, loseEach, worldsAtOnce);
}

/** Old enough for everything that they knew: nothing is searched for that they remember. */
async function startTwo(world: World): Promise<Watched> {
  const gate = createGate();
  const watched = await startWatched(world, gate);
  const second = await world.start(gate);
  await until("the second is ready", () => isReady(second), { withinMs: patienceMs, state: second.logs });
  const since = performance.now();
  await until("their connections have settled", () => performance.now() - since > settledMs, {
    againMs: 100,
  });
  return watched;
}

async function loseOnce(
  world: World,
  { replica, gate }: Watched,
  { path, at }: Kill,
  loss: Loss,
  name: string,
): Promise<Outcome> {
  const state = (): string => `${JSON.stringify(world.cards(name))}\n${replica.logs()}`;
  await growOld(world);
  const scene = await path.prepare(world, replica, name);
  await until("nothing is left to do", () => isQuiet(world), { withinMs: patienceMs, state });
  const lose = loss === "emptied" ? () => world.redis.flushdb() : await setBackTo(world);
  gate.strikeAt(at, lose);
  gate.open();
  const walked = await path.walk(scene, replica);
  const calm = async (): Promise<boolean> => (await path.settled(scene)) && isQuiet(world);
  await until("its memory is lost, or it has settled", async () => gate.reached() || calm(), {
    withinMs: patienceMs,
    state,
  });
  const reached = gate.reached();
  gate.rest();
  await walked.again(replica);
  const wrongs = await until("it settles", async () => (await calm()) || (await sweepNow(world)), {
    withinMs: patienceMs,
    againMs: 200,
    state,
  }).then(
    () => path.wrongs(scene, replica, walked),
    (error: unknown) => [String(error)],
  );
  const unexpected = wrongs.filter((wrong) => expected[loss]?.test(wrong) !== true);
  return { path: path.name, crossing: `${nameOf(at)} ${loss}`, reached, wrongs: unexpected };
}

const queue = "hp:{q0}";

async function growOld({ redis }: World): Promise<void> {
  const [seconds] = await redis.time();
  await redis.set(`${queue}:epoch`, (Number(seconds) - 3_600) * 1_000);
}

/** What comes within a minute: the sweeps, and reads of what is known. Answers that it is not over yet. */
async function sweepNow({ redis }: World): Promise<false> {
  if ((await redis.hlen(`${queue}:work`)) > 0) return false;
  const store = createStore(redis);
  const sweeps = [place, farPlace].map((at): JobKey => ({ kind: "sweep", ...at }));
  const known = (await store.active()).map(({ ref }): JobKey => ({ kind: "ref", ref }));
  await store.enqueue([...sweeps, ...known].map((member) => ({ member, delayMs: 0 })));
  return false;
}

/** What is written from now on will not have been. */
async function setBackTo({ redis }: World): Promise<() => Promise<unknown>> {
  const names = await redis.keys("hp:*");
  const kept = await Promise.all(
    names.map(async (name) => {
      const [text, leftMs] = await Promise.all([redis.dumpBuffer(name), redis.pttl(name)]);
      return { name, text, leftMs: Math.max(0, leftMs) };
    }),
  );
  return async () => {
    const all = redis.multi().flushdb();
    for (const { name, text, leftMs } of kept) all.restore(name, leftMs, text);
    return all.exec();
  };
}
