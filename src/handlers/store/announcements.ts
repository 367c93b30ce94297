/** Announcements that wait for their bus. */

import type { Announcement } from "../announce/announce.ts";

/** Announcements on loan, oldest first. */
export interface Waiting {
  readonly kind: "yours";
  /** The place of the first of them among all that ever waited. */
  readonly first: number;
  /** How many were dropped unsent, ever, because too many waited, */
  readonly lostEver: number;
  /** and how many of these nobody has told of yet. */
  readonly lost: number;
  /** `undefined` stands for one that can't be read. */
  readonly announcements: readonly (Announcement | undefined)[];
}

export interface AnnouncementStore {
  /** Lends the oldest announcements that wait to this token, which may ask again. `count` is at least one. */
  announcements(
    token: string,
    loan: { readonly leaseMs: number; readonly count: number },
  ): Promise<Waiting | { readonly kind: "none" } | { readonly kind: "held"; readonly ms: number }>;
  /** Forgets those before `upTo`. `lost`: another token has them on loan since. */
  announced(
    token: string,
    end: { readonly upTo: number; readonly lostTold: number },
  ): Promise<"kept" | "lost">;
}
