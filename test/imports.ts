/** Who imports whom: reads source files, finds imports that their folder may not have, and cycles. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Folder -> what its files may import: path prefixes of this repository (with a slash), or names of packages. */
export type Allowed = Readonly<Record<string, readonly string[]>>;

/** File -> what it imports: files by their path from the root, packages by name. */
export type Imports = ReadonlyMap<string, readonly string[]>;

export function readImports(root: string, folders: readonly string[], read = importsOf): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(folder, file)),
  );
  return new Map(files.map((file) => [file, read(file, readFileSync(join(root, file), "utf8"))]));
}

/** Static, dynamic, type-only and side-effect imports, and re-exports. */
export function importsOf(file: string, text: string): readonly string[] {
  const found = text.matchAll(/(?<![\w-])(?:from|import\(|import)\s*"([^"]+)"/g);
  return [...found].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier,
  );
}

/** The same without type-only imports, which vanish when compiled: two files may name each other's types. */
export function runtimeImportsOf(file: string, text: string): readonly string[] {
  return importsOf(file, text.replace(/\b(?:import|export) type [^;]*;/g, ""));
}

/** Every import that is not on its folder's list. The longest folder that fits decides; no folder: everything is denied. */
export function violations(imports: Imports, allowed: Allowed): readonly string[] {
  return [...imports].flatMap(([file, targets]) => {
    const folder = Object.keys(allowed)
      .filter((candidate) => file.startsWith(candidate))
      .sort((a, b) => b.length - a.length)[0];
    const may = folder === undefined ? [] : (allowed[folder] ?? []);
    return targets
      .filter((target) => !may.some((entry) => fits(entry, target)))
      .map((target) => `${file} imports ${target}`);
  });
}

/** `src/aws/` and `node:` are prefixes; `zod` is the package and what it exports below its name, but not `zodiac`. */
function fits(entry: string, target: string): boolean {
  if (entry.endsWith("/") || entry.endsWith(":")) return target.startsWith(entry);
  return target === entry || target.startsWith(`${entry}/`);
}

/** The first cycle among the files, in order; empty when there is none. */
export function cycle(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] => {
    const at = path.indexOf(file);
    if (at !== -1) return [...path.slice(at), file];
    if (done.has(file)) return [];
    for (const target of imports.get(file) ?? []) {
      const found = walk(target, [...path, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const found = walk(file, []);
    if (found.length > 0) return found;
  }
  return [];
}
