/** What the log says and the thread does not yet. Pure. */

import type { Picture } from "../card/parts/picture.ts";
import type { NumberedEntry } from "../card/thread/thread.ts";

/** What the thread does not say yet, as far back as the view goes. */
export function unsaid(picture: Picture): readonly NumberedEntry[] {
  return numbered(picture).filter(({ seq }) => seq > picture.view.board.said);
}

/** What the thread's newest message says, where more may be added to it: progress, all of it in view. */
export function saidLast(picture: Picture): readonly NumberedEntry[] {
  const { progress, said } = picture.view.board;
  // An earlier release tells on without a word about this message.
  if (progress === undefined || progress.to !== said) return [];
  const told = numbered(picture).filter(({ seq }) => seq >= progress.from && seq <= said);
  return told.length === said - progress.from + 1 ? told : [];
}

export function numbered({ view }: Picture): readonly NumberedEntry[] {
  const first = view.logLength - view.log.length + 1;
  return view.log.map((entry, index) => ({ seq: first + index, entry }));
}
