/** The JSON Schema of holdpoint.yml, for editors. */

import { z } from "zod";
import { fileSchema } from "./schema.ts";

export function jsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(fileSchema, { io: "input", target: "draft-7" }), title: "holdpoint.yml" };
}
