/** `npm run demo`: prints one URL. `npm run demo -- --once`: plays the main scenario as text, and exits 0 or 1. */

import { parseArgs } from "node:util";
import { announcedToShow } from "./announced.ts";
import { callsToShow } from "./calls.ts";
import { actors, channel } from "./cast.ts";
import { createHappenings } from "./happenings.ts";
import { playOnce } from "./once.ts";
import type { Page } from "./page/contract.ts";
import { startPage } from "./page/server.ts";
import { isInUse } from "./ports.ts";
import { scenariosOf } from "./scenarios.ts";
import { createWorld, type World } from "./world.ts";

const usage = `Usage: npm run demo [-- --once]

  (nothing)   shows the demo on a page of this machine, until Ctrl-C
  --once      plays the main scenario without a page, prints it, and exits 0 or 1

PORT chooses the page's port. Default: 3999, or the next one that is free.
`;

const usualPort = 3999;
const portsTried = 20;

// The fake AWS is made of the SDK, which warns about Node 20 at its first use.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

process.exitCode = await run();

async function run(): Promise<number> {
  const asked = readArguments();
  if (asked === undefined) return 2;
  const stopped = untilSignal();
  try {
    const world = await createWorld();
    try {
      return asked.once ? await Promise.race([playOnce(world, print), stopped]) : await show(world, stopped);
    } finally {
      await world.close();
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function show(world: World, stopped: Promise<number>): Promise<number> {
  const page = await openPage(world);
  try {
    const running = world.bot.start().then(() => {
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

async function openPage(world: World): Promise<Page> {
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
  const wanted = process.env.PORT ?? "";
  if (wanted !== "") {
    const port = Number(wanted);
    if (!/^\d{1,5}$/.test(wanted) || port > 65_535) throw new Error(`PORT=${wanted} is not a port.`);
    return startPage({ ...options, port }).catch((error: unknown) => {
      throw isInUse(error) ? new Error(`Port ${port} is in use. Choose another one with PORT.`) : error;
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

function readArguments(): { readonly once: boolean } | undefined {
  try {
    const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
    return values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
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
