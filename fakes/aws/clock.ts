/** The fake AWS's clock. Tests advance it by hand; the demo runs in real time, or faster. */

export interface Clock {
  readonly now: () => number;
  /** Runs `work` once `now()` has reached `at`. Returns a function that cancels it. */
  readonly at: (at: number, work: () => void) => () => void;
}

export interface FakeClock extends Clock {
  /** Advances the time and runs all due timers, in order of their time. */
  readonly advance: (byMs: number) => void;
}

/** More timers than this in one `advance` means that they re-create each other endlessly. */
const mostTimersPerAdvance = 100_000;

export function createFakeClock(startMs = Date.UTC(2026, 10, 17, 14, 0, 0)): FakeClock {
  let now = startMs;
  let waiting: { readonly at: number; readonly work: () => void }[] = [];
  return {
    now: () => now,
    at: (at, work) => {
      const timer = { at, work };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
    advance: (byMs) => {
      const until = now + byMs;
      for (let run = 0; run < mostTimersPerAdvance; run += 1) {
        const due = waiting
          .filter((timer) => timer.at <= until)
          .reduce<(typeof waiting)[number] | undefined>(
            (first, timer) => (first && first.at <= timer.at ? first : timer),
            undefined,
          );
        if (due === undefined) {
          now = until;
          return;
        }
        waiting = waiting.filter((timer) => timer !== due);
        now = Math.max(now, due.at);
        due.work();
      }
      throw new Error("The fake clock runs in circles");
    },
  };
}

export interface RunningClock extends Clock {
  readonly close: () => void;
}

/** Real time, sped up by `speed`. `setTimeout` takes at most 24.8 days, so longer waits are split. */
export function createRunningClock(speed = 1): RunningClock {
  const startedAt = Date.now();
  const timers = new Set<NodeJS.Timeout>();
  const longestMs = 2 ** 31 - 1;
  const now = () => startedAt + (Date.now() - startedAt) * speed;

  function wait(at: number, work: () => void, keep: (timer: NodeJS.Timeout) => void): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        if (now() < at) wait(at, work, keep);
        else work();
      },
      Math.min(longestMs, Math.max(0, Math.ceil((at - now()) / speed))),
    );
    timer.unref();
    timers.add(timer);
    keep(timer);
  }

  return {
    now,
    at: (at, work) => {
      let current: NodeJS.Timeout | undefined;
      wait(at, work, (timer) => {
        current = timer;
      });
      return () => {
        clearTimeout(current);
        if (current) timers.delete(current);
      };
    },
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
