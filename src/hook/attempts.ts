/** Retries within the time that the function may run. */

import { setTimeout as pause } from "node:timers/promises";

export interface Bounds {
  /** Pauses between attempts; there is one attempt more than pauses. */
  readonly pausesMs: readonly number[];
  /** Timeout of one attempt. */
  readonly attemptMs: number;
  /** Time limit for all attempts. */
  readonly withinMs: number;
}

/** Returns the first success or throws the last error. `work` must end when its signal is aborted. */
export async function attempt<T>(
  { pausesMs, attemptMs, withinMs }: Bounds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (const pauseMs of pausesMs) {
    try {
      return await work(signalFor(attemptMs, end));
    } catch (error) {
      if (performance.now() + pauseMs >= end) throw error;
      await pause(pauseMs);
    }
  }
  return work(signalFor(attemptMs, end));
}

function signalFor(attemptMs: number, end: number): AbortSignal {
  return AbortSignal.timeout(Math.max(1, Math.floor(Math.min(attemptMs, end - performance.now()))));
}
