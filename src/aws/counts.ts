/** A percentage with at most one decimal: AWS returns 32-bit floats, and sums of shares have more. */
export function oneDecimal(percent: number): number {
  return Math.round(percent * 10) / 10;
}

/** "3 of 4". A number that AWS did not return is shown as not read or left out, never as 0. */
export function describeCount(running: number | undefined, wanted: number | undefined): string {
  if (running === undefined) return wanted === undefined ? "not read" : `not read (${wanted} wanted)`;
  return wanted === undefined ? `${running}` : `${running} of ${wanted}`;
}
