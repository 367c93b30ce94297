/** The queue of announcements for the bus. */

import type { Announcement } from "../announce/announce.ts";

/** Leased announcements, oldest first. */
export interface Waiting {
  readonly kind: "yours";
  /** Sequence number of the first announcement in `announcements`. */
  readonly first: number;
  /** How many announcements were ever dropped because the backlog was full. */
  readonly lostEver: number;
  /** How many of those have not been logged yet. */
  readonly lost: number;
  /** `undefined`: a record that can't be parsed. */
  readonly announcements: readonly (Announcement | undefined)[];
}

export interface AnnouncementStore {
  /** Leases the oldest announcements to this token, which may ask again. `count` is at least one. */
  announcements(
    token: string,
    loan: { readonly leaseMs: number; readonly count: number },
  ): Promise<Waiting | { readonly kind: "none" } | { readonly kind: "held"; readonly ms: number }>;
  /** Removes those before `upTo`. `lost`: another token has leased them since. */
  announced(
    token: string,
    end: { readonly upTo: number; readonly lostTold: number },
  ): Promise<"kept" | "lost">;
}
