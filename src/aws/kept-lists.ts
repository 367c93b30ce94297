/** A cache for lists that change rarely, such as the groups of an application: one read serves several sweeps. */

import { LRUCache } from "lru-cache";

const freshMs = 5 * 60_000;
/** A sweep that runs out of time reads the list in a later round; until then the older copy supplies the names. */
const knownMs = 20 * 60_000;
/** Enough for a few thousand applications. */
const keptAtMost = 5_000;

export interface KeptLists<Item> {
  /**
   * The list, if it was read less than 5 minutes ago. Deployments of anything created since then are found through
   * their events.
   */
  fresh(key: string): readonly Item[] | undefined;
  /** The list, if it was read less than 20 minutes ago. */
  known(key: string): readonly Item[] | undefined;
  knowsAll(keys: readonly string[]): boolean;
  keep(key: string, items: readonly Item[]): void;
  forget(key: string): void;
}

export function createKeptLists<Item>(now: () => number): KeptLists<Item> {
  const kept = new LRUCache<string, { readonly items: readonly Item[]; readonly at: number }>({
    max: keptAtMost,
  });
  function notOlder(key: string, ms: number): readonly Item[] | undefined {
    const list = kept.get(key);
    return list !== undefined && now() - list.at < ms ? list.items : undefined;
  }
  return {
    fresh: (key) => notOlder(key, freshMs),
    known: (key) => notOlder(key, knownMs),
    knowsAll: (keys) => keys.every((key) => notOlder(key, knownMs) !== undefined),
    keep(key, items) {
      kept.set(key, { items, at: now() });
    },
    forget(key) {
      kept.delete(key);
    },
  };
}
