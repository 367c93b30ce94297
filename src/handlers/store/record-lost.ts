/** What Redis no longer knows of a deployment after it lost its data. Imports nothing. */

/** Redis lost, or may have lost, what was asked for in Holdpoint. `inThread`: the card's thread is from before. */
export interface RecordLost {
  readonly inThread: boolean;
}

/** In a young store, a card that had to be posted proves that there are no earlier records. */
export function recordLost({
  emptied,
  young,
  board: { older, ts },
}: {
  readonly emptied?: true;
  readonly young?: true;
  readonly board: { readonly older?: true; readonly ts?: string };
}): RecordLost | undefined {
  const isWhole = emptied !== true && older !== true && (ts !== undefined || young !== true);
  return isWhole ? undefined : { inThread: older === true };
}
