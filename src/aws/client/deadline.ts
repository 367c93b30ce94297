/** Deadlines for asynchronous work. */

export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * Runs `work` for at most `ms`. After that the signal is aborted and the promise rejects, even if the work ignores the
 * signal; the SDK, for one, calls credential providers without passing it on.
 */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlineError(`no answer within ${ms} ms`);
      controller.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A shorter deadline for optional reads. If one times out, its part is shown as unknown and people can still act. */
export function sooner(signal: AbortSignal, ms: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}
