/**
 * Runs the Lua scripts. A script is called by the hash of its text, so two releases that share a Redis each run their
 * own. Every error is a StoreError: nothing is decided from half a reply (P6).
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Cluster, Redis } from "ioredis";
import type { z } from "zod";
import { StoreError } from "../handlers/store/store.ts";
import { takeLeftOut } from "./stored-text.ts";

/** By folder. A folder has the name of the file that calls its scripts. */
const scripts = {
  decisions: ["claim", "begin", "settle", "resolve", "withdraw"],
  snapshots: ["save", "fail", "view"],
  board: ["intend", "posted", "shown", "forget"],
  budget: ["spend", "limit"],
  queue: ["enqueue", "dequeue", "complete", "active", "unqueued"],
  announcements: ["announcements", "announced"],
  targets: ["keep-targets", "targets"],
} as const;
export type ScriptName = (typeof scripts)[keyof typeof scripts][number];

/** These return the whole view of a deployment. */
const viewing: readonly ScriptName[] = ["save", "fail", "view"];

export type RunScript = <Reply extends z.ZodType>(
  name: ScriptName,
  keys: readonly string[],
  args: readonly (string | number)[],
  reply: Reply,
) => Promise<z.output<Reply>>;

/**
 * `clock` is the Lua that sets `now`; by default it reads Redis's time. `told` is called with the unreadable fields that
 * count as absent in a reply, and the first key of its script.
 */
export function createScripts(
  redis: Redis | Cluster,
  clock = lua("clock"),
  told: (key: string, fields: readonly string[]) => void = () => {},
): RunScript {
  const loaded = loadScripts(clock);

  return async function run(name, keys, args, reply) {
    const script = loaded.get(name);
    if (script === undefined) throw new TypeError(`there is no script ${name}`);
    const answer = await askRedis(name, async () => {
      try {
        return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
      } catch (error) {
        if (!isNoScript(error)) throw error;
        return redis.eval(script.text, keys.length, ...keys, ...args);
      }
    });
    const parsed = parseReply(name, reply, answer);
    const leftOut = takeLeftOut();
    if (leftOut.length > 0) told(keys[0] ?? "", leftOut);
    return parsed;
  };
}

/**
 * Runs one script at a time. With two commands in flight, the embedded engine's connection replies only after the
 * kernel's delayed ACK: some 50 ms instead of 5.
 */
export function oneAtATime(run: RunScript): RunScript {
  let last: Promise<unknown> = Promise.resolve();
  return (name, keys, args, reply) => {
    const next = last.then(() => run(name, keys, args, reply));
    last = next.catch(() => undefined);
    return next;
  };
}

/** If this throws, it is unknown whether the command ran. */
export async function askRedis<Answer>(what: string, command: () => Promise<Answer>): Promise<Answer> {
  try {
    return await command();
  } catch (error) {
    throw new StoreError(`Redis did not answer: ${what}`, { cause: error });
  }
}

export function parseReply<Reply extends z.ZodType>(
  what: string,
  schema: Reply,
  answer: unknown,
): z.output<Reply> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) {
    throw new StoreError(`unreadable record in Redis: ${what}`, { cause: parsed.error });
  }
  return parsed.data;
}

/** Each script with the parts prepended to it, and its SHA-1 for EVALSHA. */
export function loadScripts(
  clock = lua("clock"),
): ReadonlyMap<ScriptName, { readonly text: string; readonly sha: string }> {
  return new Map(
    Object.entries(scripts).flatMap(([folder, names]) =>
      names.map((name) => {
        const view = viewing.includes(name) ? [lua("whole-view")] : [];
        const text = [clock, lua("head"), ...view, lua(`${folder}/${name}`)].join("\n");
        return [name, { text, sha: createHash("sha1").update(text).digest("hex") }] as const;
      }),
    ),
  );
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

function lua(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
}
