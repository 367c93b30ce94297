/** "3 of 4", and which of the two AWS did not return: that is never a 0. */
export function countWords(running: number | undefined, wanted: number | undefined): string {
  if (running === undefined) return wanted === undefined ? "not read" : `not read (${wanted} wanted)`;
  return wanted === undefined ? `${running}` : `${running} of ${wanted}`;
}
