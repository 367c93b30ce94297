/** The three backends, chosen by what there is, and the data directory of the private one. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StoreError } from "../../src/handlers/store/store.ts";
import { type OpenStore, openStore } from "../../src/store/connection/open.ts";
import { hasRedis } from "./backends.ts";
import { claim, hold, key } from "./samples.ts";

let dataDir: string;
let logged: string[];
const opened: OpenStore[] = [];
const telemetry = {
  count() {},
  observe() {},
  log: (level: string, message: string) => void logged.push(`${level}: ${message}`),
};

async function open(directory = dataDir): Promise<OpenStore> {
  const store = await openStore({ url: undefined, dataDir: directory, telemetry });
  opened.push(store);
  return store;
}

/** Waits until it is. */
async function isAble(store: OpenStore): Promise<void> {
  await expect.poll(() => store.ability(), { timeout: 10_000 }).toMatchObject({ kind: "able" });
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdpoint-open-"));
  logged = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const store of opened.splice(0)) await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe("without a redis-server on PATH", () => {
  it("uses the engine inside this process and warns loudly", async () => {
    vi.stubEnv("PATH", "");
    const store = await open();
    expect(store.backend).toBe("embedded");
    expect(await store.ability()).toMatchObject({ kind: "able", evictionPolicy: "noeviction" });
    expect(await claim(store.store, {})).toMatchObject({ kind: "yours" });
    expect(logged.filter((line) => line.startsWith("warn: REDIS_URL is not set"))).toHaveLength(1);
  });
});

describe.runIf(hasRedis())("with a redis-server on PATH", () => {
  async function pidOf(directory = dataDir): Promise<number> {
    const redis = new Redis({ path: join(directory, "redis.sock"), retryStrategy: () => 20 });
    redis.on("error", () => {});
    const info = await redis.info("server");
    redis.disconnect();
    return Number(/process_id:(\d+)/.exec(info)?.[1]);
  }

  function isAlive(pid: number): boolean {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  it("starts a private one that never evicts, and ends it when closed", async () => {
    const store = await open();
    expect(store.backend).toBe("redis-server");
    expect(await store.ability()).toMatchObject({ kind: "able", evictionPolicy: "noeviction" });
    const pid = await pidOf();
    await store.close();
    expect(isAlive(pid)).toBe(false);
  });

  it("remembers after a stop", async () => {
    const first = await open();
    await claim(first.store, {});
    await first.close();
    const second = await open();
    expect((await second.store.view(key, [hold])).decisions.get(hold)).toMatchObject({ state: "claimed" });
  });

  it("starts it again when it was killed, with what it knew", async () => {
    const store = await open();
    await claim(store.store, {});
    const pid = await pidOf();
    process.kill(pid, "SIGKILL");
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
    await isAble(store);
    expect((await store.store.view(key, [hold])).decisions.get(hold)).toMatchObject({ state: "claimed" });
    expect(logged).toContain("error: private redis-server exited, restarting");
  });

  it("says clearly that the data directory is in use", async () => {
    await open();
    const second = open();
    await expect(second).rejects.toBeInstanceOf(StoreError);
    await expect(second).rejects.toThrow(/in use by another Holdpoint/);
  });

  it.each([
    ["is damaged", "not a manifest\n"],
    ["names a file that is not there", "file appendonly.aof.1.base.rdb seq 1 type b\n"],
  ])(
    "says why the private server did not start, and the remedy, when its file %s",
    async (_what, manifest) => {
      await mkdir(join(dataDir, "appendonlydir"));
      await writeFile(join(dataDir, "appendonlydir", "appendonly.aof.manifest"), manifest);
      await expect(open()).rejects.toThrow(
        /^The private Redis in .+ did not start: .+\. .*redis-check-aof --fix/,
      );
    },
  );

  it("says that the data directory can't be made", async () => {
    await writeFile(join(dataDir, "file"), "");
    await expect(open(join(dataDir, "file", "data"))).rejects.toThrow(
      /can't be used \(ENOTDIR\).*HOLDPOINT_DATA_DIR/,
    );
  });

  it("belongs to one of several that start at once", async () => {
    const starts = await Promise.allSettled(Array.from({ length: 3 }, () => open()));
    expect(starts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = starts.flatMap((start) => (start.status === "rejected" ? [String(start.reason)] : []));
    expect(reasons.filter((reason) => !reason.includes("in use by another Holdpoint"))).toEqual([]);
  });

  it("finds room for its socket beside a data directory with a long path", async () => {
    const long = join(dataDir, "d".repeat(60), "e".repeat(60));
    const store = await open(long);
    expect(await store.ability()).toMatchObject({ kind: "able" });
  });

  it("does not outlive a process that was killed, and the next one takes over", async () => {
    const script = `
      import { openStore } from ${JSON.stringify(new URL("../../src/store/connection/open.ts", import.meta.url).href)};
      const telemetry = { count() {}, observe() {}, log() {} };
      await openStore({ url: undefined, dataDir: process.argv[1], telemetry });
      console.log("open");
      setInterval(() => {}, 1000);`;
    const args = ["--import", "tsx", "--input-type=module", "--eval", script, dataDir];
    const other: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    if (other.stdout !== null) await once(other.stdout, "data");
    const pid = await pidOf();
    other.kill("SIGKILL");
    const store = await open();
    expect(await pidOf()).not.toBe(pid);
    expect(await store.ability()).toMatchObject({ kind: "able" });
    expect(await readFile(join(dataDir, "appendonlydir", "appendonly.aof.manifest"), "utf8")).toContain(
      "aof",
    );
  });
});
