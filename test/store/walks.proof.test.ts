/**
 * Random walks through every method, side by side in the Lua and in memory: same replies, same records after each step.
 * So whatever the explorer finds in the memory store holds for the scripts.
 */

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../src/handlers/store/queue.ts";
import { queueKeys } from "../../src/store/keys.ts";
import {
  announceLength,
  hasRedis,
  openEmbeddedRedis,
  openRealRedis,
  type TestRedis,
  type TimedStore,
  timed,
} from "./backends.ts";
import { createMemoryStore, type MemoryStore } from "./memory.ts";
import { comparable, recordsOf } from "./records-of.ts";
import { key } from "./samples.ts";
import { announcementWalks, type Step, type Walk, walks } from "./walk-steps.ts";

async function walkBoth(real: TimedStore, memory: MemoryStore, steps: readonly (Step | number)[]) {
  const seen = new Set<string>();
  let taken: readonly Job[] = [];
  for (const one of steps) {
    if (typeof one === "number") {
      memory.advance(one);
      await real.advance(one);
      if ((await memory.store.view(key, [])).lease === undefined) await real.endLease(key);
      if (memory.keys()[queueKeys.announcer] === undefined) await real.redis.del(queueKeys.announcer);
      continue;
    }
    const context: Walk = { now: memory.now(), taken };
    const expected = await one.call(memory.store, context);
    const reply = await one.call(real.store, context);
    expect({ step: one.name, reply: comparable(reply), records: await recordsOf(real.redis) }).toEqual({
      step: one.name,
      reply: comparable(expected),
      records: comparable(memory.keys()),
    });
    if (one.name.startsWith("take") && Array.isArray(expected)) taken = [...taken, ...expected].slice(-4);
    seen.add(`${one.name.split(" ")[0]} ${outcomeOf(expected)}`);
  }
  return seen;
}

function outcomeOf(reply: unknown): string {
  if (typeof reply === "string") return reply;
  if (typeof reply === "object" && reply !== null && "kind" in reply) return String(reply.kind);
  return "";
}

/** What the walks have to have met, or they would prove nothing. */
const outcomes = [
  "claim yours, claim waiting, claim busy, claim busy-lease, claim decided, claim votes-changed, claim lane-free",
  "begin go, begin lost, begin decided, begin opposed",
  "settle kept, settle late, resolve confirmed, resolve superseded, resolve expired, resolve reopened",
  "resolve notSent, resolve took, resolve wait, resolve held, resolve open, resolve shut",
  "withdraw withdrawn, withdraw none, withdraw decided, save saved, save old",
  "intend post, intend search, intend again, intend busy, intend done, posted kept, posted freed, posted lost",
  "shown kept, shown again, done later, done again, done gone, done lost, spend ok, spend wait",
]
  .join(", ")
  .split(", ");

const announcementOutcomes = [
  "done later, done again, done gone, done lost",
  "announcements yours, announcements none, announcements held, announced kept, announced lost",
]
  .join(", ")
  .split(", ");

const backends: readonly (readonly [string, number, () => Promise<TestRedis>, readonly string[]])[] = [
  ...(hasRedis() ? ([["redis-server", 200, openRealRedis, outcomes]] as const) : []),
  ["js-redis-server", 10, openEmbeddedRedis, []],
];

describe.each(backends)("the scripts on %s", (_name, numRuns, connect, required) => {
  let real: TimedStore;
  beforeAll(async () => {
    real = timed(await connect());
  });
  afterAll(() => real.close());

  const roads = [
    ["", walks, numRuns, required],
    [
      ", about announcements",
      announcementWalks,
      numRuns / 2,
      required.length > 0 ? announcementOutcomes : [],
    ],
  ] as const;
  it.each(roads)(
    "do what the memory store does, step by step%s",
    { timeout: 120_000 },
    async (_about, road, runs, outcomesWanted) => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(road, async (steps) => {
          await real.reset();
          const memory = createMemoryStore({ startAt: real.now(), announceLength });
          for (const outcome of await walkBoth(real, memory, steps)) seen.add(outcome);
        }),
        { numRuns: runs, seed: 20_261_130 },
      );
      expect(outcomesWanted.filter((outcome) => !seen.has(outcome))).toEqual([]);
    },
  );
});
