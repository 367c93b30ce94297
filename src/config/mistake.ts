/** What is wrong with the configuration, said to the person who has to mend it. Never carries the value of a secret. */

export interface Mistake {
  /** A variable, or a path in the file: `routes[0].channel`. */
  readonly where: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  /** What is wrong and how to mend it. */
  readonly message: string;
}

export function printMistake(mistake: Mistake, file: string): string {
  const place = mistake.line === undefined ? mistake.where : `${file}:${mistake.line} ${mistake.where}`;
  return `${place}: ${mistake.message}`;
}

/** " Did you mean `target`?" when a known word is near, else "". */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` Did you mean \`${near}\`?`;
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const atMost = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= atMost)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** Levenshtein's distance, a row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
