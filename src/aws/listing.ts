/** What sweeps share: many reads, a few at a time and not too fast, within a deadline, and an answer even where a part could not be read. */

import { setTimeout as pause } from "node:timers/promises";
import type { Ref } from "../handlers/deployment.ts";
import type { Listing } from "../handlers/ports.ts";
import { DeadlineError, within } from "./deadline.ts";
import { createTargetCollector, type TargetCollector } from "./naming.ts";
import type { Troubles } from "./trouble.ts";

const concurrency = 4;
/**
 * AWS allows some twenty of these reads per second and account, which other tools need too. A sweep of 45 s comes to 13
 * per second and system at most; where that is not enough for all, it reads other parts the next time.
 */
const readsAtOnce = 100;
const readsPerSecond = 20;
/** A sweep is one look: it has to end before its lease does. */
const listDeadlineMs = 25_000;

/** What is read one after the other. A read that fails costs its own part only. */
export interface Reads {
  readonly signal: AbortSignal;
  /** `call` is the IAM action. A failed read gives nothing, and is remembered. */
  readonly trying: <Item>(call: string, read: () => Promise<readonly Item[]>) => Promise<readonly Item[]>;
  /** Runs `work` over all items in any order, some at a time, until the deadline. */
  readonly each: <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) => Promise<void>;
}

export interface ReadTogether<Found> {
  readonly found: readonly Found[];
  /** The first read that failed, or the one that the deadline cut off. */
  readonly failed?: { readonly call: string; readonly error: unknown };
}

/** Runs `reads` until it ends or `deadlineMs` is over, and gives what was found by then. `lastCall` names what was cut off. */
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
  return { found, ...(failed === undefined ? {} : { failed }) };
}

/** Lists what is in progress in one account and region. What was found counts, also where a part could not be read. */
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
  // The handler of sweeps logs it.
  const isLate = error instanceof DeadlineError;
  const why = isLate ? `not all of it could be read in time (${call})` : troubles.whyOf(call, error);
  return { kind: "unreadable", why, cause: error };
}

/** Lets so many through at once, and the others one after the other. Rejects when the deadline is over. */
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

/** What runs out of time begins somewhere else the next time. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
