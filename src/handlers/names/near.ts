/** Words like another one, to ask whether they were meant. Pure. */

/** The words that differ by at most two slips, and by one for so many of their letters; the closest first. */
export function closest<Word extends string>(
  words: readonly Word[],
  lettersForOne: number,
  distanceOf: (word: Word) => number,
): readonly Word[] {
  return words
    .map((word) => ({ word, distance: distanceOf(word) }))
    .filter(({ word, distance }) => distance <= Math.min(2, Math.floor(word.length / lettersForOne)))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ word }) => word);
}

/** Words like the one that was typed, the closest first: what begins or ends alike, holds it, or differs by a slip. */
export function nearest<Word extends string>(typed: string, words: readonly Word[]): readonly Word[] {
  const said = typed.toLowerCase();
  if (said === "") return [];
  return closest(words, 2, (word) => distanceTo(said, word.toLowerCase()));
}

/** The closest place; "production" is like an account that is called "prod". */
export function nearestPlace(typed: string, places: readonly string[]): string | undefined {
  const said = typed.toLowerCase();
  return (
    nearest(typed, places)[0] ??
    places.find((place) => place.length >= 3 && said.startsWith(place.toLowerCase()))
  );
}

function distanceTo(said: string, word: string): number {
  if (said.length >= 2 && word.startsWith(said)) return 0;
  if (said.length >= 3 && word.includes(said)) return 1;
  return slips(said, word);
}

/** Letters that were left out, added, changed, or typed in the wrong order (optimal string alignment). */
export function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next: number[] = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : changed;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed, swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
