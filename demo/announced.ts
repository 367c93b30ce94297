/** Formats Holdpoint's announcements for the page. */

import type { AwsEvent } from "../fakes/aws/events.ts";
import { accounts } from "./cast.ts";
import type { Announced } from "./page/contract.ts";

const mostShown = 5;

/** The newest ones, newest first. */
export function announcedToShow(events: readonly AwsEvent[]): readonly Announced[] {
  return events.slice(-mostShown).toReversed().map(inWords);
}

function inWords({ id, time, detail }: AwsEvent): Announced {
  const [action, target, account, state] = ["action", "target", "account", "state"].map((member) =>
    String(detail[member]),
  );
  const place = accounts.find((one) => one.account === account)?.name ?? account;
  return { id, at: Date.parse(time), state: state ?? "", about: `${action} · ${target} in ${place}` };
}
