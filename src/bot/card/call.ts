/** What a lock screen shows of a message that calls somebody: what waits, until when, what then, what changes. */

import { type Deployment, type EpochMs, type Hold, isWaitedFor } from "../../handlers/deployment.ts";
import { openHolds } from "../../handlers/offers.ts";
import type { Picture } from "../../handlers/picture.ts";
import { inUtc, plain } from "./phrase.ts";
import { placeOf } from "./words.ts";

/** One sentence for all holds that wait, however many opened at once. */
export function callOf(picture: Picture): string {
  const { deployment, view } = picture;
  const holds = openHolds(deployment, view.decisions).filter(isWaitedFor);
  return `${callSentence(placeOf(picture), holds, view.now)}${changeOf(deployment)}`;
}

/** A deadline that is further away than this names its day. */
const sameDayMs = 12 * 3_600_000;

/** `now` only chooses how a time is written. */
export function callSentence(place: string, holds: readonly Hold[], now: EpochMs): string {
  const first = holds.toSorted((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity))[0];
  const several = holds.length > 1 ? ` at ${holds.length} holds, first` : "";
  const until = first?.expiresAt === undefined ? "" : ` until ${untilOf(first.expiresAt, now)}`;
  const then = first?.onExpiryShort === undefined ? "" : `, else ${first.onExpiryShort}`;
  return `${place} waits for you${several}${until}${then}.`;
}

function untilOf(expiresAt: EpochMs, now: EpochMs): string {
  return inUtc(expiresAt, Math.abs(expiresAt - now) < sameDayMs ? "minute" : "deadline");
}

/** " 2.18.0 → 2.19.0": what changes, as far as it was read. */
export function changeOf({ changes }: Pick<Deployment, "changes">): string {
  const [change] = changes.filter((fact) => fact.kind === "value");
  return change === undefined ? "" : ` ${plain(change.value)}.`;
}
