/**
 * A fake EventBridge for senders: PutEvents on the default bus of every account, and on named buses. Instead of rules
 * it has `subscribe`. Events of AWS's own services don't go through it (see events.ts).
 */
import { randomUUID } from "node:crypto";
import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import * as eventBridgePackage from "@aws-sdk/client-eventbridge";
import type { Clock } from "./clock.ts";
import { type EntryFailure, readEntry, sizeOf } from "./eventbridge/entry.ts";
import type { AwsEvent } from "./events.ts";
import { AwsError, type Caller, type HandlersOf, type Service, service } from "./service.ts";

export interface FakeEventBridge {
  readonly service: Service;
  /** Creates a bus and returns its ARN. `from`: other accounts that its policy allows. */
  readonly createBus: (
    place: { readonly account: string; readonly region: string },
    name: string,
    options?: { readonly from?: readonly string[] },
  ) => string;
  /** Events that arrived on a bus, oldest first. By ARN, or by name for all buses of that name. */
  readonly put: (bus?: string) => readonly AwsEvent[];
  /** Events for buses that don't exist: AWS responds with success and drops them. */
  readonly dropped: () => readonly AwsEvent[];
  /** Calls the listener for each event that arrives, with the bus's ARN. Returns a function that unsubscribes. */
  readonly subscribe: (listener: (event: AwsEvent, busArn: string) => void) => () => void;
  /** The next `times` valid entries fail, within a successful response. */
  readonly failEntries: (times: number, failure?: EntryFailure) => void;
  /** The next `times` requests fail as a whole, without effect, unlike some faults of the server. */
  readonly failRequests: (times: number, errorName?: "InternalException" | "ThrottlingException") => void;
}

interface Arrival {
  readonly event: AwsEvent;
  readonly busArn: string;
}

const mostEntries = 10;
const tooManyBytes = 1_048_576;
const kept = 5000;
const internalFailure: EntryFailure = { code: "InternalFailure", message: "Internal Service Failure" };

export function createFakeEventBridge({ clock }: { readonly clock: Clock }): FakeEventBridge {
  /** By ARN: the accounts besides the owner that may put events. */
  const buses = new Map<string, readonly string[]>();
  const listeners = new Set<(event: AwsEvent, busArn: string) => void>();
  let arrivals: Arrival[] = [];
  let dropped: AwsEvent[] = [];
  let entriesToFail = { times: 0, failure: internalFailure };
  let requestsToFail = { times: 0, errorName: "InternalException" };

  function putEntry(entry: PutEventsRequestEntry, caller: Caller): PutEventsResultEntry {
    const read = readEntry(entry, clock.now());
    if (read.kind === "failed") return resultOf(read.failure);
    const busArn = arnOf(caller, entry.EventBusName);
    const foreign = busArn.split(":")[4] !== caller.account;
    if (foreign && !buses.get(busArn)?.includes(caller.account)) {
      const message = `User: ${caller.principal} is not authorized to perform: events:PutEvents on resource: ${busArn}`;
      return resultOf({ code: "AccessDeniedException", message });
    }
    if (entriesToFail.times > 0) {
      entriesToFail = { ...entriesToFail, times: entriesToFail.times - 1 };
      return resultOf(entriesToFail.failure);
    }
    const { account, region } = caller;
    const event: AwsEvent = { version: "0", id: randomUUID(), account, region, ...read.content };
    if (isDefault(busArn) || buses.has(busArn)) arrive({ event, busArn });
    else dropped = [...dropped, event].slice(-kept);
    return { EventId: event.id };
  }

  function arrive(arrival: Arrival): void {
    arrivals = [...arrivals, arrival].slice(-kept);
    for (const listener of [...listeners]) listener(arrival.event, arrival.busArn);
  }

  const handlers: HandlersOf<typeof eventBridgePackage> = {
    PutEvents: ({ Entries: entries = [] }, caller) => {
      if (entries.length < 1 || entries.length > mostEntries)
        throw new AwsError("ValidationException", `1 to ${mostEntries} entries fit into a request.`);
      if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= tooManyBytes)
        throw new AwsError(
          "ValidationException",
          "Total size of the entries in the request is over the limit.",
        );
      if (requestsToFail.times > 0) {
        requestsToFail = { ...requestsToFail, times: requestsToFail.times - 1 };
        throw new AwsError(requestsToFail.errorName, "The fake was asked to fail this request.");
      }
      const results = entries.map((entry) => putEntry(entry, caller));
      const failures = results.filter((result) => result.ErrorCode !== undefined);
      return { FailedEntryCount: failures.length, Entries: results };
    },
  };

  return {
    service: service({
      name: "eventbridge",
      package: eventBridgePackage,
      client: new eventBridgePackage.EventBridgeClient({ region: "us-east-1" }),
      handlers: { ...handlers },
      // An event may be about resources of any account.
      arnsReach: false,
    }),
    createBus: (place, name, { from = [] } = {}) => {
      const arn = arnOf(place, name);
      buses.set(arn, from);
      return arn;
    },
    put: (bus = "default") =>
      arrivals
        .filter(({ busArn }) => busArn === bus || busArn.endsWith(`:event-bus/${bus}`))
        .map(({ event }) => event),
    dropped: () => dropped,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    failEntries: (times, failure = internalFailure) => {
      entriesToFail = { times, failure };
    },
    failRequests: (times, errorName = "InternalException") => {
      requestsToFail = { times, errorName };
    },
  };
}

function resultOf({ code, message }: EntryFailure): PutEventsResultEntry {
  return { ErrorCode: code, ErrorMessage: message };
}

function arnOf(place: { readonly account: string; readonly region: string }, bus = "default"): string {
  return bus.startsWith("arn:") ? bus : `arn:aws:events:${place.region}:${place.account}:event-bus/${bus}`;
}

function isDefault(busArn: string): boolean {
  return busArn.endsWith(":event-bus/default");
}
