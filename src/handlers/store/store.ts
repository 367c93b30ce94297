/** The durable record, as a port. Implemented on Redis in src/store. */

import type { AnnouncementStore } from "./announcements.ts";
import type { BoardStore } from "./board.ts";
import type { DecisionStore } from "./decisions.ts";
import type { RateLimits } from "./limits.ts";
import type { Indexes, JobQueue } from "./queue.ts";
import type { LookStore } from "./view.ts";

/** Thrown by every store method if Redis does not reply; it is unknown whether the script ran. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * One method is one script is one round trip. Each call can be resent with the same token, with the same result.
 * Every method throws StoreError if Redis does not reply.
 */
export interface Store
  extends DecisionStore,
    LookStore,
    BoardStore,
    RateLimits,
    JobQueue,
    Indexes,
    AnnouncementStore {}
