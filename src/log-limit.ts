/** Bounds the log: a fault that repeats a thousand times a minute fills no disk, and hides no other line. */

/** Lines per window of one message with one cause, and of one message with any cause. */
const perKind = 10;
const perMessage = 60;
const windowMs = 60_000;

export interface LogLimit {
  /** False if the line is to be left out. */
  admits(message: string, cause: string): boolean;
}

/** `told` is called at the end of each window that left lines out, with their number. */
export function createLogLimit(told: (message: string, count: number) => void): LogLimit {
  let windows = new Map<string, { readonly kinds: Map<string, number>; lines: number; leftOut: number }>();
  let startedAtMs = performance.now();

  function end(): void {
    const ended = windows;
    windows = new Map();
    startedAtMs = performance.now();
    for (const [message, { leftOut }] of ended) if (leftOut > 0) told(message, leftOut);
  }

  return {
    admits(message, cause) {
      if (performance.now() - startedAtMs >= windowMs) end();
      const window = windows.get(message) ?? { kinds: new Map<string, number>(), lines: 0, leftOut: 0 };
      windows.set(message, window);
      const before = window.kinds.get(cause) ?? 0;
      if (before < perKind && window.lines < perMessage) {
        window.kinds.set(cause, before + 1);
        window.lines += 1;
        return true;
      }
      // The log has to tell how many there were even if no other line comes.
      if (window.leftOut === 0) setTimeout(end, windowMs).unref();
      window.leftOut += 1;
      return false;
    },
  };
}
