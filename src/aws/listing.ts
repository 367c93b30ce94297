/**
 * For sweeps: many reads with limited concurrency and rate, within a deadline, and a result even if some reads fail.
 */

import { setTimeout as pause } from "node:timers/promises";
import type { Ref } from "../handlers/deployment.ts";
import type { Listing } from "../handlers/ports.ts";
import { DeadlineError, within } from "./client/deadline.ts";
import { createTargetCollector, type TargetCollector } from "./naming.ts";
import type { Troubles } from "./trouble.ts";

const concurrency = 4;
/**
 * AWS allows about twenty of these reads per second and account, shared with other tools. With a sweep every 45 s this
 * is at most 13 per second and system; if that is not enough for everything, the next sweep reads other parts.
 */
const readsAtOnce = 100;
const readsPerSecond = 20;
/** A sweep is one job: it must end before its lease expires. */
const listDeadlineMs = 25_000;

/** The tools of a sweep. A failed read loses only its own part. */
export interface Reads {
  readonly signal: AbortSignal;
  /** `call` is the IAM action. A failed read returns nothing, and the first error is kept. */
  readonly trying: <Item>(call: string, read: () => Promise<readonly Item[]>) => Promise<readonly Item[]>;
  /** Runs `work` over all items in random order with limited concurrency, until the deadline. */
  readonly each: <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) => Promise<void>;
}

export interface ReadTogether<Found> {
  readonly found: readonly Found[];
  /** The first read that failed, or else the one that the deadline cut off. */
  readonly failed?: { readonly call: string; readonly error: unknown } | undefined;
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
  },
  reads: (tools: Reads, found: (item: Found) => void) => Promise<void>,
): Promise<ReadTogether<Found>> {
  const found: Found[] = [];
  let failed: ReadTogether<Found>["failed"];
  let isOver = false;
  const tryingUntil = (signal: AbortSignal): Reads["trying"] => {
    const turn = pace(signal);
    return async (call, read) => {
      try {
        await turn();
        const items = await read();
        options.onAnswer?.(call);
        return items;
      } catch (error) {
        if (!signal.aborted) failed ??= { call, error };
        return [];
      }
    };
  };
  try {
    await within(options.deadlineMs, (signal) =>
      reads(
        { signal, trying: tryingUntil(signal), each: (items, work) => each(items, signal, work) },
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
  return { found, failed };
}

/** Lists deployments in progress in one account and region. A partial list is a success if anything was found. */
export async function listInProgress(
  place: Pick<Ref, "system" | "account" | "region">,
  { lastCall, troubles }: { readonly lastCall: string; readonly troubles: Troubles },
  reads: (
    tools: Reads & { readonly naming: TargetCollector; readonly found: (id: string) => void },
  ) => Promise<void>,
): Promise<Listing> {
  const naming = createTargetCollector();
  const { found, failed } = await readTogether<string>(
    { deadlineMs: listDeadlineMs, lastCall, onAnswer: (call) => troubles.answered(place, call) },
    (tools, id) => reads({ ...tools, naming, found: id }),
  );
  const refs = [...new Set(found)].map((id): Ref => ({ ...place, id }));
  const listed: Listing = { kind: "listed", refs, ...naming.listed() };
  if (failed === undefined) return listed;
  const { call, error } = failed;
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
function pace(signal: AbortSignal): () => Promise<void> {
  const from = performance.now();
  let asked = 0;
  return async () => {
    asked += 1;
    const at = from + (Math.max(0, asked - readsAtOnce) * 1_000) / readsPerSecond;
    const waitMs = at - performance.now();
    if (waitMs > 0) await pause(waitMs, undefined, { signal });
  };
}

async function each<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = shuffled(items).values();
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (signal.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}

/** A random order, so that a sweep that runs out of time reads other parts the next time. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
