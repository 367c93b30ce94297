import { expect, it } from "vitest";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { keepBudgetFull } from "./full-budget.ts";
import { offers, writesTo } from "./record.ts";
import type { Replica } from "./replica.ts";
import { startReady } from "./scenes.ts";
import { until } from "./until.ts";
import { eventsOf, jun, mara, openWorld, type World } from "./world.ts";

const holds = 1_000;
const holdsPerWorld = 200;
/** As many wait for an answer at the same time: each gets two or three clicks in the same moment. */
const atOnce = 40;
/** The holds are what is tested: nobody has to look at what was answered long ago. */
const timing = { ...protocolTiming, idleLookMs: 3_600_000, sweepMs: 3_600_000 };

const opposites = [
  { person: mara, label: "Continue", write: "ContinueServiceDeployment CONTINUE" },
  { person: jun, label: "Roll back", write: "ContinueServiceDeployment ROLLBACK" },
] as const;

interface Waiting {
  readonly service: string;
  readonly deployment: string;
}

async function openHolds(
  world: World,
  replicas: readonly Replica[],
  names: readonly string[],
): Promise<readonly Waiting[]> {
  const waiting = names.map((service) => ({ service, deployment: world.deploy(service) }));
  const sent = waiting.map(({ deployment }, index) =>
    world.send(at(replicas, index), eventsOf(world, deployment).at(-1)),
  );
  expect(new Set(await Promise.all(sent))).toEqual(new Set([200]));
  await until(
    "every hold has its card",
    () => waiting.every(({ service }) => offers(world.cards(service)[0], "Continue")),
    { withinMs: 120_000, againMs: 100, state: () => logsOf(replicas).join("\n") },
  );
  return waiting;
}

/** Both at once through different replicas, and every third time one of them twice. */
async function clickOpposites(
  world: World,
  replicas: readonly Replica[],
  { service }: Waiting,
  index: number,
): Promise<void> {
  const card = world.cards(service)[0];
  if (card === undefined) throw new Error(`${service} has no card`);
  const twice = index % 3 === 0 ? [opposites[index % 2 === 0 ? 0 : 1]] : [];
  const clicks = [...opposites, ...twice].map(({ person, label }, click) =>
    world.people(at(replicas, index + click)).click(person, card, label),
  );
  const statuses = (await Promise.all(clicks)).map(({ status }) => status);
  expect(statuses).toEqual(statuses.map(() => 200));
}

function toldTo({ slack }: World, person: string, service: string): readonly string[] {
  return slack.workspace
    .privateTo(person)
    .filter(({ text }) => text.includes(`${service} in `))
    .map(({ text, blocks }) => JSON.stringify([text, blocks]));
}

/** What is wrong about one hold; nothing while the loser may still be told. */
function verdict(world: World, { service, deployment }: Waiting): string | undefined {
  const writes = writesTo(world, deployment);
  if (writes.length > 1) return `${service}: ${writes.join(", ")}`;
  const winner = opposites.find(({ write }) => write === writes[0]);
  const loser = opposites.find(({ person }) => person !== winner?.person);
  if (winner === undefined || loser === undefined)
    return `${service}: nobody won: ${opposites.flatMap(({ person }) => toldTo(world, person, service)).join("\n")}`;
  const told = toldTo(world, loser.person, service);
  return told.some((words) => words.includes(`<@${winner.person}>`))
    ? undefined
    : `${service}: ${loser.person} was not told that ${winner.person} won: ${told.join("\n")}`;
}

/**
 * A world of its own for some of them, so that the fakes stay as fast as they are when they know little. Answers how
 * many calls AWS got for each hold.
 */
async function answerHolds(round: number): Promise<readonly number[]> {
  const world = await openWorld({ timing });
  const stopFilling = keepBudgetFull(world);
  try {
    const replicas = await Promise.all([startReady(world), startReady(world), startReady(world)]);
    for (let first = 0; first < holdsPerWorld; first += atOnce) {
      const names = Array.from({ length: atOnce }, (_, index) => `service-${round}-${first + index}`);
      const waiting = await openHolds(world, replicas, names);
      await Promise.all(waiting.map((hold, index) => clickOpposites(world, replicas, hold, index)));
      let open = waiting;
      await until(
        "each has one winner and everybody knows",
        () => {
          open = open.filter((hold) => verdict(world, hold) !== undefined);
          return open.length === 0;
        },
        {
          ...{ withinMs: 120_000, againMs: 100 },
          state: () => [...open.map((hold) => verdict(world, hold)), ...logsOf(replicas)].join("\n"),
        },
      );
    }
    return [...world.writes().values()].map(({ length }) => length);
  } finally {
    stopFilling();
    await world.close();
  }
}

it(`lets one of two opposite answers through for each of ${holds} holds, and tells the other person who won`, async () => {
  const writes: number[] = [];
  for (let round = 0; writes.length < holds; round += 1) writes.push(...(await answerHolds(round)));
  expect(writes).toEqual(Array.from({ length: holds }, () => 1));
}, 900_000);

function logsOf(replicas: readonly Replica[]): readonly string[] {
  return replicas.map(({ alive, logs }) => `${alive() ? "alive" : "dead"}\n${logs().slice(-5_000)}`);
}

function at(replicas: readonly Replica[], index: number): Replica {
  const replica = replicas[index % replicas.length];
  if (replica === undefined) throw new Error("there is no replica");
  return replica;
}
