/** The protocol with one rule left out. Each stands between the real handlers and the store, and each must be found. */

import type { DecisionKeys, Store } from "../../src/handlers/store.ts";
import type { MemoryStore } from "../store/memory.ts";

type Mutant = (store: Store, memory: MemoryStore) => Store;

const unguarded = ({ key, decision }: DecisionKeys): DecisionKeys => ({ key, decision });

/** The token that the decision has by now, whoever asks. */
async function presentToken(store: Store, { key, decision }: DecisionKeys, token: string): Promise<string> {
  const { decisions } = await store.view(key, [decision]);
  return decisions.get(decision)?.token ?? token;
}

export const mutants = {
  "without the guards": (store) => ({
    ...store,
    claim: (keys, ask) => store.claim(unguarded(keys), ask),
    begin: (keys, attempt) => store.begin(unguarded(keys), attempt),
    resolve: (keys, look) => store.resolve(unguarded(keys), look),
  }),

  "without begin": (store) => ({
    ...store,
    async begin(keys, attempt) {
      await store.begin(keys, attempt);
      return { kind: "go" };
    },
  }),

  "without the quiet time": (store) => ({
    ...store,
    resolve: (keys, look) => store.resolve(keys, { ...look, readAt: look.readAt + 1e9 }),
  }),

  "without the time of the read": (store, memory) => ({
    ...store,
    resolve: (keys, look) => store.resolve(keys, { ...look, readAt: memory.now() }),
  }),

  "without comparing tokens": (store) => ({
    ...store,
    async begin(keys, attempt) {
      return store.begin(keys, { ...attempt, token: await presentToken(store, keys, attempt.token) });
    },
    async settle(keys, attempt) {
      return store.settle(keys, { ...attempt, token: await presentToken(store, keys, attempt.token) });
    },
  }),

  "without the lease of the call": (store) => ({
    ...store,
    async begin(keys, attempt) {
      const reply = await store.begin(keys, attempt);
      // A settling that does not fit changes nothing, but it gives the lease back.
      const misfit = { answer: "superseded", detail: "", action: "continue", by: [], attempt: 0 } as const;
      if (reply.kind === "go") await store.settle(keys, { token: attempt.token, ...misfit });
      return reply;
    },
  }),

  "without recording who was late": (store) => ({
    ...store,
    async claim(keys, ask) {
      const { decisions } = await store.view(keys.key, [keys.decision, keys.guard ?? keys.decision]);
      const winner = [...decisions.values()].find(({ state }) => state !== "open");
      return winner === undefined ? store.claim(keys, ask) : { kind: "decided", winner };
    },
  }),

  "without the guard at a takeover": (store) => {
    const taken = new Set<string>();
    return {
      ...store,
      async resolve(keys, look) {
        const reply = await store.resolve(unguarded(keys), look);
        if (reply.kind === "took") taken.add(look.token);
        return reply;
      },
      begin: (keys, attempt) => store.begin(taken.has(attempt.token) ? unguarded(keys) : keys, attempt),
    };
  },
} as const satisfies Record<string, Mutant>;
