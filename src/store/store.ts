/** The durable record. One method is one script is one round trip. */

import type { Cluster, Redis } from "ioredis";
import type { Store } from "../handlers/store/store.ts";
import { protocolTiming } from "../handlers/timing.ts";
import { createAnnouncements } from "./announcements.ts";
import { createBoardRecords } from "./board.ts";
import { createBudget } from "./budget.ts";
import { createDecisions, type DecisionTiming } from "./decisions.ts";
import { createQueue } from "./queue.ts";
import { createScripts, type RunScript } from "./scripts.ts";
import { createSnapshots } from "./snapshots.ts";
import { createTargets } from "./targets.ts";

export interface StoreOptions {
  /** Approximate length of the audit stream. The embedded engine copies a whole key at each write. */
  readonly auditLength?: number;
  /** How many unsent announcements are kept. */
  readonly announceLength?: number;
  readonly timing?: DecisionTiming;
  /** Called for a job that only a newer release can parse. It is given back. */
  readonly onUnknownJob?: (text: string) => void;
}

/** `clock` is the Lua that sets `now`; by default it reads Redis's time. */
export function createStore(
  redis: Redis | Cluster,
  options: StoreOptions & { readonly clock?: string } = {},
): Store {
  return storeOver(createScripts(redis, options.clock), options);
}

/** The store on top of any function that runs the scripts. */
export function storeOver(run: RunScript, options: StoreOptions = {}): Store {
  return {
    ...createDecisions(run, options.timing ?? protocolTiming),
    ...createSnapshots(run),
    ...createBoardRecords(run),
    ...createBudget(run),
    ...createQueue(run, {
      auditLength: options.auditLength ?? 100_000,
      announceLength: options.announceLength ?? 10_000,
      onUnknownJob: options.onUnknownJob ?? (() => {}),
    }),
    ...createAnnouncements(run),
    ...createTargets(run),
  };
}
