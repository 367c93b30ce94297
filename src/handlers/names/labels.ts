/** The labels of targets among all known ones, from the index and the lists of the sweeps. */

import type { Deployment } from "../deployment.ts";
import type { Clock } from "../ports.ts";
import { type Store, StoreError } from "../store/store.ts";
import { distinct, type KnownTargets, type Label, labelOf, type Target, targetOf } from "./targets.ts";

export type LabelFor = (
  deployment: Pick<Deployment, "ref" | "target" | "qualifiedTarget" | "which">,
) => Promise<Label>;

/** Every card is rendered again soon, so slightly old data is good enough. */
const keptMs = 1_000;

/** Lists change only with the sweeps, a minute apart. */
const listedKeptMs = 5_000;

export function createLabels({
  store,
  knownTargets,
  accountNames,
  clock,
}: {
  readonly store: Pick<Store, "active">;
  /** Absent: only targets in the index are known. */
  readonly knownTargets?: () => Promise<KnownTargets>;
  readonly accountNames: ReadonlyMap<string, string>;
  readonly clock: Pick<Clock, "monotonicMs">;
}): {
  readonly labelFor: LabelFor;
  /** Starts loading the names, so that a job that reads AWS meanwhile doesn't wait for them. */
  readonly readAhead: () => void;
} {
  const indexed = keptFor(keptMs, clock, async () => (await store.active()).map(targetOf));
  const listed = keptFor(listedKeptMs, clock, async () => (await knownTargets?.())?.targets ?? []);

  // Only the first caller waits for the list.
  const read = (): Promise<readonly (readonly Target[])[]> => Promise.all([indexed.fresh(), listed.latest()]);

  return {
    async labelFor(deployment) {
      const { account } = deployment.ref;
      const target = targetOf({ ...deployment, accountName: accountNames.get(account) ?? account });
      return labelOf(target, distinct((await read()).flat()));
    },
    readAhead: () => {
      read().catch(() => {});
    },
  };
}

/** Shares one read between all callers within this time. If Redis is unavailable, the previous result is used. */
function keptFor(
  ms: number,
  clock: Pick<Clock, "monotonicMs">,
  read: () => Promise<readonly Target[]>,
): {
  /** Waits for a read that is not older. */
  fresh(): Promise<readonly Target[]>;
  /** The last result, while the next read is running. */
  latest(): Promise<readonly Target[]>;
} {
  let kept: { readonly targets: Promise<readonly Target[]>; readonly atMs: number } | undefined;

  async function readOr(before: Promise<readonly Target[]> | undefined): Promise<readonly Target[]> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return (await before) ?? [];
    }
  }

  function begin(): { readonly now: Promise<readonly Target[]>; readonly before: typeof kept } {
    const nowMs = clock.monotonicMs();
    const before = kept;
    if (kept === undefined || nowMs - kept.atMs > ms) kept = { targets: readOr(kept?.targets), atMs: nowMs };
    return { now: kept.targets, before };
  }

  return {
    fresh: () => begin().now,
    latest: () => {
      const { now, before } = begin();
      return before?.targets ?? now;
    },
  };
}
