import type { Clock } from "../../handlers/ports.ts";

/** Counts what is under way: Bolt's own stop() does not wait for what goes on after an acknowledgement. */
export interface Work {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way, or after `withinMs`; true: nothing was left. */
  idle(withinMs: number): Promise<boolean>;
}

export function createWork(clock: Pick<Clock, "wait">): Work {
  const underWay = new Set<Promise<unknown>>();
  return {
    async run(task) {
      const running = task();
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    async idle(withinMs) {
      await Promise.race([Promise.allSettled([...underWay]), clock.wait(withinMs)]);
      return underWay.size === 0;
    },
  };
}
