/** The built program. Every process of the tests runs the same build, whatever happens to dist meanwhile. */

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

let built: string | undefined;

/** The folder of the program: built once, and by the first test file that needs it. */
export function buildProgram(): string {
  built ??= build();
  return built;
}

function build(): string {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const newest = Math.max(...sources.map((file) => statSync(join(root, "src", file)).mtimeMs));
  const builds = join(root, "node_modules/.cache/holdpoint-journeys");
  const finished = join(builds, String(Math.round(newest)));
  const program = join(finished, "dist");
  if (existsSync(finished)) return program;

  const unfinished = `${finished}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, "package.json"), '{ "type": "module" }\n');
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const outDir = join(unfinished, "dist");
  // Whether the types are right is for `npm run types` to say.
  const args = [tsc, "-p", "tsconfig.build.json", "--noCheck", "--outDir", outDir];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error("the program does not compile");
  cpSync(join(root, "src/store/lua"), join(outDir, "store/lua"), { recursive: true });
  try {
    renameSync(unfinished, finished);
  } catch (error) {
    // Another test file was faster: its build is of the same sources.
    if (!existsSync(finished)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return program;
}

let bundled: string | undefined;

/** The same program as one file, which starts in half the time: for tests that start hundreds of processes. */
export function bundleProgram(): string {
  bundled ??= bundle(buildProgram());
  return bundled;
}

function bundle(program: string): string {
  // Beside the scripts in Lua, which it reads from its own place.
  const finished = join(program, "store/bundle.mjs");
  if (existsSync(finished)) return finished;
  const parts = ["main.js", "config/load.js", "telemetry.js"];
  const unfinished = `${finished}.${process.pid}`;
  buildSync({
    stdin: {
      contents: parts.map((part) => `export * from ${JSON.stringify(join(program, part))};`).join("\n"),
      resolveDir: root,
    },
    outfile: unfinished,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minify: true,
    keepNames: true,
    external: ["js-redis-server"],
    // Packages that are no ES modules bring their own require, and ask where they are.
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`,
    },
    logLevel: "warning",
  });
  renameSync(unfinished, finished);
  return finished;
}
