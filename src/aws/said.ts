/**
 * What systems parse alike of AWS's answers. Everything may be left out. The same schemas read what was recorded of an
 * answer, so times come as dates or as milliseconds.
 */

import { z } from "zod";

export const text = z.string().optional();
export const texts = z.array(z.string()).optional();
export const count = z.number().optional();
/** AWS's clock. */
export const time = z.union([z.number(), z.date().transform((date) => date.getTime())]).optional();
