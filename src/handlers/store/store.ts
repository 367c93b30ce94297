/** The durable record as the handlers see it. Redis carries it out (src/store). */

import type { AnnouncementStore } from "./announcements.ts";
import type { BoardStore } from "./board.ts";
import type { DecisionStore } from "./decisions.ts";
import type { RateLimits } from "./limits.ts";
import type { Indexes, LookQueue } from "./queue.ts";
import type { LookStore } from "./view.ts";

/** Thrown by every store method when Redis does not answer; whether the script ran is not known. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * One method is one script is one round trip, and each may be sent again with the same token and gives the same answer.
 * Every method throws StoreError when Redis does not answer.
 */
export interface Store
  extends DecisionStore,
    LookStore,
    BoardStore,
    RateLimits,
    LookQueue,
    Indexes,
    AnnouncementStore {}
