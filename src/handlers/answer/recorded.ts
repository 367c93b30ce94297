/** Reads the view for a request, and waits until the card's and the broadcast's messages are recorded. */

import { deploymentDecisions } from "../identity.ts";
import type { Clock } from "../ports.ts";
import type { Store } from "../store/store.ts";
import type { View } from "../store/view.ts";
import { belongs, type Request } from "./request.ts";

const againMs = 100;

/** A message that is being posted or searched for can be clicked before its ts is recorded. */
export function isUnrecorded(request: Pick<Request, "message">, view: View): boolean {
  const { ts, postingSince } = view.board;
  if (view.snapshot === undefined || belongs(request, view)) return false;
  return ts === undefined || postingSince !== undefined;
}

/** Waits at most `withinMs` for the record: Slack needs its acknowledgement in time. */
export async function viewOnceRecorded(
  request: Pick<Request, "key" | "point" | "message">,
  from: { readonly store: Pick<Store, "view">; readonly clock: Clock; readonly withinMs: number },
): Promise<View> {
  const { store, clock, withinMs } = from;
  const until = clock.monotonicMs() + withinMs;
  for (;;) {
    const view = await store.view(request.key, [...deploymentDecisions, request.point]);
    if (!isUnrecorded(request, view) || clock.monotonicMs() + againMs > until) return view;
    await clock.wait(againMs);
  }
}
