export interface WaitOptions {
  /** Description of the condition, for the error message. */
  readonly what?: string;
  readonly timeoutMs?: number;
}

/** Notifies listeners of changes, so that tests and the page wait for conditions instead of sleeping. */
export interface Changes {
  readonly notify: () => void;
  readonly onChange: (listener: () => void) => () => void;
  /** Resolves with the first result that is not undefined, null or false; rejects at the deadline. */
  readonly waitFor: <T>(look: () => T | undefined | null | false, options?: WaitOptions) => Promise<T>;
}

export function createChanges(): Changes {
  const listeners = new Set<() => void>();

  function onChange(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    notify: () => {
      for (const listener of [...listeners]) listener();
    },
    onChange,
    waitFor: (look, { what = "the condition", timeoutMs = 5_000 } = {}) =>
      new Promise((resolve, reject) => {
        const found = look();
        if (isAnswer(found)) {
          resolve(found);
          return;
        }
        const done = (): void => {
          clearTimeout(deadline);
          stop();
        };
        const deadline = setTimeout(() => {
          done();
          reject(new Error(`${what} did not come true within ${timeoutMs} ms`));
        }, timeoutMs);
        // The servers keep the process alive while they are open; this timer need not.
        deadline.unref();
        const stop = onChange(() => {
          try {
            const answer = look();
            if (!isAnswer(answer)) return;
            done();
            resolve(answer);
          } catch (error) {
            done();
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      }),
  };
}

function isAnswer<T>(value: T | undefined | null | false): value is T {
  return value !== undefined && value !== null && value !== false;
}
