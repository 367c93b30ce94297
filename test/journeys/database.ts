/** Where the replicas of one world keep what they know. */

import { Redis } from "ioredis";
import { createRedisMock } from "js-redis-server";
import { inject } from "vitest";
import { loadScripts } from "../../src/store/scripts.ts";
import type { Backend } from "./redis-proxy.ts";

export interface Database {
  readonly backend: Backend;
  readonly number: number;
  readonly redis: Redis;
  readonly close: () => Promise<void>;
}

/** Without a redis-server the replicas share an embedded engine: slower, and the same rules. */
export async function openDatabase(own: Backend | undefined): Promise<Database> {
  if (own !== undefined) return connectTo(own, 0, async () => {});
  const socket = inject("redisSocket");
  if (socket !== "") {
    const counter = new Redis({ path: socket });
    const number = 1 + (((await counter.incr("databases")) - 1) % 4_095);
    counter.disconnect();
    return connectTo({ path: socket }, number, async () => {});
  }
  const engine = await createRedisMock();
  const { hostname, port } = new URL(engine.url);
  return connectTo({ host: hostname, port: Number(port) }, 0, () => engine.close());
}

async function connectTo(backend: Backend, number: number, close: () => Promise<void>): Promise<Database> {
  const redis = new Redis({ ...backend, db: number, retryStrategy: () => 50 });
  redis.on("error", () => {});
  await redis.flushdb();
  // A server that has met the scripts before: how often one is sent whole would differ from run to run.
  for (const { text } of loadScripts().values()) await redis.script("LOAD", text);
  return {
    backend,
    number,
    redis,
    close: async () => {
      await redis.flushdb().catch(() => undefined);
      redis.disconnect();
      await close();
    },
  };
}
