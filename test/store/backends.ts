/** Real stores for tests. Each one has a database of its own, so suites and files may run side by side. */

import { Redis } from "ioredis";
import { createRedisMock } from "js-redis-server";
import { inject } from "vitest";
import type { Store } from "../../src/handlers/ports.ts";
import { createStore } from "../../src/store/store.ts";

export interface TestStore {
  readonly store: Store;
  readonly redis: Redis;
  readonly backend: "redis-server" | "embedded";
  close(): Promise<void>;
}

export function hasRedis(): boolean {
  return inject("redisSocket") !== "";
}

/** On the real Redis of this run where there is one, else on the embedded engine. */
export function openTestStore(options: Parameters<typeof createStore>[1] = {}): Promise<TestStore> {
  return hasRedis() ? openRealStore(options) : openEmbeddedStore(options);
}

/** An empty logical database; the numbers are handed out by the server itself. */
export async function openRealStore(options: Parameters<typeof createStore>[1] = {}): Promise<TestStore> {
  const redis = new Redis({ path: inject("redisSocket") });
  const database = 1 + (((await redis.incr("databases")) - 1) % 4_095);
  await redis.select(database);
  await redis.flushdb();
  return {
    store: createStore(redis, options),
    redis,
    backend: "redis-server",
    close: async () => {
      await redis.flushdb();
      redis.disconnect();
    },
  };
}

export async function openEmbeddedStore(options: Parameters<typeof createStore>[1] = {}): Promise<TestStore> {
  const engine = await createRedisMock();
  const redis = new Redis(engine.url);
  return {
    store: createStore(redis, options),
    redis,
    backend: "embedded",
    close: async () => {
      redis.disconnect();
      await engine.close();
    },
  };
}
