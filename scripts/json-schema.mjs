// Writes holdpoint.schema.json from the schema that reads holdpoint.yml. Run it with: npx tsx scripts/json-schema.mjs

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jsonSchema } from "../src/config/json-schema.ts";

const file = fileURLToPath(new URL("../holdpoint.schema.json", import.meta.url));
writeFileSync(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
execFileSync("npx", ["biome", "format", "--write", file], { stdio: "inherit" });
