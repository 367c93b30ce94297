/** Turns events into jobs: locate, then enqueue. Event contents are not trusted, and AWS is not read here (P1). */

import type { AwsEvent, Hint, System, Telemetry } from "../ports.ts";
import type { JobKey } from "../store/queue.ts";
import type { Store } from "../store/store.ts";
import { gatherMs, headStartMs } from "../timing.ts";

export interface Received {
  readonly queued: number;
  /** Ignored: unknown source, account or region, or no change. */
  readonly dropped: readonly { readonly index: number; readonly why: string }[];
  readonly malformed: readonly { readonly index: number; readonly why: string }[];
}

/** Resolves when every ref is durably queued. Throws StoreError when Redis is unavailable; the sender has to retry. */
export type Receive = (events: readonly AwsEvent[]) => Promise<Received>;

/** Why an event was dropped. A metric label: the values are few, whatever the events contain. */
type Unknown = "source" | "account" | "region" | "news";

interface Queued {
  readonly member: JobKey;
  readonly delayMs: number;
  readonly hint?: Hint;
}

export function createReceive(ports: {
  readonly systems: readonly Pick<System, "listensTo" | "locate">[];
  /** Configured regions by account id. */
  readonly accounts: ReadonlyMap<string, { readonly regions: readonly string[] }>;
  readonly store: Pick<Store, "enqueue">;
  readonly telemetry: Telemetry;
  /** Wakes this process's worker. */
  readonly nudge: () => void;
}): Receive {
  const { systems, accounts, store, telemetry, nudge } = ports;

  function locate(
    event: AwsEvent,
  ):
    | { readonly queue: Queued }
    | { readonly drop: string; readonly unknown: Unknown }
    | { readonly malformed: string } {
    const system = systems.find(({ listensTo }) => listensTo.some(({ source }) => source === event.source));
    if (system === undefined)
      return { unknown: "source", drop: `no system listens to source ${event.source}` };
    const account = accounts.get(event.account);
    if (account === undefined)
      return { unknown: "account", drop: `account ${event.account} is not configured` };
    if (!account.regions.includes(event.region)) {
      return { unknown: "region", drop: `region ${event.region} is not configured` };
    }
    const location = system.locate(event);
    if (location.kind === "ignored") return { unknown: "news", drop: location.why };
    if (location.kind === "malformed") return { malformed: location.why };
    const { ref, weight, unhurried, claim, carried } = location.located;
    const hint: Hint = {
      ...(claim === undefined ? {} : { event: { claim, time: event.time } }),
      carried,
    };
    const delayMs = unhurried === true ? gatherMs : -headStartMs[weight];
    return { queue: { member: { kind: "ref", ref }, delayMs, hint } };
  }

  return async function receive(events) {
    const queue: Queued[] = [];
    const dropped: { index: number; why: string }[] = [];
    const malformed: { index: number; why: string }[] = [];
    for (const [index, event] of events.entries()) {
      const located = locate(event);
      if ("queue" in located) {
        queue.push(located.queue);
      } else if ("drop" in located) {
        dropped.push({ index, why: located.drop });
        telemetry.count("events_dropped", { unknown: located.unknown });
        telemetry.log("info", "event dropped", { eventId: event.id, why: located.drop });
      } else {
        malformed.push({ index, why: located.malformed });
      }
    }
    if (queue.length > 0) {
      const queued = store.enqueue(queue);
      // The worker's dequeue is sent right behind: Redis runs the commands of a connection in order.
      nudge();
      await queued;
    }
    telemetry.count("events_queued", {}, queue.length);
    return { queued: queue.length, dropped, malformed };
  };
}
