/** One decision about one hold, asked for by U1 with the token t1, and how to bring it into each of its states. */

import { expect } from "vitest";
import { type DecisionState, decisionStates } from "../../src/handlers/decision.ts";
import type { Observation } from "../../src/handlers/store/decisions.ts";
import type { Store } from "../../src/handlers/store/store.ts";
import type { View } from "../../src/handlers/store/view.ts";
import { sendLeaseMs } from "../../src/handlers/timing.ts";
import type { TimedStore } from "./backends.ts";
import { at, claim, hold, key, otherHold } from "./samples.ts";

export const states: readonly DecisionState[] = decisionStates;
type SettledAs = Parameters<Store["settle"]>[1]["answer"];

const keys = at("continue", hold);

export interface DecisionBench {
  begin(token?: string): ReturnType<Store["begin"]>;
  settle(answer: SettledAs, token?: string): ReturnType<Store["settle"]>;
  resolve(saw: Observation, readAt?: number): ReturnType<Store["resolve"]>;
  view(): Promise<View>;
  state(): Promise<DecisionState | undefined>;
  /** The kinds of the log's entries. */
  told(): Promise<readonly string[]>;
  /** Its lease is gone afterwards, as after a crash. */
  reach(state: DecisionState): Promise<void>;
}

export function decisionBench(timed: TimedStore): DecisionBench {
  const { store } = timed;
  const settled = { detail: "said", action: "continue", by: ["U1"], attempt: 1 } as const;

  const bench: DecisionBench = {
    begin: (token = "t1") => store.begin(keys, { token, leaseMs: sendLeaseMs }),
    settle: (answer, token = "t1") => store.settle(keys, { ...settled, token, answer }),
    resolve: (saw, readAt = timed.now()) =>
      store.resolve(keys, { saw, readAt, token: "look", detail: "SUCCEEDED" }),
    view: () => store.view(key, ["end", hold, otherHold]),
    state: async () => (await bench.view()).decisions.get(hold)?.state,
    told: async () => (await bench.view()).log.map(({ k }) => k),
    async reach(state) {
      await claim(store, {});
      switch (state) {
        case "claimed":
          break;
        case "open":
        case "superseded":
        case "expired":
          await bench.settle(state);
          break;
        case "sent":
          await bench.begin();
          break;
        case "accepted":
        case "refused":
        case "unclear":
          await bench.begin();
          await bench.settle(state);
          break;
        case "confirmed":
          await bench.begin();
          await bench.settle("accepted");
          await bench.resolve("match");
          break;
      }
      await timed.endLease(key);
      expect(await bench.state()).toBe(state);
    },
  };
  return bench;
}
