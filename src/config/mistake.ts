/** Problems of the configuration, for the person who has to fix them. Never contains a secret's value. */

import { closest, slips } from "../handlers/names/similar.ts";

export interface ConfigProblem {
  /** A variable, or a path in the file: `routes[0].channel`. */
  readonly where: string;
  /** Line in the file, from 1. */
  readonly line?: number | undefined;
  /** The problem and its fix. */
  readonly message: string;
}

export function formatProblem(mistake: ConfigProblem, file: string): string {
  const place = mistake.line === undefined ? mistake.where : `${file}:${mistake.line} ${mistake.where}`;
  return `${place}: ${mistake.message}`;
}

/** " Did you mean `target`?" if a known word is similar, else "". */
export function didYouMean(word: string, known: readonly string[]): string {
  const said = word.toLowerCase();
  const [near] = closest(known, 3, (candidate) => slips(said, candidate.toLowerCase()));
  return near === undefined ? "" : ` Did you mean \`${near}\`?`;
}
