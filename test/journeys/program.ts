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

/**
 * The folder of the program, built by the first test file that needs it. `cli.mjs` is `holdpoint`, and `parts.mjs` what
 * a process with another timing is made of: one file each, because a process starts in half the time then.
 */
export function buildProgram(): string {
  built ??= build();
  return built;
}

function build(): string {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const newest = Math.max(...sources.map((file) => statSync(join(root, "src", file)).mtimeMs));
  const builds = join(root, "node_modules/.cache/holdpoint-tests");
  const finished = join(builds, String(Math.round(newest)));
  const program = join(finished, "program");
  if (existsSync(finished)) return program;

  const unfinished = `${finished}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  cpSync(join(root, "package.json"), join(unfinished, "package.json"));
  const compiled = join(unfinished, "dist");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  // Whether the types are right is for `npm run types` to say.
  const args = [tsc, "-p", "tsconfig.build.json", "--noCheck", "--outDir", compiled];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Error("the program does not compile");
  bundle(compiled, join(unfinished, "program"));
  try {
    renameSync(unfinished, finished);
  } catch (error) {
    // Another test file was faster: its build is of the same sources.
    if (!existsSync(finished)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return program;
}

function bundle(compiled: string, program: string): void {
  const parts = ["main", "config/load", "telemetry"].map((part) => `export * from "./${part}.js";`);
  writeFileSync(join(compiled, "parts.js"), parts.join("\n"));
  buildSync({
    entryPoints: [join(compiled, "cli.js"), join(compiled, "parts.js")],
    outdir: program,
    outExtension: { ".js": ".mjs" },
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
  // Where a program in one file looks for its scripts.
  cpSync(join(root, "src/store/lua"), join(program, "lua"), { recursive: true });
}
