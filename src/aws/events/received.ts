/** Passes parsed events on, and reports rejected ones by their position in what was sent. */

import type { Receive, Received } from "../../handlers/jobs/receive.ts";
import type { ParsedEvents } from "./envelope.ts";

export async function receiveEvents(
  { events, bad }: Extract<ParsedEvents, { readonly kind: "parsed" }>,
  receive: Receive,
): Promise<Received> {
  if (events.length === 0) return { queued: 0, dropped: [], malformed: bad };
  const received = await receive(events.map(({ event }) => event));
  const inWhatWasSent = <Entry extends { readonly index: number }>(entry: Entry): Entry => ({
    ...entry,
    index: events[entry.index]?.index ?? entry.index,
  });
  const malformed = [...bad, ...received.malformed.map(inWhatWasSent)];
  return {
    queued: received.queued,
    dropped: received.dropped.map(inWhatWasSent),
    malformed: malformed.sort((a, b) => a.index - b.index),
  };
}
