/** Slack's rate limits, shared by all replicas. */

export interface Bucket {
  readonly name: string;
  readonly perMinute: number;
  readonly capacity: number;
  /** Tokens that this kind of call leaves for more urgent ones. */
  readonly reserve: number;
}

export type SpendReply = { readonly kind: "ok" } | { readonly kind: "wait"; readonly ms: number };

export interface RateLimits {
  spend(team: string, buckets: readonly Bucket[]): Promise<SpendReply>;
  /** Slack replied 429: nothing is spent from this bucket until `retryAfterMs` has passed. */
  limit(team: string, bucket: string, retryAfterMs: number): Promise<void>;
}
