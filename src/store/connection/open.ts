/** Opens the store: a given Redis, else a private one beside us, else the engine inside this process. */

import type { Telemetry } from "../../handlers/ports.ts";
import type { Store } from "../../handlers/store/store.ts";
import { protocolTiming } from "../../handlers/timing.ts";
import { type AuditLine, readAudit } from "../audit.ts";
import type { DecisionTiming } from "../decisions.ts";
import { askRedis, createScripts, oneAtATime } from "../scripts.ts";
import { createStore, storeOver } from "../store.ts";
import type { StoreAddress } from "./address.ts";
import { type Connection, connect } from "./client.ts";
import { startPrivateServer } from "./private-server.ts";

export interface OpenStore {
  readonly store: Store;
  readonly backend: "redis" | "redis-server" | "embedded";
  /** Throws StoreError when Redis does not answer. */
  ping(): Promise<void>;
  /** Anything but `noeviction` may throw decisions away. */
  evictionPolicy(): Promise<string>;
  /** How long the connection has been unbroken, by the monotonic clock. */
  connectedForMs(): number;
  /** The audit's lines after the one named, oldest first. */
  audit(after: string | undefined, count: number): Promise<readonly AuditLine[]>;
  close(): Promise<void>;
}

/** How long opening waits for a Redis that may be starting too. */
const firstReadyMs = 5_000;

/** How much is kept where every write copies the whole of it. */
const embeddedLengths = { auditLength: 1_000, announceLength: 1_000 };

/**
 * A Redis that was given but can't be reached is no reason not to start: every method throws StoreError until it can,
 * and what depends on it refuses (P6).
 */
export async function openStore(options: {
  readonly url: StoreAddress | undefined;
  readonly dataDir: string;
  readonly telemetry: Telemetry;
  /** Absent: the protocol's. */
  readonly timing?: DecisionTiming;
}): Promise<OpenStore> {
  const { url, dataDir, telemetry, timing = protocolTiming } = options;
  if (url !== undefined) return opened("redis", connect(url, telemetry), { telemetry, timing });

  const server = await startPrivateServer(dataDir, telemetry);
  if (server !== undefined) {
    const connection = connect({ kind: "single", url: server.socket }, telemetry);
    return opened("redis-server", connection, { telemetry, timing, server });
  }

  telemetry.log(
    "warn",
    "REDIS_URL is not set and no redis-server is on PATH: the store lives in the memory of this process and is lost with it. For demos and trials only",
  );
  const { startEmbedded } = await import("./embedded.ts");
  const engine = await startEmbedded();
  return opened("embedded", connect(engine.address, telemetry), { telemetry, timing, server: engine });
}

async function opened(
  backend: OpenStore["backend"],
  connection: Connection,
  {
    telemetry,
    timing,
    server,
  }: { telemetry: Telemetry; timing: DecisionTiming; server?: { close(): Promise<void> } },
): Promise<OpenStore> {
  const { redis } = connection;
  if (!(await connection.ready(firstReadyMs))) {
    telemetry.log("warn", "started without Redis: requests are rejected until it is available");
  }
  return {
    store:
      backend === "embedded"
        ? storeOver(oneAtATime(createScripts(redis)), { timing, ...embeddedLengths })
        : createStore(redis, { timing }),
    backend,
    async ping() {
      await askRedis("ping", () => redis.ping());
    },
    async evictionPolicy() {
      // The embedded engine never evicts and does not say so.
      if (backend === "embedded") return "noeviction";
      const info = await askRedis("info", () => redis.info("memory"));
      return /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? "unknown";
    },
    connectedForMs: () => connection.connectedForMs(),
    audit: (after, count) => readAudit(redis, after, count),
    async close() {
      await connection.close();
      await server?.close();
    },
  };
}
