/** What the scripts in TypeScript have in common. */

import type { Fields, Keyspace } from "./keyspace.ts";

export type Reply = readonly (string | Reply)[];

/** One script: one synchronous step. */
export type MemoryScript = (
  on: { readonly space: Keyspace; readonly now: number },
  keys: readonly string[],
  args: readonly string[],
) => Reply;

export function say(space: Keyspace, logKey: string, at: number, entry: Record<string, unknown>): void {
  space.append(logKey, JSON.stringify({ ...entry, at }));
}

export function pairsOf(fields: Fields): Reply {
  return Object.entries(fields).flat();
}
