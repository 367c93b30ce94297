/** Runs the demo: the world, with either the page or the transcript of one scenario. */

import { announcedToShow } from "./announced.ts";
import { callsToShow } from "./calls.ts";
import { cardOf, hasButton } from "./cards.ts";
import { actors, channel, services } from "./cast.ts";
import { createHappenings } from "./happenings.ts";
import { playOnce } from "./once.ts";
import type { Page } from "./page/contract.ts";
import { chosenPortError, isInUse } from "./ports.ts";
import { pause } from "./scenarios/ecs.ts";
import { scenariosOf } from "./scenarios.ts";
import { createWorld, type World } from "./world.ts";

const usualPort = 3999;
const portsTried = 20;
const firstCardMs = 15_000;

/** Resolves with the exit code. Without a port the page uses the default one, or the next that is free. */
export async function run({
  once,
  port,
}: {
  readonly once: boolean;
  readonly port?: number | undefined;
}): Promise<number> {
  const stopped = untilSignal();
  const world = await createWorld();
  try {
    return once ? await Promise.race([playOnce(world, print), stopped]) : await show(world, port, stopped);
  } finally {
    await world.close();
  }
}

async function show(world: World, port: number | undefined, stopped: Promise<number>): Promise<number> {
  const page = await openPage(world, port);
  try {
    const running = world.bot.start().then(async () => {
      await beginWithOne(world);
      print(`Holdpoint's demo: ${page.url}\n`);
      print(`Decisions are kept in ${world.store.words}.\n`);
      print(`The bot is the real program, in a process of its own. Its log: ${world.logFile}\n`);
      print("Ctrl-C ends everything.\n");
      return stopped;
    });
    return await Promise.race([running, stopped]);
  } finally {
    await page.close();
  }
}

/**
 * Starts one deployment, so that the page first shows a card with buttons. If the card is late, it appears on the page
 * later.
 */
async function beginWithOne({ fleet, slack, changes }: World): Promise<void> {
  const stageMs = { SCALE_UP: 0, TEST_TRAFFIC_SHIFT: 200 };
  const started = fleet.deploy(services.pausing, { pauses: [pause], stageMs });
  const asks = () => hasButton(cardOf(slack, started), "Continue");
  await changes.waitFor(asks, { what: "The first card", timeoutMs: firstCardMs }).catch(() => undefined);
}

async function openPage(world: World, wanted: number | undefined): Promise<Page> {
  // Loading the block renderer takes half a second, and the transcript doesn't need it.
  const { startPage } = await import("./page/server.ts");
  const happenings = createHappenings(world.changes.notify);
  const options = {
    ...world,
    channel: channel.id,
    people: actors,
    scenarios: scenariosOf(world, happenings),
    happenings: happenings.newest,
    onChange: world.changes.onChange,
    awsCalls: () => callsToShow(world.aws.calls.all(), world.names),
    announced: () => announcedToShow(world.announced()),
    store: world.store.words,
  };
  if (wanted !== undefined) {
    return startPage({ ...options, port: wanted }).catch((error: unknown) => {
      throw chosenPortError(error, wanted);
    });
  }
  for (let port = usualPort; port < usualPort + portsTried; port += 1) {
    try {
      return await startPage({ ...options, port });
    } catch (error) {
      if (!isInUse(error)) throw error;
    }
  }
  return startPage({ ...options, port: 0 });
}

/** Resolves with the exit code. A second signal ends the process at once. */
function untilSignal(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(0));
  });
}

function print(text: string): void {
  process.stdout.write(text);
}
