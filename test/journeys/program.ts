/** The built program. Every process of the tests runs the same build, whatever happens to dist meanwhile. */

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { buildSync, transformSync } from "esbuild";

const here = import.meta.dirname;
const root = join(here, "../..");
const otherBuildMs = 60_000;
const pollMs = 50;

let built: string | undefined;

/**
 * The folder of the program, built by the first test file that needs it. `cli.mjs` is `holdpoint`, and `parts.mjs` what
 * a process with another timing is made of. Both load one script and what V8 has compiled it to: a process of the tests
 * starts with a third of the work.
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
  const building = `${finished}.building`;
  if (!begin(building)) {
    for (let waitedMs = 0; waitedMs < otherBuildMs; waitedMs += pollMs) {
      if (existsSync(finished)) return program;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
    }
  }

  const unfinished = `${finished}.${process.pid}`;
  const bundled = join(unfinished, "program");
  mkdirSync(bundled, { recursive: true });
  cpSync(join(root, "package.json"), join(unfinished, "package.json"));
  bundle(bundled);
  compile(bundled);
  try {
    renameSync(unfinished, finished);
  } catch (error) {
    // Another test file was faster: its build is of the same sources.
    if (!existsSync(finished)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  rmSync(building, { recursive: true, force: true });
  return program;
}

/** False when another test file is building the same. */
function begin(building: string): boolean {
  mkdirSync(dirname(building), { recursive: true });
  try {
    mkdirSync(building);
    return true;
  } catch {
    return false;
  }
}

function compile(program: string): void {
  const { status } = spawnSync(process.execPath, [join(here, "compile.mjs"), program], { stdio: "inherit" });
  if (status !== 0) throw new Error("the program does not load");
}

const parts = ["main", "check", "start-problem", "config/load", "config/mistake", "telemetry"];

/** Whether the types are right is for `npm run types` to say. */
function bundle(program: string): void {
  const source = join(root, "src");
  const contents = parts.map((part) => `export * from "./${part}.ts";`).join("\n");
  buildSync({
    stdin: { contents, resolveDir: source, loader: "ts" },
    outfile: join(program, "parts.cjs"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    minify: true,
    keepNames: true,
    external: ["js-redis-server"],
    define: { "import.meta.url": "ownUrl" },
    banner: { js: `const ownUrl = require("node:url").pathToFileURL(__filename).href;` },
    logLevel: "warning",
  });
  const cli = readFileSync(join(source, "cli.ts"), "utf8");
  const { code } = transformSync(cli, { loader: "ts", target: "node20" });
  writeFileSync(join(program, "cli.mjs"), code.replaceAll(/ from "\.\/[^"]+";/g, ' from "./parts.mjs";'));
  // Where a program in one file looks for its scripts.
  cpSync(join(source, "store/lua"), join(program, "lua"), { recursive: true });
}
