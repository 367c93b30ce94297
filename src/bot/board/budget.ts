/** Slack's rate limits as token buckets that all replicas share (docs/protocol.md, 9). Pure. */

import type { Remark } from "../../handlers/deployment.ts";
import type { Bucket } from "../../handlers/store/limits.ts";

export type Weight = Remark["weight"];

/** What less urgent calls leave for those that a person waits for. */
const reserved: Readonly<Record<Weight, number>> = { person: 0, incident: 0.3, ending: 0.3, progress: 0.6 };

function bucket(name: string, perMinute: number, capacity: number, weight: Weight): Bucket {
  return { name, perMinute, capacity, reserve: capacity * reserved[weight] };
}

/** chat.update is limited to 50 a minute and workspace. */
export function editBuckets(weight: Weight): readonly Bucket[] {
  return [bucket("chat.update", 45, 10, weight)];
}

/** chat.postMessage is limited to one a second and channel, and to "several hundred" a minute and workspace. */
export function postBuckets(channel: string, weight: Weight): readonly Bucket[] {
  return [bucket("chat.postMessage", 200, 20, weight), bucket(postBucketOf(channel), 55, 3, weight)];
}

export function postBucketOf(channel: string): string {
  return `chat.postMessage:${channel}`;
}

/** conversations.history and .replies are limited to 50 a minute each. */
export function readBuckets(
  method: "conversations.history" | "conversations.replies",
  weight: Weight,
): readonly Bucket[] {
  return [bucket(method, 40, 5, weight)];
}
