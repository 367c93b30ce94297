// Builds the CodeDeploy hook function as a single file: dist/hook/index.mjs, or index.mjs in the given folder.

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = process.argv[2] ?? join(root, "dist/hook");

await build({
  entryPoints: [join(root, "src/hook/index.ts")],
  outfile: join(resolve(folder), "index.mjs"),
  bundle: true,
  minify: true,
  keepNames: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // The SDK's ES modules can be tree-shaken and need no require.
  mainFields: ["module", "main"],
  legalComments: "none",
  logLevel: "warning",
});
