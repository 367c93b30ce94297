// Builds the CodeDeploy hook function: one file with everything in it, dist/hook/index.mjs, or in the folder that is given.

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
  // The SDK's ES modules: they can be shaken out, and need no require.
  mainFields: ["module", "main"],
  legalComments: "none",
  logLevel: "warning",
});
