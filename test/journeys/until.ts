import { setTimeout as wait } from "node:timers/promises";

/** The first answer that is neither undefined nor false. At the deadline it rejects with what `state` says. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  {
    withinMs = 15_000,
    againMs = 20,
    state = () => "",
  }: { withinMs?: number; againMs?: number; state?: () => string } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}\n${state()}`);
    await wait(againMs);
  }
}
