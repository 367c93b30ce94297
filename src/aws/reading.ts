/** What was read beside the deployment itself: each part may fail on its own and is then shown as unknown, never as missing. */

import type { Phrase } from "../handlers/words.ts";
import { whyUnread } from "./errors.ts";

export type Reading<Value> = { readonly kind: "read"; readonly value: Value } | Unknown;

export interface Unknown {
  readonly kind: "unknown";
  readonly why: Phrase;
}

/** `call` is the IAM action of the read. */
export function unknownBy(error: unknown, call: string): Unknown {
  return { kind: "unknown", why: whyUnread(error, call) };
}

export async function tryRead<Value>(call: string, read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { kind: "read", value: await read() };
  } catch (error) {
    return unknownBy(error, call);
  }
}
