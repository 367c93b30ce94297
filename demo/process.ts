/** Runs the bot as its own process, so that pulling the plug is a real SIGKILL and a restart a real start. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { BotProcess } from "./page/contract.ts";

export interface BotProcessOptions {
  readonly url: string;
  /** The whole environment: the user's own AWS and Slack settings must not reach the bot. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly changed: () => void;
}

export interface RunningBotProcess extends BotProcess {
  /** Resolves when the bot is ready; rejects if it exits before that. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

type State = ReturnType<BotProcess["state"]>;

const startMs = 60_000;
/** The bot itself takes at most 20 s to stop. */
const stopMs = 25_000;
const probeEveryMs = 100;
const probeMs = 1_000;
const mostLastWords = 2_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const leash = new URL("./leash.ts", import.meta.url);

/**
 * Checks single parts, because the embedded store can't report its eviction policy, which `/readyz` as a whole
 * requires.
 */
const readiness = z.object({ store: z.literal("reachable"), slack: z.literal("connected") });

export function createBotProcess(options: BotProcessOptions): RunningBotProcess {
  const { url, environment, logFile, changed } = options;
  const log = createWriteStream(logFile, { flags: "a" });
  let state: State = "stopped";
  let current: ChildProcess | undefined;
  let lastWords = "";

  function become(next: State): void {
    if (state === next) return;
    state = next;
    changed();
  }

  function launch(): ChildProcess {
    const args = ["--import", "tsx", "--import", leash.href, "src/cli.ts", "start"];
    // In its own process group: Ctrl-C reaches the whole group of the terminal, and the demo should stop the bot
    // gracefully.
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: environment,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // Not pipe(): it would close the log when the bot exits.
    const keep = (text: string): void => {
      log.write(text);
      lastWords = (lastWords + text).slice(-mostLastWords);
    };
    child.stdout.on("data", (chunk: Buffer) => keep(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => keep(chunk.toString()));
    child.on("error", ({ message }) => keep(`${message}\n`));
    child.once("exit", () => {
      if (current !== child) return;
      current = undefined;
      become("stopped");
    });
    return child;
  }

  async function start(): Promise<void> {
    if (current !== undefined) return;
    const child = launch();
    current = child;
    become("starting");
    const deadline = performance.now() + startMs;
    while (!(await isReady(url))) {
      if (current !== child)
        throw new Error(
          `The bot ended before it was ready (${child.signalCode ?? `exit code ${child.exitCode}`}).\n${lastWords}`,
        );
      if (performance.now() > deadline) {
        await kill();
        throw new Error(`The bot was not ready within ${startMs / 1_000} s.`);
      }
      await wait(probeEveryMs);
    }
    if (current === child) become("running");
  }

  async function kill(): Promise<void> {
    const child = current;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async function stop(): Promise<void> {
    const child = current;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), stopMs);
    await ended;
    clearTimeout(late);
  }

  return {
    state: () => state,
    start,
    pullPlug: kill,
    restart: async () => {
      await stop();
      await start();
    },
    close: async () => {
      await stop();
      await new Promise<void>((resolve) => log.end(() => resolve()));
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(probeMs) });
    return readiness.safeParse(await response.json()).success;
  } catch {
    return false;
  }
}
