/** Log entries that are, or are not yet, in the thread. Pure. */

import type { Picture } from "../card/parts/picture.ts";
import type { NumberedEntry } from "../card/thread/thread.ts";

/** The entries that are not in the thread yet, as far back as the view goes. */
export function unpostedEntries(picture: Picture): readonly NumberedEntry[] {
  return numbered(picture).filter(({ seq }) => seq > picture.view.board.said);
}

/** The entries in the thread's newest message if more can be added to it: only progress, and all of it in view. */
export function lastPostedEntries(picture: Picture): readonly NumberedEntry[] {
  const { progress, said } = picture.view.board;
  // An earlier release posts more without updating `progress`.
  if (progress === undefined || progress.to !== said) return [];
  const told = numbered(picture).filter(({ seq }) => seq >= progress.from && seq <= said);
  return told.length === said - progress.from + 1 ? told : [];
}

export function numbered({ view }: Picture): readonly NumberedEntry[] {
  const first = view.logLength - view.log.length + 1;
  return view.log.map((entry, index) => ({ seq: first + index, entry }));
}
