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

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles src, unless a build of just these sources is there. Answers the folder of the program. */
export function buildProgram(): string {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const newest = Math.max(...sources.map((file) => statSync(join(root, "src", file)).mtimeMs));
  const builds = join(root, "node_modules/.cache/holdpoint-journeys");
  const build = join(builds, String(Math.round(newest)));
  const program = join(build, "dist");
  if (existsSync(build)) return program;

  const unfinished = `${build}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, "package.json"), '{ "type": "module" }\n');
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const outDir = join(unfinished, "dist");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", outDir], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the program does not compile");
  cpSync(join(root, "src/store/lua"), join(outDir, "store/lua"), { recursive: true });
  try {
    renameSync(unfinished, build);
  } catch (error) {
    // Another test file was faster: its build is of the same sources.
    if (!existsSync(build)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return program;
}
