/** A percentage with at most one decimal: AWS returns 32-bit floats, and sums of shares have more. */
export function oneDecimal(percent: number): number {
  return Math.round(percent * 10) / 10;
}

/** "3 of 4". A number that AWS did not return is shown as not read or left out, never as 0. */
export function describeCount(running: number | undefined, wanted: number | undefined): string {
  if (running === undefined) return wanted === undefined ? "not read" : `not read (${wanted} wanted)`;
  return wanted === undefined ? `${running}` : `${running} of ${wanted}`;
}

/** Digits of a digest or commit, usually enough to distinguish two. */
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
