/** Connections to Redis that fail closed: a command that can't be sent now is rejected now and never sent later. */

import { EventEmitter } from "node:events";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { Telemetry } from "../../handlers/ports.ts";
import type { HostPort, Settings, StoreAddress } from "./address.ts";
import { describeTrouble, saysNoConnection, textsOf } from "./trouble.ts";

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
  // A server that vanished without closing its connections never replies on them again.
  socketTimeout: 5_000,
  maxLoadingRetryTime: 1_000,
} as const satisfies RedisOptions;

function backOffMs(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 6), 2_000);
}

/**
 * Errors that a new connection may cure: it finds the new master, or sends the password again. The command is not
 * resent. Redis 6.2 puts the error of a command inside the error of its script, so it does not begin with the code.
 */
const curedByReconnecting = /\b(?:READONLY|MASTERDOWN|NOAUTH)\b/;

const reconnecting = {
  retryStrategy: backOffMs,
  reconnectOnError: (error: Error) => curedByReconnecting.test(error.message),
} satisfies RedisOptions;

export type Client = Redis | Cluster;

export interface Connection {
  /** Another one once the server turned out to be part of a cluster. */
  redis(): Client;
  /** Resolves to whether it was ready within `withinMs`. It keeps connecting either way. */
  ready(withinMs: number): Promise<boolean>;
  /** How long this connection has been up without a break; 0 if it is down. */
  connectedForMs(): number;
  /**
   * Call it with the error of a command: returns what is behind it. Without a connection ioredis reports only that there
   * is none, and not why.
   */
  causeOf(error: unknown): unknown;
  close(): Promise<void>;
}

export function connect(address: StoreAddress, telemetry: Telemetry): Connection {
  const becameReady = new EventEmitter().setMaxListeners(0);
  let connectedSince: number | undefined;
  let trouble: unknown;
  let told: string | undefined;
  let isOneServer = address.kind === "single";
  let redis = watched(createClient(address));

  function watched(client: Client): Client {
    const isCurrent = (): boolean => client === redis;
    client.on("ready", () => void onReady(client));
    client.on("close", () => {
      if (isCurrent()) connectedSince = undefined;
    });
    // A cluster stays connected while one of its masters fails over, and that master may have lost data.
    for (const change of ["+node", "-node"]) {
      client.on(change, () => {
        if (connectedSince !== undefined) connectedSince = performance.now();
      });
    }
    // ioredis connects to a node with the first command for it, which is rejected then, as there is no queue.
    if (client instanceof Cluster)
      client.on("+node", (node: Redis) => {
        if (node.status === "wait") node.connect().catch(() => undefined);
      });
    // A cluster reports that all of its nodes failed without the reason, which is here.
    client.on("node error", (error: unknown) => {
      if (isCurrent() && connectedSince === undefined) keep(error);
    });
    client.on("error", (error: unknown) => {
      if (!isCurrent()) return;
      keep(error);
      tell();
    });
    return client;
  }

  async function onReady(client: Client): Promise<void> {
    if (isOneServer && (await isPartOfCluster(client))) return becomeCluster();
    if (client instanceof Cluster) await Promise.all(client.nodes("master").map(isConnectedOrEnded));
    if (client !== redis || client.status !== "ready") return;
    connectedSince = performance.now();
    trouble = undefined;
    told = undefined;
    telemetry.log("info", "connected to Redis");
    becameReady.emit("ready");
  }

  function keep(error: unknown): void {
    if (trouble === undefined || !saysNoConnection(error)) trouble = error;
  }

  function tell(): void {
    const why = describeTrouble(trouble);
    if (told === why) return;
    told = why;
    telemetry.log("warn", "Redis unavailable", { why, error: trouble });
  }

  /** One address of a cluster, such as its configuration endpoint: the other nodes are found through it. */
  function becomeCluster(): void {
    if (!isOneServer || address.kind !== "single") return;
    isOneServer = false;
    telemetry.log("info", "the Redis of REDIS_URL is part of a cluster: connecting to all of its nodes");
    const one = redis;
    connectedSince = undefined;
    redis = watched(clusterAt(address.url));
    one.disconnect();
  }

  return {
    redis: () => redis,
    ready(withinMs) {
      if (connectedSince !== undefined) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (ready: boolean) => {
          clearTimeout(timer);
          becameReady.off("ready", onceReady);
          resolve(ready);
        };
        const onceReady = () => settle(true);
        const timer = setTimeout(settle, withinMs, false);
        becameReady.on("ready", onceReady);
      });
    },
    connectedForMs: () => (connectedSince === undefined ? 0 : performance.now() - connectedSince),
    causeOf(error) {
      if (isOneServer && textsOf(error).some((text) => /\bMOVED \d+ /.test(text))) becomeCluster();
      return trouble !== undefined && saysNoConnection(error) ? trouble : error;
    },
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

