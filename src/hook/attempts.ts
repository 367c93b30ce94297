/** Tries again, for as long as the function may run. */

import { setTimeout as pause } from "node:timers/promises";

export interface Bounds {
  /** Pauses between attempts; there is one attempt more than pauses. */
  readonly pausesMs: readonly number[];
  /** One attempt. */
  readonly attemptMs: number;
  /** All of them. */
  readonly withinMs: number;
}

/** The first success, else the last failure. `work` has to end when its signal is aborted. */
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
