/** Progress messages of running scenarios, one sentence each. The page shows the newest and those with a countdown. */

import type { Happening } from "./page/contract.ts";

export interface Happenings {
  /** Replaces the scenario's earlier message. `untilMs`: the page counts down to this time. */
  readonly tell: (scenario: string, text: string, untilMs?: number) => void;
  /** Runs in the background; an error is shown on the page. */
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
