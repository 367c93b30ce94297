// Generates the published JSON Schemas from the program's own schemas: holdpoint.schema.json for holdpoint.yml,
// holdpoint-event.schema.json for announcements. Run it with: npx tsx scripts/json-schema.mjs

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jsonSchema } from "../src/config/json-schema.ts";
import { eventJsonSchema } from "../src/event-schema.ts";

const schemas = { "holdpoint.schema.json": jsonSchema(), "holdpoint-event.schema.json": eventJsonSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
  execFileSync("npx", ["biome", "format", "--write", file], { stdio: "inherit" });
}
