/**
 * Loads environment and holdpoint.yml into a frozen Config, or returns all problems at once. Apart from the hook
 * function, nothing else reads process.env.
 */

import { readFile } from "node:fs/promises";
import { type Environment, readEnvironment } from "./environment.ts";
import { type FileConfig, parseFile } from "./file.ts";
import type { ConfigProblem } from "./mistake.ts";

export interface Config extends FileConfig, Omit<Environment, "configPath"> {}

export type Loaded =
  | { readonly kind: "config"; readonly config: Config }
  | { readonly kind: "mistakes"; readonly mistakes: readonly ConfigProblem[]; readonly configPath: string };

export async function loadConfig(env: NodeJS.ProcessEnv = process.env): Promise<Loaded> {
  const read = readEnvironment(env);
  const configPath = read.kind === "environment" ? read.environment.configPath : read.configPath;
  const parsed = await parseAt(configPath);
  if (read.kind === "mistakes" || parsed.kind === "mistakes") {
    const mistakes = [
      ...(read.kind === "mistakes" ? read.mistakes : []),
      ...(parsed.kind === "mistakes" ? parsed.mistakes : []),
    ];
    return { kind: "mistakes", mistakes, configPath };
  }
  const { configPath: _, ...environment } = read.environment;
  return { kind: "config", config: freeze({ ...environment, ...parsed.file }) };
}

async function parseAt(path: string): Promise<ReturnType<typeof parseFile>> {
  try {
    return parseFile(await readFile(path, "utf8"));
  } catch (error: unknown) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `This file can't be read (${why}). Copy holdpoint.example.yml, or name another file in HOLDPOINT_CONFIG.`;
    return { kind: "mistakes", mistakes: [{ where: path, message }] };
  }
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null && !Object.isFrozen(member)) freeze(member);
  }
  return Object.freeze(value);
}
