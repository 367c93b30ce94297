/** The protocol with one rule left out. Each stands between the real handlers and the store, and each must be found. */

import type { DecisionKeys } from "../../src/handlers/store/decisions.ts";
import type { Store } from "../../src/handlers/store/store.ts";
import { deploymentKeys } from "../../src/store/keys.ts";
import type { MemoryStore } from "../store/memory.ts";

type Mutant = (store: Store, memory: MemoryStore) => Store;

const unguarded = ({ key, decision }: DecisionKeys): DecisionKeys => ({ key, decision });

/** The token that the decision has by now, whoever asks. */
async function presentToken(store: Store, { key, decision }: DecisionKeys, token: string): Promise<string> {
  const { decisions } = await store.view(key, [decision]);
  return decisions.get(decision)?.token ?? token;
}

/** As if whoever asked for an ending had done so before this answer was claimed. */
function forgetEndings(memory: MemoryStore, { key, decision }: DecisionKeys): void {
  const keys = deploymentKeys(key);
  let endings = "0";
  memory.tamper(keys.ask, (ask) => {
    endings = ask["count/end/asked"] ?? "0";
    return {};
  });
  const now = String(memory.now());
  memory.tamper(keys.decision(decision), ({ endings: known }) =>
    known === undefined ? {} : { endings, claimedAt: now },
  );
}

function isForward({ decision }: DecisionKeys): boolean {
  return decision !== "end" && decision !== "revert";
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

  "without minding who asked for the opposite": (store, memory) => ({
    ...store,
    async begin(keys, attempt) {
      if (isForward(keys)) forgetEndings(memory, keys);
      return store.begin(keys, attempt);
    },
    async resolve(keys, look) {
      if (isForward(keys)) forgetEndings(memory, keys);
      return store.resolve(keys, look);
    },
  }),

  "minding who asked for the opposite only at a takeover": (store, memory) => ({
    ...store,
    async begin(keys, attempt) {
      if (isForward(keys)) forgetEndings(memory, keys);
      return store.begin(keys, attempt);
    },
  }),

  "minding who asked for the opposite only in begin": (store, memory) => ({
    ...store,
    async resolve(keys, look) {
      if (isForward(keys)) forgetEndings(memory, keys);
      return store.resolve(keys, look);
    },
  }),

  "without a rollback that waits for a claim": (store) => ({
    ...store,
    async claim(keys, ask) {
      const reply = await store.claim(keys, ask);
      const { decisions } = await store.view(keys.key, [keys.guard ?? keys.decision]);
      const holder = [...decisions.values()][0];
      const isBehind = keys.decision === "end" && reply.kind === "busy-lease" && holder !== undefined;
      return isBehind ? { kind: "busy", holder } : reply;
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

  "without the guard at a takeover, nor minding who asked": (store, memory) => {
    const taken = new Set<string>();
    return {
      ...store,
      async resolve(keys, look) {
        if (isForward(keys)) forgetEndings(memory, keys);
        const reply = await store.resolve(unguarded(keys), look);
        if (reply.kind === "took") taken.add(look.token);
        return reply;
      },
      async begin(keys, attempt) {
        const isTaken = taken.has(attempt.token);
        if (isTaken && isForward(keys)) forgetEndings(memory, keys);
        return store.begin(isTaken ? unguarded(keys) : keys, attempt);
      },
    };
  },

  "without waiting where the store was emptied": (store, memory) => ({
    ...store,
    claim(keys, ask) {
      memory.tamper(deploymentKeys(keys.key).dep, ({ born }) => (born === undefined ? {} : { born: "1" }));
      return store.claim(keys, { ...ask, born: undefined });
    },
  }),

  "without the birth of what a person saw": (store) => ({
    ...store,
    claim: (keys, ask) => store.claim(keys, { ...ask, born: undefined }),
  }),

  "without the birth of what a job has read": (store) => ({
    ...store,
    save: (key, look) => store.save(key, { ...look, born: undefined }),
    resolve: (keys, look) => store.resolve(keys, { ...look, born: undefined }),
  }),
} as const satisfies Record<string, Mutant>;
