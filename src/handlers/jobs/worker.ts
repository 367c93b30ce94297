/** Dequeues jobs and runs them with bounded concurrency. Every replica runs one worker. */

import type { Ref } from "../deployment.ts";
import type { Clock, Telemetry } from "../ports.ts";
import type { Job } from "../store/queue.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store.ts";
import type { Timing } from "../timing.ts";
import type { Next } from "./next-job.ts";

export interface Worker {
  /** This process enqueued a job: dequeue now instead of at the next poll. */
  nudge(): void;
  /** Takes no more jobs; resolves when the running ones are done or `withinMs` has passed. */
  stop(withinMs: number): Promise<void>;
}

/** Poll interval of an idle worker. */
const pollMs = 250;

/** Delay before the retry of a job that failed because of a bug, to avoid a hot loop. */
const failedLookMs = 10_000;

export function startWorker(ports: {
  readonly store: Pick<Store, "dequeue" | "complete">;
  readonly reconcile: (ref: Ref, taken: Job) => Promise<Next>;
  readonly sweep: (account: string, region: string) => Promise<Next>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly newToken: () => string;
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  readonly timing: Timing;
}): Worker {
  const { store, reconcile, sweep, clock, telemetry, newToken, concurrency } = ports;
  const underWay = new Set<Promise<void>>();
  let stopping = false;
  let wake = (): void => {};

  async function look(taken: Job): Promise<void> {
    const { member } = taken;
    const startedMs = clock.monotonicMs();
    let next: Next;
    try {
      next =
        member.kind === "ref"
          ? await reconcile(member.ref, taken)
          : await sweep(member.account, member.region);
    } catch (error) {
      telemetry.count("jobs_failed", { cause: error instanceof StoreError ? "store" : "bug" });
      telemetry.log("error", "job failed", { member, error });
      next = { nextMs: error instanceof StoreError ? 1_000 : failedLookMs, note: taken.note };
    }
    telemetry.observe("job_seconds", (clock.monotonicMs() - startedMs) / 1_000, { kind: member.kind });
    try {
      await store.complete(taken, next);
    } catch (error) {
      telemetry.log("warn", "could not complete job; its lease will expire", { member, error });
    }
  }

  /** True if it dequeued anything. */
  async function takeSome(): Promise<boolean> {
    const free = concurrency - underWay.size;
    if (free <= 0) return false;
    const taken = await store.dequeue(newToken(), free, ports.timing.lookLeaseMs);
    for (const item of taken) {
      const running: Promise<void> = look(item).finally(() => {
        underWay.delete(running);
        wake();
      });
      underWay.add(running);
    }
    return taken.length > 0;
  }

  async function run(): Promise<void> {
    while (!stopping) {
      let waitMs = pollMs;
      try {
        if (await takeSome()) continue;
      } catch (error) {
        telemetry.log("warn", "dequeue failed: Redis unavailable", { error });
        waitMs = 1_000;
      }
      await Promise.race([clock.wait(waitMs), new Promise<void>((resolve) => (wake = resolve))]);
    }
  }

  const running = run();
  return {
    nudge: () => wake(),
    async stop(withinMs) {
      stopping = true;
      wake();
      const ended = running.then(() => Promise.allSettled([...underWay]));
      await Promise.race([ended, clock.wait(withinMs)]);
    },
  };
}
