/** The labels of targets among all that are known, from the index and the listings of the sweeps. */

import type { Deployment } from "./deployment.ts";
import type { Clock } from "./ports.ts";
import { type Store, StoreError } from "./store.ts";
import { distinct, type KnownTargets, type Label, labelOf, type Target, targetOf } from "./targets.ts";

export type LabelFor = (deployment: Pick<Deployment, "ref" | "target" | "qualifiedTarget">) => Promise<Label>;

/** Every card is drawn again before long: what was known a moment ago is good enough. */
const keptMs = 1_000;

/** The sweeps, a minute apart, change what is listed. */
const listedKeptMs = 5_000;

export function createLabelFor({
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
}): LabelFor {
  let kept: { readonly targets: Promise<readonly Target[]>; readonly atMs: number } | undefined;
  let listed: { readonly targets: Promise<readonly Target[]>; readonly atMs: number } | undefined;

  async function listedNow(before: Promise<readonly Target[]> | undefined): Promise<readonly Target[]> {
    return orBefore(async () => (await knownTargets?.())?.targets ?? [], before);
  }

  /** What was listed before is used while it is read again: nobody waits for it but the first. */
  function listedOfLate(): Promise<readonly Target[]> {
    const nowMs = clock.monotonicMs();
    const before = listed?.targets;
    if (listed === undefined || nowMs - listed.atMs > listedKeptMs)
      listed = { targets: listedNow(before), atMs: nowMs };
    return before ?? listed.targets;
  }

  function read(before: Promise<readonly Target[]> | undefined): Promise<readonly Target[]> {
    return orBefore(async () => {
      const [entries, targets] = await Promise.all([store.active(), listedOfLate()]);
      return distinct([...entries.map(targetOf), ...targets]);
    }, before);
  }

  function known(): Promise<readonly Target[]> {
    const nowMs = clock.monotonicMs();
    if (kept === undefined || nowMs - kept.atMs > keptMs)
      kept = { targets: read(kept?.targets), atMs: nowMs };
    return kept.targets;
  }

  return async (deployment) => {
    const { account } = deployment.ref;
    const target = targetOf({ ...deployment, accountName: accountNames.get(account) ?? account });
    return labelOf(target, await known());
  };
}

/** A card is drawn by what was known before where the store is away. */
async function orBefore(
  read: () => Promise<readonly Target[]>,
  before: Promise<readonly Target[]> | undefined,
): Promise<readonly Target[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return (await before) ?? [];
  }
}
