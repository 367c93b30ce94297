/** The labels of targets among all that are known, from the index and the listings of the sweeps. */

import type { Deployment } from "./deployment.ts";
import type { Clock } from "./ports.ts";
import { type Store, StoreError } from "./store.ts";
import { distinct, type KnownTargets, type Label, labelOf, type Target, targetOf } from "./targets.ts";

export type LabelFor = (deployment: Pick<Deployment, "ref" | "target" | "qualifiedTarget">) => Promise<Label>;

/** Every card is drawn again before long: what was known a moment ago is good enough. */
const keptMs = 1_000;

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

  async function read(before: Promise<readonly Target[]> | undefined): Promise<readonly Target[]> {
    try {
      const [entries, listed] = await Promise.all([store.active(), knownTargets?.()]);
      return distinct([...entries.map(targetOf), ...(listed?.targets ?? [])]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return (await before) ?? [];
    }
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
