/** Digests and commits are shown with as many digits as it takes to distinguish two of them. */

/** Usually enough. */
export const digitsUsually = 8;

/** The shortest two that differ, or just the shortest if none do. */
export function distinct<Side>(
  shortened: (digits: number) => readonly [old: Side, next: Side],
): readonly [old: Side, next: Side] {
  for (const digits of [digitsUsually, 16, 32, 64, Number.POSITIVE_INFINITY]) {
    const sides = shortened(digits);
    if (sides[0] !== sides[1]) return sides;
  }
  return shortened(digitsUsually);
}
