// Compiles src to dist and copies the Lua scripts to the code that loads them.
// With --if-needed it does nothing if dist is newer than all of its sources.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const entry = join(dist, "cli.js");

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).map((file) =>
  join("src", file),
);
/** The folder's own mtime shows that a file was removed from it. */
const settings = ["src", "package.json", "tsconfig.json", "tsconfig.build.json", "scripts/build.mjs"];

function newest(files) {
  return Math.max(...files.map((file) => statSync(join(root, file)).mtimeMs));
}

if (process.argv.includes("--if-needed") && existsSync(entry)) {
  if (statSync(entry).mtimeMs > newest([...sources, ...settings])) process.exit(0);
}

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, "node_modules/typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
for (const file of sources.filter((source) => source.endsWith(".lua"))) {
  const target = join(dist, file.slice("src/".length));
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(root, file), target);
}
chmodSync(entry, 0o755);

const hook = spawnSync(process.execPath, [join(root, "scripts/build-hook.mjs")], { stdio: "inherit" });
process.exit(hook.status ?? 1);
