/** The durable record over one Redis. One method is one script is one round trip. */

import type { Cluster, Redis } from "ioredis";
import type { Store } from "../handlers/ports.ts";
import { createBoardRecords } from "./board.ts";
import { createBudget } from "./budget.ts";
import { createDecisions } from "./decisions.ts";
import { createLooks } from "./looks.ts";
import { createQueue } from "./queue.ts";
import { createScripts } from "./scripts.ts";

export function createStore(
  redis: Redis | Cluster,
  options: {
    /** About how many entries the audit stream keeps. The embedded engine copies a whole key at each write. */
    readonly auditLength?: number;
    /** Lua that sets `now`; absent, Redis's clock. */
    readonly clock?: string;
  } = {},
): Store {
  const run = createScripts(redis, options.clock);
  return {
    ...createDecisions(run),
    ...createLooks(run),
    ...createBoardRecords(run),
    ...createBudget(run),
    ...createQueue(redis, run, options.auditLength ?? 100_000),
  };
}
