/** Keeps the sweeps in the queue: one per account and region, whatever the store forgets. */

import type { Telemetry } from "./handlers/ports.ts";
import type { Member } from "./handlers/store/queue.ts";
import type { Store } from "./handlers/store/store.ts";

/** A store that was emptied has its sweeps back after this and one sweep interval: within a minute. */
const renewMs = 10_000;

export interface Sweeps {
  /** Looks everywhere at once. Throws StoreError when the store is away. */
  now(): Promise<void>;
  /** Starts putting back what is not in the queue. Returns what stops it. */
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
    regions.map((region): Member => ({ kind: "sweep", account: id, region })),
  );
  const enqueue = (delayMs: number): Promise<void> =>
    store.enqueue(members.map((member) => ({ member, delayMs })));

  return {
    now: () => enqueue(0),
    keepQueued() {
      let swept = false;
      let renewing = false;
      /** Queueing never makes a member later, so renewing what is there changes nothing. */
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
