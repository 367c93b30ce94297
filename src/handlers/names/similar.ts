/** Words similar to another one, for "Did you mean". Pure. */

/** The words within an edit distance of two, and of one per `lettersForOne` letters of the word; the closest first. */
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

/** The words similar to the typed one, the closest first: same beginning, contained in it, or a typo. */
export function nearest<Word extends string>(typed: string, words: readonly Word[]): readonly Word[] {
  const said = typed.toLowerCase();
  if (said === "") return [];
  return closest(words, 2, (word) => distanceTo(said, word.toLowerCase()));
}

/** The closest account, region or other place; "production" also matches an account called "prod". */
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

/**
 * Edit distance: letters left out, added, changed or swapped (optimal string alignment). 3 if the lengths differ by
 * more than 2.
 */
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
