/** Reads what a request is about, once it is on record which messages are the card and its broadcast. */

import type { Clock } from "../ports.ts";
import type { Store } from "../store/store.ts";
import type { View } from "../store/view.ts";
import { belongs, type Request } from "./request.ts";

const againMs = 100;

/** A message that is being posted or searched for can be pressed before its identity is on record. */
export function isUnrecorded(request: Pick<Request, "message">, view: View): boolean {
  const { ts, postingSince } = view.board;
  if (view.snapshot === undefined || belongs(request, view)) return false;
  return ts === undefined || postingSince !== undefined;
}

/** Waits for the record at most this long: Slack wants to be answered. */
export async function viewOnceRecorded(
  request: Pick<Request, "key" | "point" | "message">,
  from: { readonly store: Pick<Store, "view">; readonly clock: Clock; readonly withinMs: number },
): Promise<View> {
  const { store, clock, withinMs } = from;
  const until = clock.monotonicMs() + withinMs;
  for (;;) {
    const view = await store.view(request.key, ["end", "revert", request.point]);
    if (!isUnrecorded(request, view) || clock.monotonicMs() + againMs > until) return view;
    await clock.wait(againMs);
  }
}
