/**
 * Schemas for AWS's responses that several systems use. Every field is optional. They also parse stored responses, so a
 * time is either a date or milliseconds.
 */

import { z } from "zod";

export const optionalText = z.string().optional();
export const optionalTexts = z.array(z.string()).optional();
export const optionalCount = z.number().optional();
/** The value in a text that Holdpoint stored, or undefined if the text is not JSON of this shape. */
export function parseStored<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** AWS's clock. */
export const optionalTime = z.union([z.number(), z.date().transform((date) => date.getTime())]).optional();
