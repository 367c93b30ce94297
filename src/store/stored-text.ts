/** How Redis holds values: numbers and JSON as text, hashes as lists of names and values. */

import { LRUCache } from "lru-cache";
import { z } from "zod";

/** A number that Redis stores as text. */
export const countSchema = z.coerce.number().int();
/** Cache size per schema, in characters of the texts. A snapshot has about 4,000. */
const keptCharacters = 2_000_000;

/**
 * JSON text of this shape. Every script returns whole records that have mostly not changed since the last time, so
 * parsed values are cached and shared between callers.
 */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  const kept = new LRUCache<string, { readonly meaning: z.output<Schema> }>({
    maxSize: keptCharacters,
    sizeCalculation: (_, text) => Math.max(text.length, 1),
  });
  return z.string().transform((text, context): z.output<Schema> => {
    const known = kept.get(text);
    if (known !== undefined) return known.meaning;
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) {
      kept.set(text, { meaning: parsed.data });
      return parsed.data;
    }
    return refuse(parsed.error, context);
  });
}

function refuse(error: z.ZodError, context: z.RefinementCtx): never {
  for (const { message, path } of error.issues) context.addIssue({ code: "custom", message, path });
  return z.NEVER;
}

/** `undefined`, which no record schema accepts, if it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const flatSchema = z.array(z.string()).transform((flat) => {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] ?? ""] = flat[i + 1] ?? "";
  return fields;
});

/** Fields that the present reply has and that were left out. Parsing is synchronous, so they belong to one reply. */
let leftOut: string[] = [];

/** The fields that were left out since the last call. */
export function takeLeftOut(): readonly string[] {
  const taken = leftOut;
  leftOut = [];
  return taken;
}

/**
 * A hash of this shape, as HGETALL returns it inside a script: name, value, name, value. An unreadable field that `isOptional`
 * names counts as absent: one of them must not make everything about a deployment unreadable for good.
 */
export function hashOf<Schema extends z.ZodType>(schema: Schema, isOptional: (field: string) => boolean) {
  return flatSchema.transform((fields, context): z.output<Schema> => {
    const whole = schema.safeParse(fields);
    if (whole.success) return whole.data;
    const bad = whole.error.issues.map(({ path }) => String(path[0]));
    if (!bad.every(isOptional)) return refuse(whole.error, context);
    const rest = schema.safeParse(
      Object.fromEntries(Object.entries(fields).filter(([name]) => !bad.includes(name))),
    );
    if (!rest.success) return refuse(rest.error, context);
    leftOut.push(...bad);
    return rest.data;
  });
}
