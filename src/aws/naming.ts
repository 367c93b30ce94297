/** Collects the names of deployment targets, and whether the list is complete. */

import type { ListedTarget } from "../handlers/ports.ts";

/** Called when a list was cut at one of our limits although AWS has more. */
export type OnCut = () => void;

export interface TargetCollector {
  exists(target: ListedTarget): void;
  readonly cut: OnCut;
  /** Runs a read; if it fails, the list of names is incomplete. */
  needed<Items>(read: (onCut: OnCut) => Promise<Items>): Promise<Items>;
  /** Call after the last read. The list counts as complete unless the deadline had passed. */
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
