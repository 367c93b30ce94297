/** Sends announcements, one event each, to the configured bus. */

import { EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { Announcement, Bus, Verdict } from "../handlers/announce/announce.ts";
import type { System } from "../handlers/ports.ts";
import type { Clients } from "./client/clients.ts";
import { within } from "./client/deadline.ts";
import { whyText } from "./client/why.ts";

/** The event bus for announcements. */
export interface AnnouncementBus {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
}

export const announcementSource = "holdpoint";
export const decisionMade = "Deployment Decision Made";
export const decisionOutcome = "Deployment Decision Outcome";

/** Needed only if `announce` is configured; restrict it to that one bus. */
export const permissions: System["permissions"] = [
  {
    actions: ["events:PutEvents"],
    resource: "arn:aws:events:*:*:event-bus/*",
    why: "announces decisions and what became of them, where that is configured",
  },
];

/** AWS lists more codes as not retryable; those are about permissions, which may be granted in the meantime. */
const aboutTheEntry: readonly string[] = ["InvalidArgument", "MalformedDetail", "RedactionFailure"];

export function createAnnouncementBus(clients: Clients, { arn, account, region }: AnnouncementBus): Bus {
  const eventbridge = clients.of((settings) => new EventBridgeClient(settings));

  return async function send(announcements) {
    const client = eventbridge.act(account, region);
    if (client === undefined)
      return announcements.map(() => ({ kind: "down", why: "the bus's account is not configured" }));
    const command = new PutEventsCommand({ Entries: announcements.map((one) => entryOf(one, arn)) });
    try {
      const { Entries = [] } = await within(clients.callTimeoutMs, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return announcements.map((_, index) => verdictOf(Entries[index]));
    } catch (error: unknown) {
      const why = `${whyText(error, "events:PutEvents")}: ${error instanceof Error ? error.message : ""}`;
      return announcements.map(() => ({ kind: "down", why }));
    }
  };
}

function entryOf(announcement: Announcement, arn: string) {
  const { state, deployment } = announcement;
  return {
    EventBusName: arn,
    Source: announcementSource,
    DetailType: state === "decided" ? decisionMade : decisionOutcome,
    Detail: JSON.stringify(announcement),
    ...(deployment.startsWith("arn:") ? { Resources: [deployment] } : {}),
  };
}

/** An accepted entry has an id and no error. */
function verdictOf(entry: PutEventsResultEntry | undefined): Verdict {
  if (entry === undefined) return { kind: "down", why: "EventBridge said nothing about it" };
  const { ErrorCode: code, ErrorMessage: message } = entry;
  if (code === undefined) return { kind: "sent" };
  const why = message === undefined ? code : `${code}: ${message}`;
  return aboutTheEntry.includes(code) ? { kind: "never", why } : { kind: "again", why };
}
