/**
 * One private redis-server on a Unix socket for the whole run. Without one on PATH the suites use the embedded engine
 * alone, and it is said loudly; HOLDPOINT_REQUIRE_REDIS=1 makes that an error.
 */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The path of its socket; "" when there is no redis-server. */
    redisSocket: string;
  }
}

const withoutRedis = [
  "",
  "  No redis-server on PATH: no suite of this run has met a real Redis.",
  "  The store's suites ran on the embedded engine alone, and nothing was compared with a real one.",
  "  Install redis-server 6.2 or newer, or Valkey. HOLDPOINT_REQUIRE_REDIS=1 makes this an error.",
  "",
].join("\n");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startRedisServer();
  project.provide("redisSocket", server?.socket ?? "");
  if (server !== undefined) return server.close;
  if (process.env.HOLDPOINT_REQUIRE_REDIS === "1") throw new Error(withoutRedis);
  console.warn(withoutRedis);
  return async () => void process.stderr.write(withoutRedis);
}

/** Undefined when there is none on PATH. */
export async function startRedisServer(): Promise<
  { readonly socket: string; readonly close: () => Promise<void> } | undefined
> {
  const program = "redis-server";
  if (!runs(program, "--version")) return undefined;
  const directory = await mkdtemp(join(tmpdir(), "holdpoint-redis-"));
  const socket = join(directory, "s");
  const args = [
    "--port",
    "0",
    "--unixsocket",
    socket,
    "--save",
    "",
    "--dir",
    directory,
    "--databases",
    "4096",
  ];
  // A run that is killed never gets to end its server.
  const leash = ["setpriv", "--pdeathsig", "TERM"];
  const [command = program, ...rest] = [...(runs(...leash, "true") ? leash : []), program, ...args];
  const server = spawn(command, rest, { stdio: "ignore" });
  const client = new Redis({ path: socket, retryStrategy: (times) => (times > 200 ? null : 20) });
  client.on("error", () => {});
  await client.ping();
  client.disconnect();
  return {
    socket,
    close: async () => {
      const ended = once(server, "exit");
      server.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function runs(...[command = "", ...args]: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}