/** Resolves when it has succeeded or failed, or takes too long: a cluster also works without one of its nodes. */
function isConnectedOrEnded(node: Redis): Promise<void> {
  if (node.status === "ready" || node.status === "end") return Promise.resolve();
  return new Promise((resolve) => {
    for (const outcome of ["ready", "end"]) node.once(outcome, resolve);
    setTimeout(resolve, failClosed.commandTimeout).unref();
  });
}

/** If INFO is not allowed, the first MOVED tells. */
async function isPartOfCluster(client: Client): Promise<boolean> {
  const info = await client.info("cluster").catch(() => "");
  return /^cluster_enabled:1/m.test(info);
}

function createClient(address: StoreAddress): Client {
  switch (address.kind) {
    case "single":
      return new Redis(address.url, { ...failClosed, ...reconnecting });
    case "sentinel": {
      const { sentinels, name, tls, kind: _, ...settings } = address;
      return new Redis({
        ...failClosed,
        ...reconnecting,
        ...settings,
        sentinels: sentinels.map(({ host, port }) => ({ host, port })),
        name,
        sentinelRetryStrategy: backOffMs,
        sentinelCommandTimeout: failClosed.commandTimeout,
        ...(tls === true ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
      });
    }
    case "cluster": {
      const { nodes, tls, kind: _, ...settings } = address;
      return createCluster(nodes, tls, settings);
    }
  }
}

function createCluster(
  nodes: readonly HostPort[],
  tls: boolean,
  { keyPrefix, ...settings }: Settings,
): Cluster {
  return new Cluster(
    nodes.map(({ host, port }) => ({ host, port })),
    {
      enableOfflineQueue: false,
      // ioredis would send it to a node that it is not connected to yet, which rejects it, and begin again for ever.
      enableReadyCheck: false,
      clusterRetryStrategy: backOffMs,
      // Above zero, ioredis would resend a command whose connection broke.
      retryDelayOnFailover: 0,
      maxRedirections: 4,
      slotsRefreshTimeout: failClosed.commandTimeout,
      // By default ioredis connects to the IP address, which a certificate with a host name does not match.
      dnsLookup: (host, done) => done(null, host),
      ...(keyPrefix === undefined ? {} : { keyPrefix }),
      redisOptions: {
        ...failClosed,
        ...settings,
        reconnectOnError: reconnecting.reconnectOnError,
        ...(tls ? { tls: {} } : {}),
      },
    },
  );
}

/** With everything that ioredis reads in a URL but the database: a cluster has only one. */
function clusterAt(url: string): Cluster {
  const {
    host = "localhost",
    port = 6379,
    tls,
    username,
    password,
    family,
    connectionName,
    keyPrefix,
  } = new Redis(url, { lazyConnect: true }).options;
  return createCluster([{ host, port }], tls !== undefined, {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(family === undefined ? {} : { family }),
    ...(connectionName === undefined ? {} : { connectionName }),
    ...(keyPrefix ? { keyPrefix } : {}),
  });
}
