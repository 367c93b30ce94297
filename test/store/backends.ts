/** Real stores for tests. Each has a database of its own, so suites and files may run side by side. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { createRedisMock } from "js-redis-server";
import { inject } from "vitest";
import type { DeploymentKey } from "../../src/handlers/ports.ts";
import type { Store } from "../../src/handlers/store/store.ts";
import { startPrivateServer } from "../../src/store/connection/private-server.ts";
import { deploymentKeys } from "../../src/store/keys.ts";
import { createStore } from "../../src/store/store.ts";

export interface TestStore {
  readonly store: Store;
  readonly redis: Redis;
  readonly close: () => Promise<void>;
}

export function hasRedis(): boolean {
  return inject("redisSocket") !== "";
}

/** On the real Redis of this run where there is one, else on the embedded engine; empty, with Redis's own clock. */
export async function openTestStore(): Promise<TestStore> {
  const { redis, close } = await (hasRedis() ? openRealRedis() : openEmbeddedRedis());
  return { store: createStore(redis), redis, close };
}

export interface TestRedis {
  readonly redis: Redis;
  readonly close: () => Promise<void>;
}

/** A logical database of the run's server, which hands out their numbers itself. */
export async function openRealRedis(): Promise<TestRedis> {
  const redis = new Redis({ path: inject("redisSocket") });
  const database = 1 + (((await redis.incr("databases")) - 1) % 4_095);
  await redis.select(database);
  await redis.flushdb();
  return {
    redis,
    close: async () => {
      await redis.flushdb();
      redis.disconnect();
    },
  };
}

export async function openEmbeddedRedis(): Promise<TestRedis> {
  const engine = await createRedisMock();
  const redis = new Redis(engine.url);
  return {
    redis,
    close: async () => {
      redis.disconnect();
      await engine.close();
    },
  };
}

/** The server that Holdpoint starts for itself when it is given none. */
export async function openPrivateRedis(): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), "holdpoint-private-"));
  const server = await startPrivateServer(directory, { count() {}, observe() {}, log() {} });
  if (server === undefined) throw new Error("no redis-server on PATH");
  const redis = new Redis({ path: server.socket });
  return {
    redis,
    close: async () => {
      redis.disconnect();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A store whose clock the test moves. Only the leases run by Redis's own, so the test ends those itself. */
export interface TimedStore extends TestStore {
  now(): number;
  advance(ms: number): Promise<void>;
  endLease(key: DeploymentKey): Promise<void>;
  /** Empties the store and sets its clock back. */
  reset(): Promise<void>;
}

const startAt = 1_700_000_000_000;

/** Few enough for a walk to fill it. */
export const announceLength = 4;

export function timed({ redis, close }: TestRedis): TimedStore {
  let now = startAt;
  const store = createStore(redis, {
    announceLength,
    clock: "local now = tonumber(redis.call('GET', 'clock'))",
  });
  return {
    store,
    redis,
    close,
    now: () => now,
    async advance(ms) {
      now += ms;
      await redis.set("clock", now);
    },
    async endLease(key) {
      await redis.del(deploymentKeys(key).lease);
    },
    async reset() {
      now = startAt;
      await redis.flushdb();
      await redis.set("clock", now);
    },
  };
}
