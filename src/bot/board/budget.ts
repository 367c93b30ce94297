/** Slack's rate limits as token buckets shared by all replicas (docs/protocol.md, 9). Pure. */

import type { Remark } from "../../handlers/deployment.ts";
import type { Bucket } from "../../handlers/store/limits.ts";

export type Weight = Remark["weight"];

/** The share of a bucket that less urgent calls leave for those a person waits for. */
const reserved: Readonly<Record<Weight, number>> = { person: 0, incident: 0.3, ending: 0.3, progress: 0.6 };

function bucket(name: string, perMinute: number, capacity: number, weight: Weight): Bucket {
  return { name, perMinute, capacity, reserve: capacity * reserved[weight] };
}

/** Slack's limit for chat.update: 50 a minute per workspace. */
export function editBuckets(weight: Weight): readonly Bucket[] {
  return [bucket("chat.update", 45, 10, weight)];
}

/** Slack's limits for chat.postMessage: one a second per channel, and "several hundred" a minute per workspace. */
export function postBuckets(channel: string, weight: Weight): readonly Bucket[] {
  return [bucket("chat.postMessage", 200, 20, weight), bucket(postBucketOf(channel), 55, 3, weight)];
}

export function postBucketOf(channel: string): string {
  return `chat.postMessage:${channel}`;
}

/** Slack's limits for conversations.history and .replies: 50 a minute each. */
export function readBuckets(
  method: "conversations.history" | "conversations.replies",
  weight: Weight,
): readonly Bucket[] {
  return [bucket(method, 40, 5, weight)];
}
