/** What a Redis does to Holdpoint on a bad day: it recovers by itself, and says meanwhile what is wrong. */

import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type OpenStore, openStore } from "../../src/store/connection/open.ts";
import { type RememberingTelemetry, rememberingTelemetry } from "../bot/support.ts";
import { hasRedis } from "./backends.ts";
import { createOwnRedis, type OwnRedis } from "./own-redis.ts";
import { openRedisProxy, type RedisProxy } from "./redis-proxy.ts";

let redis: OwnRedis;
let proxy: RedisProxy;
let operator: Redis;
let telemetry: RememberingTelemetry;
let open: OpenStore;

beforeEach(async () => {
  redis = await createOwnRedis();
  redis.start();
  operator = new Redis({ path: redis.socket, retryStrategy: () => 50 });
  operator.on("error", () => {});
  await vi.waitFor(() => operator.ping(), { timeout: 10_000 });
  proxy = await openRedisProxy(redis.socket);
  telemetry = rememberingTelemetry();
  open = await openStore({ url: { kind: "single", url: proxy.url }, dataDir: "unused", telemetry });
});
afterEach(async () => {
  proxy.heal();
  await open.close();
  operator.disconnect();
  await proxy.close();
  await redis.close();
});

const state = () => open.ability();
const patience = { timeout: 20_000 };
const able = expect.objectContaining({ kind: "able" });
/** The cause in these words, and behind it what to do. */
const unable = (words: string) => ({
  kind: "unable",
  why: expect.stringMatching(new RegExp(`(?:${words}).*\\. [A-Z]`)),
});

const in62 = (code: string): string =>
  `ERR Error running script (call to f_0123456789abcdef): @user_script:12: @user_script: 12: -${code}`;

it.runIf(hasRedis()).each([
  ["Redis 7", "READONLY You can't write against a read only replica. script: f_0123, on @user_script:12."],
  ["Redis 6.2", in62("READONLY You can't write against a read only replica.")],
  [
    "a replica without a master",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  ],
  ["a password that has to be sent again", "NOAUTH Authentication required."],
])("connects anew after a failover that keeps the connections, in the words of %s", async (_who, error) => {
  proxy.fail(error, "old");
  await expect.poll(state, patience).toEqual(able);
});

it.runIf(hasRedis()).each([
  ["READONLY You can't write against a read only replica.", "read-only replica"],
  ["OOM command not allowed when used memory > 'maxmemory'.", "is full"],
  ["LOADING Redis is loading the dataset in memory", "still loading"],
  ["BUSY Redis is busy running a script. You can only call SCRIPT KILL", "busy with a script"],
  ["MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk.", "can't save"],
  ["NOREPLICAS Not enough good replicas to write.", "too few replicas"],
  ["NOPERM User holdpoint has no permissions to run the 'evalsha' command", "lacks a permission"],
])("says what %s means, in the words of 7 and of 6.2, and recovers", async (error, words) => {
  for (const text of [error, in62(error)]) {
    proxy.fail(text, "all");
    await expect.poll(state, patience).toMatchObject(unable(words));
    proxy.heal();
    await expect.poll(state, patience).toEqual(able);
  }
});

it.runIf(hasRedis())("says that Redis is full, and recovers", async () => {
  await operator.config("SET", "maxmemory", "1");
  await expect.poll(state, patience).toMatchObject(unable("is full \\(maxmemory\\)"));
  await operator.config("SET", "maxmemory", "0");
  await expect.poll(state, patience).toEqual(able);
});

it.runIf(hasRedis())(
  "says that Redis became a replica without a word to its clients, and recovers",
  async () => {
    await operator.replicaof("127.0.0.1", "1");
    await expect.poll(state, patience).toMatchObject(unable("read-only replica"));
    await operator.replicaof("NO", "ONE");
    await expect.poll(state, patience).toEqual(able);
  },
);

it.runIf(hasRedis())("says that a script of somebody else keeps Redis busy, and recovers", async () => {
  await operator.config("SET", "busy-reply-threshold", "50");
  const other = new Redis({ path: redis.socket });
  const endless = other.eval("while true do end", 0).catch(() => "killed");
  await expect.poll(state, patience).toMatchObject(unable("busy with a script|did not reply"));
  await operator.script("KILL");
  await endless;
  other.disconnect();
  await expect.poll(state, patience).toEqual(able);
});

it.runIf(hasRedis())("says that the password was changed, and recovers with the old one", async () => {
  await operator.config("SET", "requirepass", "another");
  await operator.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await expect.poll(state, patience).toMatchObject(unable("rejects the user or the password"));
  await operator.config("SET", "requirepass", "");
  await expect.poll(state, patience).toEqual(able);
});

it.runIf(hasRedis())("names the key that something else wrote, and recovers", async () => {
  for (const key of ["hp:{q0}:due", "hp:{q0}:hint", "hp:{q0}:audit"]) {
    await operator.set(key, "x");
    await expect.poll(state, patience).toMatchObject(unable("a key of Holdpoint's has the wrong type"));
    await operator.del(key);
    await expect.poll(state, patience).toEqual(able);
  }
});

it.runIf(hasRedis())("says that replies take 3 s, and recovers", async () => {
  proxy.delay(3_000);
  await expect
    .poll(state, patience)
    .toMatchObject(unable("did not reply within 2 s|connection to Redis broke"));
  proxy.heal();
  await expect.poll(state, patience).toEqual(able);
});

it.runIf(hasRedis())("reads no half of a reply when the connection is cut in the middle of one", async () => {
  for (let i = 0; i < 5; i += 1) {
    proxy.cutNext();
    await expect(open.store.active()).rejects.toThrow("Redis did not answer: active");
    await expect.poll(state, patience).toEqual(able);
  }
});

it.runIf(hasRedis())("logs the cause of an outage once, with what to do", async () => {
  await operator.config("SET", "requirepass", "another");
  await operator.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await expect.poll(state, patience).toMatchObject(unable("rejects the user or the password"));
  await expect.poll(state, patience).toMatchObject(unable("rejects the user or the password"));
  const causes = telemetry.lines.filter(({ message }) => message === "Redis unavailable");
  const told = causes.map(({ fields }) => JSON.stringify(fields)).filter((text) => text.includes("password"));
  expect(told).toHaveLength(1);
  await operator.config("SET", "requirepass", "");
});
