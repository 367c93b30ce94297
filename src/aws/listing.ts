/**
 * For sweeps: many reads with limited concurrency and rate, within a deadline, and a result even if some reads fail.
 */

import { setTimeout as pause } from "node:timers/promises";
import type { Ref } from "../handlers/deployment.ts";
import type { Listing } from "../handlers/ports.ts";
import type { Reports } from "./client/clients.ts";
import { DeadlineError, within } from "./client/deadline.ts";
import { troubleOf } from "./client/errors.ts";
import { createTargetCollector, type TargetCollector } from "./naming.ts";
import type { Troubles } from "./trouble.ts";

const concurrency = 4;
/**
 * AWS allows a hundred of these reads at once and twenty per second and account, shared with the reads of deployments
 * and with other tools. If that is not enough for everything, the next sweep goes on where this one ended.
 */
const readsAtOnce = 100;
const readsPerSecond = 10;
/** After a throttled read the others come first. */
const throttledPauseMs = 2_000;
/** A sweep is one job: it must end before its lease expires. */
const listDeadlineMs = 25_000;

/** The tools of a sweep. A failed read loses only its own part. */
export interface Reads {
  readonly signal: AbortSignal;
  /** `call` is the IAM action. A failed read returns nothing, and the first error is kept. */
  readonly trying: <Item>(call: string, read: () => Promise<readonly Item[]>) => Promise<readonly Item[]>;
  /** Runs `work` over all items with limited concurrency, until the deadline. */
  readonly each: <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) => Promise<void>;
  /** The same in the order of their keys, beginning where the last sweep ended. Once per sweep. */
  readonly inTurn: <Item>(
    items: readonly Item[],
    keyOf: (item: Item) => string,
    work: (item: Item) => Promise<void>,
  ) => Promise<void>;
}

export interface ReadTogether<Found> {
  readonly found: readonly Found[];
  /** The first read that failed, or else the one that the deadline cut off. */
  readonly failed?: { readonly call: string; readonly error: unknown } | undefined;
  /** Present if the deadline came before the end of `inTurn`. */
  readonly rest?: { readonly after: string; readonly read: number; readonly of: number } | undefined;
}

/**
 * Runs `reads` until it ends or `deadlineMs` have passed, and returns everything found by then. `lastCall` is reported
 * as the one that was cut off.
 */
export async function readTogether<Found>(
  options: {
    readonly deadlineMs: number;
    readonly lastCall: string;
    readonly onAnswer?: (call: string) => void;
    /** `rest.after` of the last sweep. */
    readonly after?: string | undefined;
  },
  reads: (tools: Reads, found: (item: Found) => void) => Promise<void>,
): Promise<ReadTogether<Found>> {
  const found: Found[] = [];
  let failed: ReadTogether<Found>["failed"];
  let isOver = false;
  const round = createRound(options.after);
  const tryingUntil = (signal: AbortSignal): Reads["trying"] => {
    const pace = createPace(signal);
    return async (call, read) => {
      try {
        await pace.turn();
        const items = await read();
        options.onAnswer?.(call);
        return items;
      } catch (error) {
        if (troubleOf(error) === "throttled") pace.yield();
        if (!signal.aborted) failed ??= { call, error };
        return [];
      }
    };
  };
  try {
    await within(options.deadlineMs, (signal) =>
      reads(
        {
          signal,
          trying: tryingUntil(signal),
          each: (items, work) => each(items, signal, work),
          inTurn: (items, keyOf, work) => round.run(items, keyOf, signal, work),
        },
        (item) => {
          if (!isOver) found.push(item);
        },
      ),
    );
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    failed ??= { call: options.lastCall, error };
  }
  isOver = true;
  return { found, failed, rest: round.rest() };
}

/** Lists deployments in progress in one account and region. A partial list is a success if anything was found. */
export async function listInProgress(
  place: Pick<Ref, "system" | "account" | "region">,
  {
    lastCall,
    troubles,
    after,
    reports,
  }: {
    readonly lastCall: string;
    readonly troubles: Troubles;
    readonly after: string | undefined;
    readonly reports: Reports;
  },
  reads: (
    tools: Reads & { readonly naming: TargetCollector; readonly found: (id: string) => void },
  ) => Promise<void>,
): Promise<Listing> {
  const naming = createTargetCollector();
  const { found, failed, rest } = await readTogether<string>(
    {
      ...{ deadlineMs: listDeadlineMs, lastCall, after },
      onAnswer(call) {
        troubles.answered(place, call);
        reports.accepted(place.account);
      },
    },
    (tools, id) => reads({ ...tools, naming, found: id }),
  );
  const refs = [...new Set(found)].map((id): Ref => ({ ...place, id }));
  const listed: Listing = {
    ...{ kind: "listed", refs, ...naming.listed() },
    ...(rest === undefined ? {} : { rest }),
  };
  if (failed === undefined) return listed;
  const { call, error } = failed;
  reports.rejected(place.account, error);
  if (refs.length > 0 || listed.targets.length > 0) {
    troubles.partly(place, call, error);
    return listed;
  }
  // The sweep handler logs it.
  const isLate = error instanceof DeadlineError;
  const why = isLate ? `not all of it could be read in time (${call})` : troubles.whyOf(call, error);
  return { kind: "unreadable", why, cause: error };
}

/** Rate limit: a burst of `readsAtOnce`, then `readsPerSecond`. Rejects when the deadline has passed. */
function createPace(signal: AbortSignal): { readonly turn: () => Promise<void>; readonly yield: () => void } {
  const everyMs = 1_000 / readsPerSecond;
  let nextMs = performance.now() - readsAtOnce * everyMs;
  return {
    async turn() {
      const nowMs = performance.now();
      nextMs = Math.max(nextMs, nowMs - readsAtOnce * everyMs) + everyMs;
      if (nextMs > nowMs) await pause(nextMs - nowMs, undefined, { signal });
    },
    yield() {
      nextMs = Math.max(nextMs, performance.now() + throttledPauseMs);
    },
  };
}

async function each<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (signal.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}

/** One round over all items, possibly over several sweeps: each begins after the last item that the one before read. */
function createRound(after = ""): {
  readonly run: <Item>(
    items: readonly Item[],
    keyOf: (item: Item) => string,
    signal: AbortSignal,
    work: (item: Item) => Promise<void>,
  ) => Promise<void>;
  readonly rest: () => ReadTogether<never>["rest"];
} {
  let keys: readonly string[] = [];
  const read = new Set<string>();
  return {
    async run(items, keyOf, signal, work) {
      const sorted = items
        .map((item) => ({ item, key: keyOf(item) }))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1));
      const turn = [...sorted.filter(({ key }) => key > after), ...sorted.filter(({ key }) => key <= after)];
      keys = turn.map(({ key }) => key);
      await each(turn, signal, async ({ item, key }) => {
        await work(item);
        if (!signal.aborted) read.add(key);
      });
    },
    rest() {
      const end = keys.findIndex((key) => !read.has(key));
      return end === -1 ? undefined : { after: keys[end - 1] ?? after, read: read.size, of: keys.length };
    },
  };
}
