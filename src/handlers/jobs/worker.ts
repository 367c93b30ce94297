/**
 * Dequeues jobs and runs them with bounded concurrency. Every replica runs one worker, with a lane for deployments and
 * one for sweeps: a sweep lists a whole account and region, and must not take the place of a hold.
 */

import type { Ref } from "../deployment.ts";
import type { Clock, Telemetry } from "../ports.ts";
import type { BusyPlace, Job, JobKey, Lane } from "../store/queue.ts";
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

export interface LaneLimits {
  /** Jobs that run at the same time. One that takes longer than `slowMs` no longer counts: it waits for AWS or Slack. */
  readonly concurrency: number;
  /** Jobs that read the same account and region at the same time. */
  readonly perPlace: number;
}

/** How often an idle worker polls. Sweeps are not urgent. */
const pollMs = { ref: 250, sweep: 1_000 } as const;

/** A healthy job takes a few hundred milliseconds. */
const slowMs = 1_000;

/** All jobs of a lane, slow ones included. */
const runningAtMost = 100;

/** Delay before the retry of a job that failed because of a bug, to avoid a hot loop. */
const failedLookMs = 10_000;

interface RunningJob {
  readonly account: string;
  readonly region: string;
  readonly startedMs: number;
  /** False once AWS is read: what follows does not depend on this account and region. */
  reads: boolean;
}

export function startWorker(ports: {
  readonly store: Pick<Store, "dequeue" | "complete">;
  /** Calls `onRead` when it has read AWS. */
  readonly reconcile: (ref: Ref, taken: Job, onRead: () => void) => Promise<Next>;
  readonly sweep: (account: string, region: string, taken: Job) => Promise<Next>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly newToken: () => string;
  readonly limits: Readonly<Record<Lane, LaneLimits>>;
  readonly timing: Timing;
}): Worker {
  const { store, reconcile, sweep, clock, telemetry, newToken, limits } = ports;

  async function run(taken: Job, onRead: () => void): Promise<{ readonly isDueSoon: boolean }> {
    const { member } = taken;
    const startedMs = clock.monotonicMs();
    let next: Next;
    try {
      next =
        member.kind === "ref"
          ? await reconcile(member.ref, taken, onRead)
          : await sweep(member.account, member.region, taken);
    } catch (error) {
      telemetry.count("jobs_failed", { cause: error instanceof StoreError ? "store" : "bug" });
      telemetry.log("error", "job failed", { member, error });
      next = { nextMs: error instanceof StoreError ? 1_000 : failedLookMs, note: taken.note };
    }
    telemetry.observe("job_seconds", (clock.monotonicMs() - startedMs) / 1_000, { kind: member.kind });
    try {
      const end = await store.complete(taken, next);
      return {
        isDueSoon: end === "again" || (next.nextMs ?? Number.POSITIVE_INFINITY) < pollMs[member.kind],
      };
    } catch (error) {
      telemetry.log("warn", "could not complete job; its lease will expire", { member, error });
      return { isDueSoon: false };
    }
  }

  function startLane(lane: Lane): Worker {
    const { concurrency, perPlace } = limits[lane];
    const jobs = new Map<Promise<void>, RunningJob>();
    let stopping = false;
    let isNudged = false;
    let wake = (): void => {};
    /** Due jobs may be left in the queue for lack of a slot. */
    let isFull = false;

    function nudge(): void {
      isNudged = true;
      wake();
    }

    /** How many jobs read each account and region. */
    function readers(): readonly BusyPlace[] {
      const places = new Map<string, BusyPlace>();
      for (const { account, region, reads } of jobs.values()) {
        if (!reads) continue;
        const place = `${account} ${region}`;
        places.set(place, { account, region, jobs: (places.get(place)?.jobs ?? 0) + 1 });
      }
      return [...places.values()];
    }

    function freeSlots(): number {
      const nowMs = clock.monotonicMs();
      const quick = [...jobs.values()].filter(({ startedMs }) => nowMs - startedMs < slowMs).length;
      return Math.min(concurrency - quick, runningAtMost - jobs.size);
    }

    /** True if more may be due. */
    async function takeSome(): Promise<boolean> {
      const free = freeSlots();
      isFull = free <= 0;
      if (isFull) return false;
      const busy = readers();
      const only = { lane, perPlace, busy };
      const taken = await store.dequeue(newToken(), free, ports.timing.lookLeaseMs, only);
      for (const item of taken) start(item);
      isFull = taken.length === free || readers().some((place) => place.jobs >= perPlace);
      return taken.length === free;
    }

    function start(taken: Job): void {
      const job: RunningJob = { ...placeOf(taken.member), startedMs: clock.monotonicMs(), reads: true };
      const onRead = (): void => {
        job.reads = false;
        if (isFull) nudge();
      };
      const running: Promise<void> = run(taken, onRead).then(({ isDueSoon }) => {
        jobs.delete(running);
        if (isFull || isDueSoon) nudge();
      });
      jobs.set(running, job);
    }

    async function poll(): Promise<void> {
      while (!stopping) {
        isNudged = false;
        let waitMs: number = pollMs[lane];
        try {
          if (await takeSome()) continue;
          // A job that was enqueued while Redis replied may be missing in the reply.
          if (isNudged) continue;
        } catch (error) {
          telemetry.log("warn", "dequeue failed: Redis unavailable", { error });
          waitMs = 1_000;
        }
        await Promise.race([clock.wait(waitMs), new Promise<void>((resolve) => (wake = resolve))]);
      }
    }

    const polling = poll();
    return {
      nudge,
      async stop(withinMs) {
        stopping = true;
        wake();
        const ended = polling.then(() => Promise.allSettled([...jobs.keys()]));
        await Promise.race([ended, clock.wait(withinMs)]);
      },
    };
  }

  const refs = startLane("ref");
  const sweeps = startLane("sweep");
  return {
    nudge: () => refs.nudge(),
    async stop(withinMs) {
      await Promise.all([refs.stop(withinMs), sweeps.stop(withinMs)]);
    },
  };
}

function placeOf(member: JobKey): Pick<Ref, "account" | "region"> {
  return member.kind === "ref" ? member.ref : member;
}
