/** What the log says and the thread does not yet. Pure. */

import type { Picture } from "../handlers/picture.ts";
import type { NumberedEntry } from "./card/thread.ts";

/** A hold opened or asks again, and nobody was called for it yet. */
export function calls({ entry }: NumberedEntry): boolean {
  if (entry.k === "remark") return entry.remark.holdId !== undefined;
  return entry.k === "reopened" || entry.k === "notSent";
}

/** What the thread does not say yet, as far back as the view goes. */
export function unsaid({ view }: Picture): readonly NumberedEntry[] {
  const first = view.logLength - view.log.length + 1;
  return view.log
    .map((entry, index) => ({ seq: first + index, entry }))
    .filter(({ seq }) => seq > view.board.said);
}
