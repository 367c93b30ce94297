/** The result of an additional read. Each may fail on its own, and is then shown as unknown, never as missing. */

import { z } from "zod";
import { type Why, whyFailed, whySchema } from "./client/why.ts";

export type Reading<Value, Because = Why> =
  | { readonly kind: "read"; readonly value: Value }
  | Unknown<Because>;

export interface Unknown<Because = Why> {
  readonly kind: "unknown";
  readonly why: Because;
}

/** The stored form. */
export const unknownSchema = z.object({
  kind: z.literal("unknown"),
  why: whySchema,
}) satisfies z.ZodType<Unknown>;

/** `call` is the IAM action of the read. */
export function unknownBy(error: unknown, call: string): Unknown {
  return { kind: "unknown", why: whyFailed(error, call) };
}

export async function tryRead<Value>(call: string, read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { kind: "read", value: await read() };
  } catch (error) {
    return unknownBy(error, call);
  }
}
