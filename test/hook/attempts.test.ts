import { expect, it } from "vitest";
import { attempt } from "../../src/hook/attempts.ts";

it("makes every attempt that fits, whatever fraction of a millisecond is left for the last one", async () => {
  let made = 0;
  const ends = attempt({ pausesMs: [1, 1, 1], attemptMs: 1_000, withinMs: 500.7 }, async (signal) => {
    made += 1;
    expect(signal.aborted).toBe(false);
    throw new Error(`attempt ${made}`);
  });
  await expect(ends).rejects.toThrow("attempt 4");
  expect(made).toBe(4);
});

it("ends an attempt that hangs, and the next one in the time that is left", async () => {
  const attempts: number[] = [];
  const hangs = (signal: AbortSignal): Promise<never> => {
    attempts.push(performance.now());
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  await expect(attempt({ pausesMs: [1], attemptMs: 60, withinMs: 100 }, hangs)).rejects.toThrow("timeout");
  expect(attempts).toHaveLength(2);
});
