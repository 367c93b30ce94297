/** What the scenarios tell the reader of the page while they run: one sentence each, the newest shown, and those that still count down. */

import type { Happening } from "./page/contract.ts";

export interface Happenings {
  /** Replaces what the same scenario said before. `untilMs`: the page counts down to this moment. */
  readonly tell: (scenario: string, text: string, untilMs?: number) => void;
  /** Goes on beside the page; what goes wrong is told there. */
  readonly follow: (scenario: string, work: Promise<void>) => void;
  readonly newest: () => readonly Happening[];
}

export function createHappenings(changed: () => void): Happenings {
  let all: readonly Happening[] = [];
  const tell: Happenings["tell"] = (id, text, untilMs) => {
    const told = untilMs === undefined ? { id, text } : { id, text, untilMs };
    all = [...all.filter((other) => other.id !== id), told];
    changed();
  };
  return {
    tell,
    follow: (id, work) => {
      work.catch((error: unknown) => {
        tell(id, `This did not work out: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
    newest: () => all.filter((one) => one === all.at(-1) || (one.untilMs ?? 0) > Date.now()),
  };
}
