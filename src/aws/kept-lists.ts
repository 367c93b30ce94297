/** Lists that change rarely, such as the groups of an application: each is asked for once for several sweeps. */

import { LRUCache } from "lru-cache";

const freshMs = 5 * 60_000;
/** A sweep that runs out of time comes back to the same list later; until then the older one tells the names. */
const knownMs = 20 * 60_000;
/** Enough for some thousand applications. */
const keptAtMost = 5_000;

export interface KeptLists<Item> {
  /** A new list is known by its events before it is read here. */
  fresh(key: string): readonly Item[] | undefined;
  /** Also one that is due to be read again. */
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
