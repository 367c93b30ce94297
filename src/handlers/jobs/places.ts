/**
 * Remembers which accounts and regions don't answer. Each read there ends only at its deadline, so after a few in a row
 * one job at a time tries, and the others count as unreadable at once.
 */

import type { Ref } from "../deployment.ts";
import type { Clock, Inspection } from "../ports.ts";
import type { Timing } from "../timing.ts";

type Place = Pick<Ref, "account" | "region">;
type Unreadable = Extract<Inspection, { readonly kind: "unreadable" }>;

/** One slow read can be chance. */
const silencesAtMost = 3;

interface Silence {
  readonly inARow: number;
  readonly last: Unreadable;
  readonly isTried: boolean;
}

export type ReadPlace = (place: Place, read: () => Promise<Inspection>) => Promise<Inspection>;

export function createReadPlace({
  clock,
  timing,
}: {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly timing: Pick<Timing, "readDeadlineMs">;
}): ReadPlace {
  /** A rejection is fast. What fails after this time was not answered. */
  const silentMs = 0.4 * timing.readDeadlineMs;
  const silences = new Map<string, Silence>();

  return async function readPlace({ account, region }, read) {
    const place = `${account} ${region}`;
    const before = silences.get(place);
    const isSilent = before !== undefined && before.inARow >= silencesAtMost;
    if (isSilent && before.isTried) return before.last;
    if (isSilent) silences.set(place, { ...before, isTried: true });
    const startedMs = clock.monotonicMs();
    let inspection: Inspection | undefined;
    try {
      inspection = await read();
      return inspection;
    } finally {
      if (inspection?.kind === "unreadable" && clock.monotonicMs() - startedMs >= silentMs) {
        const inARow = (silences.get(place)?.inARow ?? 0) + 1;
        silences.set(place, { inARow, last: inspection, isTried: false });
      } else {
        // Also if the read threw, or nobody would try this place again.
        silences.delete(place);
      }
    }
  };
}
