/** One replica: a real process of the built program. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Timing } from "../../src/handlers/timing.ts";
import { buildProgram } from "./program.ts";
import { until } from "./until.ts";

export interface Replica {
  readonly url: string;
  /** Where it reaches Slack. */
  readonly slackUrl: string;
  readonly alive: () => boolean;
  /** What it logged, newest last. */
  readonly logs: () => string;
  /** The sum of a counter over all its labels. */
  readonly counted: (metric: string) => Promise<number>;
  /** SIGTERM. Answers the exit code. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL: takes effect before this returns to anybody else. */
  readonly kill: () => void;
  readonly ended: Promise<unknown>;
}

export interface ReplicaOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Absent: `holdpoint start`, with the protocol's own timing. */
  readonly timing?: Timing | undefined;
  /** Another program of the same manners, as arguments of Node. Absent: what `src` builds. */
  readonly program?: readonly string[] | undefined;
}

const entry = fileURLToPath(new URL("process.mjs", import.meta.url));
const startMs = 30_000;
const keptLogs = 200_000;

/** Resolves when it takes requests: not necessarily when it is ready. */
export async function startReplica({ env, timing, program }: ReplicaOptions): Promise<Replica> {
  const [args, more] =
    timing === undefined
      ? [program ?? [join(buildProgram(), "cli.mjs"), "start"], {}]
      : [[entry], { PROGRAM: join(buildProgram(), "parts.mjs"), TIMING: JSON.stringify(timing) }];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? "", HOST: "127.0.0.1", PORT: "0", ...env, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let logs = "";
  const keep = (chunk: Buffer): void => {
    logs = (logs + chunk.toString()).slice(-keptLogs);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = once(child, "exit");
  const port = await until(
    "the replica listens",
    () => {
      if (!alive(child)) throw new Error(`the replica ended while it started\n${logs}`);
      return /"port":(\d+).*"msg":"started"/.exec(logs)?.[1];
    },
    { withinMs: startMs, state: () => logs },
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    slackUrl: env.SLACK_API_URL ?? "",
    ended,
    alive: () => alive(child),
    logs: () => logs,
    async counted(metric) {
      const text = await (await fetch(`${url}/metrics`)).text();
      return sumOf(text, metric);
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** A replica that does not end by itself is killed, so that no test leaves a process behind. */
export async function endReplica(replica: Replica): Promise<void> {
  if (!replica.alive()) return;
  const late = setTimeout(() => replica.kill(), 25_000);
  await replica.stop();
  clearTimeout(late);
}

function alive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Prometheus' text: `name{labels} value`. */
function sumOf(text: string, metric: string): number {
  const values = text
    .split("\n")
    .filter((line) => line.startsWith(`${metric} `) || line.startsWith(`${metric}{`))
    .map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
  return values.reduce((sum, value) => sum + value, 0);
}
