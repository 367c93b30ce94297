/** The labels of targets among all that are known, from the index and the listings of the sweeps. */

import type { Deployment } from "../deployment.ts";
import type { Clock } from "../ports.ts";
import { type Store, StoreError } from "../store/store.ts";
import { distinct, type KnownTargets, type Label, labelOf, type Target, targetOf } from "./targets.ts";

export type LabelFor = (
  deployment: Pick<Deployment, "ref" | "target" | "qualifiedTarget" | "which">,
) => Promise<Label>;

/** Every card is drawn again before long: what was known a moment ago is good enough. */
const keptMs = 1_000;

/** The sweeps, a minute apart, change what is listed. */
const listedKeptMs = 5_000;

export function createLabels({
  store,
  knownTargets,
  accountNames,
  clock,
}: {
  readonly store: Pick<Store, "active">;
  /** Absent: only what is in the index is known. */
  readonly knownTargets?: () => Promise<KnownTargets>;
  readonly accountNames: ReadonlyMap<string, string>;
  readonly clock: Pick<Clock, "monotonicMs">;
}): {
  readonly labelFor: LabelFor;
  /** Begins to read what names a target, so that a look that reads AWS meanwhile doesn't wait for it. */
  readonly readAhead: () => void;
} {
  const indexed = keptFor(keptMs, clock, async () => (await store.active()).map(targetOf));
  const listed = keptFor(listedKeptMs, clock, async () => (await knownTargets?.())?.targets ?? []);

  // Nobody waits for the list but the first.
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

/** One read serves all who ask within this time. Where the store is away, what was read before is good enough. */
function keptFor(
  ms: number,
  clock: Pick<Clock, "monotonicMs">,
  read: () => Promise<readonly Target[]>,
): {
  /** Waits for a read that is not older. */
  fresh(): Promise<readonly Target[]>;
  /** What the last read found, while the next one is under way. */
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
