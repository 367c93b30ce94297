/** Collects the names of what can be deployed to, and whether these are all. */

import type { ListedTarget } from "../handlers/ports.ts";

/** Called when a list ends at a bound of ours, although AWS has more. */
export type OnCut = () => void;

export interface TargetCollector {
  exists(target: ListedTarget): void;
  readonly cut: OnCut;
  /** Runs a read without which some names are missing. */
  needed<Items>(read: (onCut: OnCut) => Promise<Items>): Promise<Items>;
  /** Everything was asked for by now, unless the deadline is over. */
  asked(signal: AbortSignal): void;
  listed(): { readonly targets: readonly ListedTarget[]; readonly whole: boolean };
}

export function createTargetCollector(): TargetCollector {
  const targets = new Map<string, ListedTarget>();
  let isCut = false;
  let isAsked = false;
  const cut = (): void => {
    isCut = true;
  };
  return {
    cut,
    exists(target) {
      targets.set([target.qualifiedTarget, target.which].join("\n"), target);
    },
    async needed(read) {
      try {
        return await read(cut);
      } catch (error) {
        cut();
        throw error;
      }
    },
    asked(signal) {
      if (!signal.aborted) isAsked = true;
    },
    listed: () => ({
      targets: [...targets].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target),
      whole: isAsked && !isCut,
    }),
  };
}
