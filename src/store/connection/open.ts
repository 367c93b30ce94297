/** Opens the store: the configured Redis, else a private redis-server, else the engine inside this process. */

import { LRUCache } from "lru-cache";
import type { Telemetry } from "../../handlers/ports.ts";
import { type Store, StoreError } from "../../handlers/store/store.ts";
import { protocolTiming } from "../../handlers/timing.ts";
import { type AuditLine, readAudit } from "../audit.ts";
import type { DecisionTiming } from "../decisions.ts";
import { createScripts, oneAtATime, type RunScript } from "../scripts.ts";
import { type StoreOptions, storeOver } from "../store.ts";
import { type Ability, readAbility } from "./ability.ts";
import type { StoreAddress } from "./address.ts";
import { type Connection, connect } from "./client.ts";
import { startPrivateServer } from "./private-server.ts";

export interface OpenStore {
  readonly store: Store;
  readonly backend: "redis" | "redis-server" | "embedded";
  /** Throws StoreError if Redis can't do what Holdpoint needs: it runs a script that writes. */
  ability(): Promise<Ability>;
  /** How long the connection has been up without a break, by the monotonic clock. */
  connectedForMs(): number;
  /** The audit entries after the given one, oldest first. */
  audit(after: string | undefined, count: number): Promise<readonly AuditLine[]>;
  close(): Promise<void>;
}

/** How long opening waits for a Redis that may be starting too. */
const firstReadyMs = 5_000;

/** Short lists, because every write of the embedded engine copies the whole key. */
const embeddedLengths = { auditLength: 1_000, announceLength: 1_000 };

/**
 * Starts even if the configured Redis is unavailable: until it is back, every method throws StoreError, and
 * everything that depends on it is refused (P6).
 */
export async function openStore(options: {
  readonly url: StoreAddress | undefined;
  readonly dataDir: string;
  readonly telemetry: Telemetry;
  /** Default: the protocol's constants. */
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
  if (!(await connection.ready(firstReadyMs))) {
    telemetry.log("warn", "started without Redis: requests are rejected until it is available");
  }
  const isEmbedded = backend === "embedded";
  const run = runOver(connection, telemetry);
  const options: StoreOptions = {
    timing,
    onUnknownJob: toldOnce(telemetry),
    ...(isEmbedded ? embeddedLengths : {}),
  };
  const store = storeOver(isEmbedded ? oneAtATime(run) : run, options);
  return {
    store,
    backend,
    ability: () => readAbility({ store, connection, isEmbedded }),
    connectedForMs: () => connection.connectedForMs(),
    audit: (after, count) => readAudit(connection.redis(), after, count),
    async close() {
      await connection.close();
      await server?.close();
    },
  };
}

/** Follows the connection to another client, and gives each error the cause that the connection knows. */
function runOver(connection: Connection, telemetry: Telemetry): RunScript {
  const known = new LRUCache<string, true>({ max: 1_000 });
  const told = (key: string, fields: readonly string[]): void => {
    const what = `${key} ${fields.join(" ")}`;
    if (known.has(what)) return;
    known.set(what, true);
    telemetry.log("error", "unreadable fields in Redis count as absent", { key, fields });
  };
  let redis = connection.redis();
  let scripts = createScripts(redis, undefined, told);
  return async (...call) => {
    if (redis !== connection.redis()) {
      redis = connection.redis();
      scripts = createScripts(redis, undefined, told);
    }
    try {
      return await scripts(...call);
    } catch (error) {
      const cause = connection.causeOf(error);
      if (cause === error || !(error instanceof StoreError)) throw error;
      throw new StoreError(error.message, { cause });
    }
  };
}

/** Once: while two releases share a queue, there can be many of them. */
function toldOnce(telemetry: Telemetry): (text: string) => void {
  let isTold = false;
  return (job) => {
    if (!isTold) telemetry.log("warn", "job of a newer release left to its replicas", { job });
    isTold = true;
  };
}
