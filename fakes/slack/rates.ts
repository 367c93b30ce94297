import { type JsonObject, stringIn } from "./json.ts";

/**
 * Slack's published rate limits (docs.slack.dev/apis/web-api/rate-limits). Slack counts per method, workspace and app;
 * chat.postMessage is counted per channel and allows short bursts, whose size is not published.
 */
export interface Rates {
  readonly perMinute: Readonly<Record<string, number>>;
  readonly postsPerSecondAndChannel: number;
  readonly postBurst: number;
}

const tier2 = 20;
const tier3 = 50;
const tier4 = 100;

export const publishedRates: Rates = {
  perMinute: {
    "usergroups.list": tier2,
    "usergroups.users.list": tier2,
    "conversations.list": tier2,
    "chat.update": tier3,
    "chat.delete": tier3,
    "conversations.history": tier3,
    "conversations.replies": tier3,
    "conversations.info": tier3,
    "users.lookupByEmail": tier3,
    "apps.connections.open": tier3,
    "chat.postEphemeral": tier4,
    "conversations.members": tier4,
    "users.info": tier4,
    "views.open": tier4,
    "views.push": tier4,
    "views.update": tier4,
    "views.publish": tier4,
  },
  postsPerSecondAndChannel: 1,
  postBurst: 4,
};

/** Counts one call; returns undefined if it is allowed, else the seconds for Retry-After. */
export type RateLimiter = (method: string, args: JsonObject) => number | undefined;

export function createRateLimiter(rates: Rates, clock: () => number): RateLimiter {
  const sent = new Map<string, readonly number[]>();
  const posts = new Map<string, { tokens: number; at: number }>();

  function spendMinute(method: string, perMinute: number): number | undefined {
    const now = clock();
    const recent = (sent.get(method) ?? []).filter((at) => at > now - 60_000);
    const [oldest] = recent;
    if (recent.length >= perMinute && oldest !== undefined) return Math.ceil((oldest + 60_000 - now) / 1000);
    sent.set(method, [...recent, now]);
    return undefined;
  }

  function spendPost(channel: string): number | undefined {
    const now = clock();
    const before = posts.get(channel) ?? { tokens: rates.postBurst, at: now };
    const refilled = ((now - before.at) / 1000) * rates.postsPerSecondAndChannel;
    const tokens = Math.min(rates.postBurst, before.tokens + refilled);
    posts.set(channel, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1 ? undefined : Math.ceil((1 - tokens) / rates.postsPerSecondAndChannel);
  }

  return (method, args) => {
    if (method === "chat.postMessage") return spendPost(stringIn(args.channel) ?? "");
    const perMinute = rates.perMinute[method];
    return perMinute === undefined ? undefined : spendMinute(method, perMinute);
  };
}
