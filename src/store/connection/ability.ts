/** Whether Redis can do what Holdpoint needs, tried out: a script writes, and the keys have the types that they need. */

import type { Store } from "../../handlers/store/store.ts";
import { queueKeys } from "../keys.ts";
import type { Client, Connection } from "./client.ts";
import { describeTrouble } from "./trouble.ts";

/** `unable`: the cause and what to do about it; `connected` is false if there is no connection at all. */
export type Ability =
  | {
      readonly kind: "able";
      /** How far Redis's clock is ahead of this process's. */
      readonly clockAheadMs: number;
      /** Any policy but `noeviction` can evict decisions; `unknown`: Redis does not say. */
      readonly evictionPolicy: string;
    }
  | { readonly kind: "unable"; readonly connected: boolean; readonly why: string };

const types = {
  due: "zset",
  work: "hash",
  note: "hash",
  hint: "hash",
  born: "hash",
  active: "hash",
  over: "zset",
  audit: "stream",
  audited: "hash",
  auditedAt: "zset",
  announce: "list",
  announced: "hash",
  announcer: "string",
  epoch: "string",
} as const satisfies Readonly<Record<keyof typeof queueKeys, string>>;

export async function readAbility({
  store,
  connection,
  isEmbedded,
}: {
  readonly store: Pick<Store, "dequeue">;
  readonly connection: Connection;
  readonly isEmbedded: boolean;
}): Promise<Ability> {
  try {
    // Takes no job, and writes what every dequeue writes.
    await store.dequeue("readiness", 0, 1);
    const redis = connection.redis();
    await checkTypes(redis);
    const startedMs = Date.now();
    const [seconds, microseconds] = await redis.time();
    const halfwayMs = (startedMs + Date.now()) / 2;
    return {
      kind: "able",
      clockAheadMs: Math.round(Number(seconds) * 1_000 + Number(microseconds) / 1_000 - halfwayMs),
      // The embedded engine never evicts, but has no `maxmemory_policy` in INFO.
      evictionPolicy: isEmbedded ? "noeviction" : await evictionPolicyOf(redis),
    };
  } catch (error) {
    const why = describeTrouble(connection.causeOf(error));
    return { kind: "unable", connected: connection.connectedForMs() > 0, why };
  }
}

async function checkTypes(redis: Client): Promise<void> {
  const wanted = new Map<string, string>(Object.entries(types));
  await Promise.all(
    Object.entries(queueKeys).map(async ([name, key]) => {
      const found = await redis.type(key);
      const type = wanted.get(name);
      if (found !== "none" && found !== type)
        throw new Error(`WRONGTYPE ${key} is a ${found}, not a ${type}`);
    }),
  );
}

async function evictionPolicyOf(redis: Client): Promise<string> {
  const info = await redis.info("memory").catch(() => "");
  return /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? "unknown";
}
