/**
 * The store without Redis, for exploring schedules: one method is one synchronous step, the clock stands still unless
 * it is told to move, and a copy is cheap. The scripts are rewritten in TypeScript; everything else is the real store.
 */

import type { Store } from "../../src/handlers/store/store.ts";
import { queueKeys } from "../../src/store/keys.ts";
import { parseReply, type RunScript, type ScriptName } from "../../src/store/scripts.ts";
import { type StoreOptions, storeOver } from "../../src/store/store.ts";
import { createKeyspace, type Fields, type Keyspace } from "./keyspace.ts";
import { announced, announcements } from "./memory-announcements.ts";
import { begin, claim, resolve, settle, withdraw } from "./memory-decisions.ts";
import { active, complete, dequeue, enqueue, unqueued } from "./memory-queue.ts";
import { fail, forget, intend, limit, posted, save, shown, spend, view } from "./memory-records.ts";
import type { MemoryScript } from "./memory-script.ts";
import { keepTargets, targets } from "./memory-targets.ts";

export interface MemoryStore {
  readonly store: Store;
  now(): number;
  advance(ms: number): void;
  /**
   * Everything that is kept, as one canonical text. `time` writes each time in it: schedules that differ only in
   * when something happened are then the same.
   */
  dump(time?: (at: number) => string): string;
  /** The same by key. */
  keys(): Readonly<Record<string, unknown>>;
  /** FLUSHALL. */
  empty(): void;
  /** Changes a record past the scripts, for proving that a check can fail. */
  tamper(key: string, change: (fields: Fields) => Fields): void;
  copy(): MemoryStore;
}

const scripts: Readonly<Record<ScriptName, MemoryScript>> = {
  ...{ claim, begin, settle, resolve, withdraw },
  ...{ save, fail, view, intend, posted, shown, forget },
  ...{ spend, limit, enqueue, dequeue, complete, active, unqueued },
  ...{ announcements, announced },
  ...{ "keep-targets": keepTargets, targets },
};

export function createMemoryStore(
  options: StoreOptions & {
    readonly startAt?: number;
    /** How long ago it last lost its data. Absent: that is decided by the first job. */
    readonly ageMs?: number;
  } = {},
): MemoryStore {
  const clock = { now: options.startAt ?? 1_700_000_000_000 };
  const space = createKeyspace(() => clock.now);
  if (options.ageMs !== undefined) space.set(queueKeys.epoch, String(clock.now - options.ageMs));
  return memoryOver(clock, space, options);
}

function memoryOver(clock: { now: number }, space: Keyspace, options: StoreOptions): MemoryStore {
  const run: RunScript = async (name, keys, args, reply) =>
    parseReply(name, reply, scripts[name]({ space, now: clock.now }, keys, args.map(String)));

  return {
    store: storeOver(run, options),
    now: () => clock.now,
    advance(ms) {
      clock.now += ms;
    },
    dump(time) {
      const text = JSON.stringify(space.dump());
      return time === undefined ? text : text.replace(/\b\d{13}\b/g, (at) => time(Number(at)));
    },
    keys: () => space.dump(),
    empty: () => space.empty(),
    tamper: (key, change) => space.write(key, change(space.hash(key))),
    copy() {
      const itsClock = { ...clock };
      return memoryOver(
        itsClock,
        space.copy(() => itsClock.now),
        options,
      );
    },
  };
}
