import type { Clock } from "../../handlers/ports.ts";

/** Tracks requests in progress: Bolt's own stop() does not wait for the work after an acknowledgement. */
export interface Background {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when no request is in progress, or after `withinMs`; true: none was left. */
  idle(withinMs: number): Promise<boolean>;
}

export function createBackground(clock: Pick<Clock, "wait">): Background {
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
