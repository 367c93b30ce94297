/** Every kind of Redis that REDIS_URL can name, on real servers: Holdpoint finds it, and decides in several lanes. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis } from "./backends.ts";
import { type Certificates, freePort, openServers, type Servers, startCluster } from "./redis-servers.ts";

const operations = readFileSync(join(import.meta.dirname, "../../docs/operations.md"), "utf8");

const src = (file: string): string => JSON.stringify(new URL(`../../src/${file}`, import.meta.url).href);

/** Opens the store in a process of its own: Node reads NODE_EXTRA_CA_CERTS once, when it starts. */
const program = `
  const { parseRedisUrl } = await import(${src("config/redis-address.ts")});
  const { openStore } = await import(${src("store/connection/open.ts")});
  const logged = [];
  const telemetry = { count() {}, observe() {}, log: (level, message, fields) => logged.push([message, fields?.why]) };
  const parsed = parseRedisUrl(process.env.REDIS_URL);
  if (parsed.kind !== "address") throw new Error(parsed.message);
  const open = await openStore({ url: parsed.address, dataDir: "unused", telemetry });
  const ability = await open.ability();
  const lanes = ability.kind === "able" ? ["0a", "1b", "2c", "3d", "4e", "5f"] : [];
  const views = await Promise.all(lanes.map(async (lane) => {
    const key = { lane: lane.padEnd(16, "0"), deployment: "d".repeat(10) };
    await open.store.fail(key, "why", []);
    return (await open.store.view(key, [])).fails;
  }));
  console.log(JSON.stringify({ ability, views, logged }));
  await open.close();
  process.exit(0);`;

interface Found {
  readonly ability: unknown;
  readonly views: readonly number[];
  readonly logged: readonly unknown[];
}

async function find(url: string, certificates?: Certificates): Promise<Found> {
  const tsx = ["--import", "tsx", "--input-type=module", "--eval", program];
  const authority = certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates.ca };
  const { stdout } = await promisify(execFile)(process.execPath, tsx, {
    cwd: join(import.meta.dirname, "../.."),
    env: { PATH: process.env.PATH, ...authority, REDIS_URL: url },
  });
  const found: Found = JSON.parse(stdout);
  return found;
}

const able = expect.objectContaining({ kind: "able", evictionPolicy: "noeviction" });

function works({ ability, views, logged }: Found): void {
  expect([ability, logged]).toEqual([able, expect.anything()]);
  expect(views).toHaveLength(6);
  expect(views.every((fails) => fails > 0)).toBe(true);
}

