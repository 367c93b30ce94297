/**
 * `npm run bench`: measures click to AWS call and event to card, for Holdpoint and for a bare handler with the same
 * reads, in one run. Each round runs every subject once, one after the other, so that a slowdown of the machine
 * affects all. `--beside <checkout>` also measures the built program of another checkout, `--write` rewrites
 * docs/benchmarks.md.
 */

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Message } from "../fakes/slack/workspace.ts";
import { keepBudgetFull } from "../test/journeys/full-budget.ts";
import { offers } from "../test/journeys/record.ts";
import type { Replica } from "../test/journeys/replica.ts";
import { startReady } from "../test/journeys/scenes.ts";
import { eventsOf, mara, openWorld, type World } from "../test/journeys/world.ts";
import { startRedisServer } from "../test/redis-server.ts";
import { type Figures, figuresOf, page, table } from "./page.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "150" },
    beside: { type: "string", multiple: true, default: [] },
    write: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds is a whole number above 0");
/** Warm-up rounds, not counted: V8 compiles frequently run code. */
const warmUps = 40;
const patienceMs = 30_000;
/** How long nothing is sent before a subject counts as idle. */
const quietMs = 60;

interface Subject {
  readonly name: string;
  readonly world: World;
  readonly replica: Replica;
  readonly close: () => Promise<void>;
  readonly eventToCardMs: number[];
  readonly clickToCallMs: number[];
}

async function open(name: string, program: readonly string[]): Promise<Subject> {
  const server = await startRedisServer();
  if (server === undefined) throw new Error("there is no redis-server on PATH");
  const redis = { path: server.socket };
  const world = await openWorld({ redis, program });
  const replica = await startReady(world);
  const stop = keepBudgetFull(world);
  // A young store may be one that lost its data, and takes extra checks: measure one that is not young.
  await world.redis.set("hp:{q0}:epoch", Date.now() - 3_600_000);
  const close = async (): Promise<void> => {
    stop();
    await world.close();
    await server.close();
  };
  return { name, world, replica, close, eventToCardMs: [], clickToCallMs: [] };
}

function builtIn(checkout: string): readonly string[] {
  return [join(checkout, "dist/cli.js"), "start"];
}

/** One deployment, from the event that it waits to the one call, until everything is quiet. */
async function round(subject: Subject, index: number): Promise<void> {
  const { name, world, replica, eventToCardMs, clickToCallMs } = subject;
  const service = `checkout-${index}`;
  const deployment = world.deploy(service);
  await quiet(world);
  const cardOf = () => world.cards(service).find((one) => offers(one, "Continue"));
  // A sweep may have been faster than the event.
  const found = cardOf();
  const cardStands = world.slack.waitFor(cardOf, { what: `the card of ${name}`, timeoutMs: patienceMs });
  const told = performance.now();
  await world.send(replica, eventsOf(world, deployment).at(-1));
  const card: Message = await cardStands;
  if (found === undefined) eventToCardMs.push(performance.now() - told);
  await quiet(world);

  const answers = { operation: "ContinueServiceDeployment" };
  const before = world.aws.calls.all(answers).length;
  // Read at the call: it may come before the click returns.
  const called = world.aws.calls.waitFor(answers, before + 1, patienceMs).then(() => performance.now());
  const clicked = performance.now();
  await world.people(replica).click(mara, card, "Continue");
  clickToCallMs.push((await called) - clicked);
  await world.slack.waitFor(() => cardOf() === undefined, {
    what: `the answered card of ${name}`,
    timeoutMs: patienceMs,
  });
  await quiet(world);
}

async function quiet({ aws, slack }: World): Promise<void> {
  const said = () => aws.calls.all().at(-1)?.seq ?? 0;
  for (let before = -1, calls = -1; before !== said() || calls !== slack.calls.all().length; ) {
    before = said();
    calls = slack.calls.all().length;
    await wait(quietMs);
  }
}

/** The reads per deployment, to show that all subjects make the same ones. */
function readsOf({ world }: Subject): string {
  const counted = new Map<string, number>();
  for (const { operation, write } of world.aws.calls.all())
    if (!write) counted.set(operation, (counted.get(operation) ?? 0) + 1);
  return [...counted].map(([operation, count]) => `${operation} ${(count / rounds).toFixed(1)}`).join(", ");
}

async function redisVersion(): Promise<string> {
  const info = await subjects[0]?.world.redis.info("server");
  return /^redis_version:(\S+)/m.exec(info ?? "")?.[1] ?? "unknown";
}

const subjects = [
  await open("bare handler", ["--import", "tsx", join(import.meta.dirname, "bare.ts")]),
  await open("Holdpoint", builtIn(join(import.meta.dirname, ".."))),
];
for (const checkout of values.beside) subjects.push(await open(basename(checkout), builtIn(checkout)));

try {
  for (let index = 0; index < warmUps + rounds; index += 1) {
    if (index === warmUps)
      for (const { eventToCardMs, clickToCallMs, world } of subjects) {
        eventToCardMs.length = 0;
        clickToCallMs.length = 0;
        world.aws.calls.clear();
      }
    for (const subject of subjects) await round(subject, index);
  }
  const figures: readonly Figures[] = subjects.map((subject) => figuresOf(subject, readsOf(subject)));
  process.stdout.write(`${table(figures)}\n`);
  for (const { name, reads } of figures) process.stdout.write(`${name} read per deployment: ${reads}\n`);
  if (values.write) {
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, Redis ${await redisVersion()}`;
    writeFileSync(join(import.meta.dirname, "../docs/benchmarks.md"), page(figures, { machine, rounds }));
  }
} finally {
  for (const { close } of subjects) await close();
}
