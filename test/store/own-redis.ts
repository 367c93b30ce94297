/** A redis-server that a test may stop, kill and start again. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = "redis-server";

export interface OwnRedis {
  readonly socket: string;
  start(): void;
  kill(): Promise<void>;
  /** It keeps its connections and answers nobody. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export async function createOwnRedis(): Promise<OwnRedis> {
  const directory = await mkdtemp(join(tmpdir(), "holdpoint-own-"));
  const socket = join(directory, "s");
  let server: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  }

  return {
    socket,
    start() {
      const args = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory];
      server = spawn(program, args, { stdio: "ignore" });
    },
    kill,
    freeze: () => void server?.kill("SIGSTOP"),
    thaw: () => void server?.kill("SIGCONT"),
    async close() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
