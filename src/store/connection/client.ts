/** Connections to Redis that fail closed: a command that can't be sent now is rejected now and never sent later. */

import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { Telemetry } from "../../handlers/ports.ts";
import type { StoreAddress } from "./address.ts";

/**
 * An offline queue, or resending after a lost connection, would run a claim minutes after its person was told that it
 * was refused.
 */
const failClosed = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
  connectTimeout: 5_000,
} as const satisfies RedisOptions;

function backOffMs(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 6), 2_000);
}

const reconnecting = {
  retryStrategy: backOffMs,
  // A master that became a replica replies READONLY: reconnect to the new master, but don't resend the command.
  reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
} satisfies RedisOptions;

export interface Connection {
  readonly redis: Redis | Cluster;
  /** Resolves to whether it was ready within `withinMs`. It keeps connecting either way. */
  ready(withinMs: number): Promise<boolean>;
  /** How long this connection has been up without a break; 0 if it is down. */
  connectedForMs(): number;
  close(): Promise<void>;
}

export function connect(address: StoreAddress, telemetry: Telemetry): Connection {
  const redis = createClient(address);
  let connectedSince: number | undefined;
  let told = false;

  redis.on("ready", () => {
    connectedSince = performance.now();
    told = false;
    telemetry.log("info", "connected to Redis");
  });
  redis.on("close", () => {
    connectedSince = undefined;
  });
  // A cluster stays connected while one of its masters fails over, and that master may have lost data.
  for (const change of ["+node", "-node"]) {
    redis.on(change, () => {
      if (connectedSince !== undefined) connectedSince = performance.now();
    });
  }
  redis.on("error", (error: unknown) => {
    if (told) return;
    told = true;
    telemetry.log("warn", "Redis unavailable", { error });
  });

  return {
    redis,
    ready(withinMs) {
      if (redis.status === "ready") return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (ready: boolean) => {
          clearTimeout(timer);
          redis.off("ready", onReady);
          resolve(ready);
        };
        const onReady = () => settle(true);
        const timer = setTimeout(settle, withinMs, false);
        redis.on("ready", onReady);
      });
    },
    connectedForMs: () => (connectedSince === undefined ? 0 : performance.now() - connectedSince),
    async close() {
      try {
        await redis.quit();
      } catch {
        // Not connected, so QUIT failed; only stop reconnecting.
        redis.disconnect();
      }
    },
  };
}

function createClient(address: StoreAddress): Redis | Cluster {
  switch (address.kind) {
    case "single":
      return new Redis(address.url, { ...failClosed, ...reconnecting });
    case "sentinel": {
      const { sentinels, name, kind: _, ...login } = address;
      return new Redis({
        ...failClosed,
        ...reconnecting,
        ...login,
        sentinels: sentinels.map(({ host, port }) => ({ host, port })),
        name,
        sentinelRetryStrategy: backOffMs,
      });
    }
    case "cluster": {
      const { nodes, tls, kind: _, ...login } = address;
      return new Cluster(
        nodes.map(({ host, port }) => ({ host, port })),
        {
          enableOfflineQueue: false,
          clusterRetryStrategy: backOffMs,
          // Above zero, ioredis would resend a command whose connection broke.
          retryDelayOnFailover: 0,
          maxRedirections: 4,
          redisOptions: {
            ...failClosed,
            ...login,
            reconnectOnError: reconnecting.reconnectOnError,
            ...(tls ? { tls: {} } : {}),
          },
        },
      );
    }
  }
}