describe.runIf(hasRedis())("REDIS_URL", () => {
  let servers: Servers;
  let certificates: Certificates;
  beforeAll(async () => {
    servers = await openServers();
    certificates = await servers.certificates();
  });
  afterAll(() => servers.close());

  it("names one server: by IPv6, with a database, a key prefix and a password of reserved characters", async () => {
    const port = await freePort();
    const redis = await servers.start(port, []);
    const password = "p@ss/w?r#d%,:";
    await redis.config("SET", "requirepass", password);
    works(await find(`redis://:${encodeURIComponent(password)}@[::1]:${port}/3?keyPrefix=team-a%3A`));
    await redis.auth(password);
    await redis.select(3);
    const keys = await redis.keys("*");
    expect(keys.length).toBeGreaterThan(6);
    expect(keys.filter((key) => !key.startsWith("team-a:hp:"))).toEqual([]);
  });

  it("names a user that may do what docs/operations.md lists, and no more", async () => {
    const port = await freePort();
    const redis = await servers.start(port, []);
    const rights = /ACL SETUSER holdpoint on >password (.+)/.exec(operations)?.[1]?.split(" ") ?? [];
    await redis.call("ACL", "SETUSER", "holdpoint", "reset", "on", ">secret", ...rights);
    works(await find(`redis://holdpoint:secret@127.0.0.1:${port}`));
    await redis.call("ACL", "SETUSER", "holdpoint", "-evalsha", "-eval");
    const denied = await find(`redis://holdpoint:secret@127.0.0.1:${port}`);
    expect(denied.ability).toMatchObject({ why: expect.stringMatching(/lacks a permission \(eval/) });
    await redis.call("ACL", "SETUSER", "holdpoint", "+evalsha", "+eval", "resetkeys", "~other:*");
    const elsewhere = await find(`redis://holdpoint:secret@127.0.0.1:${port}`);
    expect(elsewhere.ability).toMatchObject({ why: expect.stringContaining("lacks a permission") });
  });

  it("names one server with TLS by the name in its certificate, and says what is wrong with others", async () => {
    const port = await freePort();
    await servers.start(port, [], certificates);
    works(await find(`rediss://localhost:${port}`, certificates));
    works(await find(`rediss://localhost:${port}/1?family=4&connectionName=holdpoint`, certificates));
    const why = async (url: string, trusted?: Certificates): Promise<unknown> =>
      (await find(url, trusted)).ability;
    expect(await why(`rediss://localhost:${port}`)).toMatchObject({
      why: expect.stringContaining(
        "not signed by a known authority. Name the authority's file in NODE_EXTRA_CA_CERTS",
      ),
    });
    expect(await why(`rediss://127.0.0.1:${port}`, certificates)).toMatchObject({
      why: expect.stringContaining("name of Redis is not in its certificate"),
    });
    expect(await why(`redis://localhost:${port}`)).toMatchObject({
      why: expect.stringContaining("check whether the port speaks TLS"),
    });
    const plain = await freePort();
    await servers.start(plain, []);
    expect(await why(`rediss://localhost:${plain}`, certificates)).toMatchObject({
      why: expect.stringMatching(/does not speak TLS|check whether the port speaks TLS/),
    });
  });

  it.each([
    ["without TLS", false],
    ["with TLS", true],
  ])("names Sentinels %s, and a failover is followed", async (_what, isTls) => {
    const tls = isTls ? certificates : undefined;
    const [one, other, watcher] = [await freePort(), await freePort(), await freePort()];
    const announced = ["--replica-announce-ip", "localhost"];
    const master = await servers.start(one, announced, tls);
    const replica = await servers.start(other, [...announced, "--replicaof", `localhost ${one}`], tls);
    await expect
      .poll(() => replica.info("replication"), { timeout: 15_000 })
      .toContain("master_link_status:up");
    const config = [
      "sentinel resolve-hostnames yes",
      "sentinel announce-hostnames yes",
      `sentinel monitor primary localhost ${one} 1`,
      "sentinel down-after-milliseconds primary 500",
    ];
    const sentinel = await servers.sentinel(watcher, `${config.join("\n")}\n`, tls);
    const url = `${isTls ? "rediss" : "redis"}-sentinel://localhost:${watcher}/primary`;
    works(await find(url, tls));
    await expect
      .poll(() => sentinel.call("SENTINEL", "replicas", "primary").then((found) => JSON.stringify(found)), {
        timeout: 20_000,
      })
      .toContain(String(other));
    await expect
      .poll(() => sentinel.call("SENTINEL", "failover", "primary").catch(String), {
        timeout: 20_000,
        interval: 500,
      })
      .toBe("OK");
    await expect.poll(() => replica.info("replication"), { timeout: 20_000 }).toContain("role:master");
    await expect.poll(() => master.info("replication"), { timeout: 20_000 }).toContain("role:slave");
    works(await find(url, tls));
    const misnamed = await find(url.replace("/primary", "/another"), tls);
    expect(misnamed.ability).toMatchObject({ why: expect.stringContaining("don't know the master") });
    const mistaken = await find(`${isTls ? "rediss" : "redis"}://localhost:${watcher}`, tls);
    expect(mistaken.ability).toMatchObject({ why: expect.stringContaining("redis-sentinel://") });
  });

  it.each([
    ["without TLS", false],
    ["with TLS, by the names that it announces", true],
  ])("names a cluster %s: by several nodes, and by one", async (_what, isTls) => {
    const tls = isTls ? certificates : undefined;
    const ports = await startCluster(servers, tls);
    const [first = ""] = ports.map((port) => `${isTls ? "rediss" : "redis"}://localhost:${port}`);
    works(
      await find(ports.map((port) => `${isTls ? "rediss" : "redis"}://localhost:${port}`).join(","), tls),
    );
    const one = await find(first, tls);
    works(one);
    expect(one.logged).toContainEqual([expect.stringContaining("part of a cluster"), null]);
  });

  it("names one server where it has to name several: says so", async () => {
    const ports = [await freePort(), await freePort()];
    for (const port of ports) await servers.start(port, []);
    const { ability } = await find(ports.map((port) => `redis://localhost:${port}`).join(","));
    expect(ability).toMatchObject({ why: expect.stringContaining("this Redis is not a cluster") });
  });
});
