/**
 * Schemas for AWS's responses that several systems use. Every field is optional. They also parse stored responses, so a
 * time is either a date or milliseconds.
 */

import { z } from "zod";

export const text = z.string().optional();
export const texts = z.array(z.string()).optional();
export const count = z.number().optional();
/** AWS's clock. */
export const time = z.union([z.number(), z.date().transform((date) => date.getTime())]).optional();
