// Puts beside parts.cjs what V8 compiles it to, and the module that loads both. The argument is their folder.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "./load.mjs";

const folder = process.argv[2] ?? "";
const { exports, script } = load(folder);
// After the parts have run: what they called while they loaded is compiled, too.
writeFileSync(join(folder, "parts.compiled"), script.createCachedData());
writeFileSync(
  join(folder, "parts.mjs"),
  `import { load } from ${JSON.stringify(new URL("load.mjs", import.meta.url).href)};
export const { ${Object.keys(exports).join(", ")} } = load(import.meta.dirname).exports;
`,
);
