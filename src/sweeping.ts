/** Keeps the sweeps in the queue, one per account and region, even if Redis loses its data. */

import type { Telemetry } from "./handlers/ports.ts";
import type { JobKey } from "./handlers/store/queue.ts";
import type { Store } from "./handlers/store/store.ts";

/** After Redis lost its data, the sweeps are back after this plus one sweep interval: within a minute. */
const renewMs = 10_000;

/** People can ask for sweeps, by clicking on what is not on record; they are listed no more often than this. */
const askedAtMostEveryMs = 10_000;

export interface Sweeps {
  /** Sweeps everything now, unless that was asked for in the last seconds. Throws StoreError if Redis is unavailable. */
  now(): Promise<void>;
  /** Starts putting missing sweeps back into the queue. Returns a function that stops it. */
  keepQueued(): () => void;
}

export function createSweeps(ports: {
  readonly accounts: readonly { readonly id: string; readonly regions: readonly string[] }[];
  readonly store: Pick<Store, "enqueue">;
  readonly sweepMs: number;
  readonly telemetry: Telemetry;
}): Sweeps {
  const { accounts, store, sweepMs, telemetry } = ports;
  const members = accounts.flatMap(({ id, regions }) =>
    regions.map((region): JobKey => ({ kind: "sweep", account: id, region })),
  );
  const enqueue = (delayMs: number): Promise<void> =>
    store.enqueue(members.map((member) => ({ member, delayMs })));

  let askedAtMs = Number.NEGATIVE_INFINITY;

  return {
    async now() {
      if (performance.now() - askedAtMs < askedAtMostEveryMs) return;
      await enqueue(0);
      askedAtMs = performance.now();
    },
    keepQueued() {
      let swept = false;
      let renewing = false;
      /** Enqueueing never makes a job later, so it changes nothing for sweeps that are still queued. */
      const renew = async (): Promise<void> => {
        if (renewing) return;
        renewing = true;
        try {
          await enqueue(swept ? sweepMs : 0);
          swept = true;
        } catch (error: unknown) {
          telemetry.log("warn", "could not enqueue sweeps, retrying", { error });
        } finally {
          renewing = false;
        }
      };
      const timer = setInterval(() => void renew(), renewMs);
      void renew();
      return () => clearInterval(timer);
    },
  };
}
