/** A redis-server child process with its append-only file in the data directory. It ends when this process ends. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Telemetry } from "../../handlers/ports.ts";
import { StoreError } from "../../handlers/store/store.ts";

export interface PrivateServer {
  /** Its Unix socket; no port is opened. */
  readonly socket: string;
  close(): Promise<void>;
}

const programs = ["redis-server", "valkey-server"];

/** How long to wait for the redis-server of a killed process to release the directory. */
const predecessorMs = 3_000;
const startMs = 10_000;
const stopMs = 5_000;
const restartMs = 1_000;

/** Exit code of flock if another process holds the lock. */
const lockedExitCode = 73;

/** `undefined` if there is no such program on PATH. */
export async function startPrivateServer(
  dataDir: string,
  telemetry: Telemetry,
): Promise<PrivateServer | undefined> {
  const program = await firstRunnable(programs);
  if (program === undefined) return undefined;
  const directory = resolve(dataDir);
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new StoreError(directoryProblem(directory, error), { cause: error });
  });
  const socket = socketIn(directory);
  await untilFree(socket, directory);
  const command = [...(await guards(directory)), program, ...serverArguments(directory, socket)];

  let stopping = false;
  let server = launch(command);
  await untilServing(server, socket, directory);
  restartWhenItEnds();
  const endWithUs = () => server.child.kill();
  process.once("exit", endWithUs);

  /** Its file has everything but the last second, so a server that died is started again. */
  function restartWhenItEnds(): void {
    server.child.once("exit", (code, signal) => {
      if (stopping) return;
      telemetry.log("error", "private redis-server exited, restarting", {
        code,
        signal,
        output: server.output(),
      });
      setTimeout(() => {
        if (stopping) return;
        server = launch(command);
        restartWhenItEnds();
      }, restartMs).unref();
    });
  }

  return {
    socket,
    async close() {
      stopping = true;
      process.off("exit", endWithUs);
      await stop(server.child);
    },
  };
}

interface Launched {
  readonly child: ChildProcess;
  /** The last 2,000 characters of its output. */
  output(): string;
}

function launch([program = "", ...args]: readonly string[]): Launched {
  // Its own process group: Ctrl-C goes to the terminal's group, and would end Redis before the drain.
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  let tail = "";
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", (error) => {
    tail += error.message;
  });
  return { child, output: () => tail };
}

function serverArguments(directory: string, socket: string): string[] {
  const settings: Readonly<Record<string, string>> = {
    port: "0",
    unixsocket: socket,
    unixsocketperm: "700",
    dir: directory,
    appendonly: "yes",
    appendfsync: "everysec",
    save: "",
    "maxmemory-policy": "noeviction",
    daemonize: "no",
    logfile: "",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/**
 * Wrappers for the program, if the machine has them: `flock`, so that two servers never write one append-only file,
 * and `setpriv`, so that the server doesn't outlive a parent that was killed.
 */
async function guards(directory: string): Promise<string[]> {
  const lock = [
    "flock",
    "--no-fork",
    "--timeout",
    String(predecessorMs / 1_000),
    "--conflict-exit-code",
    String(lockedExitCode),
    join(directory, "lock"),
  ];
  const leash = ["setpriv", "--pdeathsig", "TERM"];
  return [
    ...((await runs("flock", "--version")) ? lock : []),
    ...((await runs(...leash, "true")) ? leash : []),
  ];
}

async function firstRunnable(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await runs(name, "--version")) return name;
  return undefined;
}

function runs(...[program = "", ...args]: readonly string[]): Promise<boolean> {
  return new Promise((settle) => {
    execFile(program, args, { timeout: 5_000 }, (error) => settle(error === null));
  });
}

/** A socket path is limited to about 100 bytes; a data directory's path can be longer. */
function socketIn(directory: string): string {
  const inside = join(directory, "redis.sock");
  if (Buffer.byteLength(inside) <= 100) return inside;
  const name = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  return join(tmpdir(), `holdpoint-${name}.sock`);
}

async function untilFree(socket: string, directory: string): Promise<void> {
  const deadline = performance.now() + predecessorMs;
  while ((await askServer(socket)) !== undefined) {
    if (performance.now() > deadline) throw occupied(directory);
    await wait(100);
  }
}

async function untilServing(server: Launched, socket: string, directory: string): Promise<void> {
  const deadline = performance.now() + startMs;
  while (true) {
    const reply = await askServer(socket);
    const { exitCode, signalCode, pid } = server.child;
    // Of two processes that start at once, one has the lock, and its server replies to both.
    const isOwn = reply?.pid === pid;
    if (isOwn && reply?.ready === true) return;
    if (exitCode === lockedExitCode) throw occupied(directory);
    if (exitCode !== null || signalCode !== null || pid === undefined || performance.now() > deadline) {
      await stop(server.child);
      if (reply?.pid !== undefined && !isOwn) throw occupied(directory);
      throw new StoreError(serverProblem(directory, server.output()));
    }
    await wait(20);
  }
}

/** `mkdir` gives a code for each of these. */
function directoryProblem(directory: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return `The data directory ${directory} can't be used (${code}). Set HOLDPOINT_DATA_DIR to a directory that this process can write to, or set REDIS_URL.`;
}

function serverProblem(directory: string, output: string): string {
  // Without the program's own prefix: process id, role and time.
  const lines = output
    .split("\n")
    .map((line) => line.replace(/^\d+:\w \d+ \w+ \d+ [\d:.]+ . /, "").trim())
    .filter((line) => line !== "");
  const said =
    lines.findLast((line) => /bad|can't|fail|fatal|error|denied|space|corrupt/i.test(line)) ?? lines.at(-1);
  const isFile = /append.only|aof|rdb|bad file format|checksum|manifest/i.test(output);
  const remedy = isFile
    ? "Its file is damaged: make a copy of the directory, repair it with redis-check-aof --fix, or move it away to begin empty (cards are found again)."
    : "Check that the directory is writable and the disk is not full, or set REDIS_URL.";
  return `The private Redis in ${directory} did not start: ${said ?? "it wrote no reason"}. ${remedy}`;
}

function occupied(directory: string): StoreError {
  return new StoreError(
    `The data directory ${directory} is in use by another Holdpoint. Stop it, choose another directory, or set REDIS_URL so that both share one Redis.`,
  );
}

/**
 * The process that serves the socket, and whether it has read its file, which can still fail. Both are absent if it does
 * not reply; `undefined` if nothing listens.
 */
function askServer(
  socket: string,
): Promise<{ readonly ready?: boolean; readonly pid?: number | undefined } | undefined> {
  return new Promise((settle) => {
    const probe = connectSocket(socket, () => probe.write("PING\r\nINFO server\r\n"));
    let text = "";
    const end = (reply: { ready?: boolean; pid?: number } | undefined) => {
      probe.destroy();
      settle(reply);
    };
    probe.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const pid = /^process_id:(\d+)\r$/m.exec(text)?.[1];
      if (pid !== undefined) end({ ready: text.startsWith("+PONG"), pid: Number(pid) });
    });
    probe.once("error", () => end(undefined));
    probe.once("end", () => end({}));
    probe.setTimeout(1_000, () => end({}));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
  await ended;
  clearTimeout(timer);
}
