// Runs parts.cjs of a folder with what V8 has compiled it to. Another V8 ignores that and compiles it again.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { constants, Script } from "node:vm";

export function load(folder) {
  const filename = join(folder, "parts.cjs");
  const compiled = join(folder, "parts.compiled");
  const source = readFileSync(filename, "utf8");
  const script = new Script(`(function (exports, require, module, __filename) {${source}\n})`, {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(existsSync(compiled) ? { cachedData: readFileSync(compiled) } : {}),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename);
  return { exports: module.exports, script };
}
