/** When to read a deployment again. Pure; every open decision has a next read, so none is forgotten (P5). */

import { isLive } from "../decision.ts";
import type { AwsMs, Deployment, RedisMs } from "../deployment.ts";
import { isTerminal, msUntil } from "../deployment.ts";
import type { Store } from "../store/store.ts";
import type { View } from "../store/view.ts";
import type { Timing } from "../timing.ts";

/** The result of a job, for `Store.complete`. Without `nextMs` the job leaves the queue. */
export type Next = Parameters<Store["complete"]>[1];

/** The longest delay until the next read while a decision is in progress. */
const decisionLookMs = 15_000;

/** Poll interval for ended deployments that still have an offer, until AWS stops accepting it. */
export const endedPollMs = 600_000;

/** Without events, deployments of one account and region are read at this rate, whatever their number. */
const idleLooksPerSecond = 8;

/** The longest time without a read, for more deployments than that rate allows. */
const longestIdleMs = 600_000;

/** The time between two reads of a deployment without an event, for the number of those in progress beside it. */
export function idleMs(idleLookMs: number, inProgress: number): number {
  return Math.max(idleLookMs, Math.min(longestIdleMs, (inProgress * 1_000) / idleLooksPerSecond));
}

/** How often missing evidence is read again. Until it is there, nobody can choose the offer. */
const unreadOfferMs = 120_000;

/** Delays of the extra reads after an event that AWS does not confirm yet: reads lag behind events. */
const unconfirmedSeriesMs = [1_000, 2_000, 4_000, 8_000] as const;

/** The same after an event about something that AWS does not know: the event may be forged, or AWS's reads lag. */
const unknownSeriesMs = [2_000, 8_000] as const;

/** After this many failed reads a ref without a snapshot is given up; the sweep finds it again. */
const unseenTries = 60;

export interface Note {
  /** Only Slack is out of date: render the stored snapshot, don't read AWS. */
  readonly showOnly: boolean;
  /** How many reads of the series after an unconfirmed event were scheduled. More than the series has: it is over. */
  readonly tries: number;
}

export function parseNote(note: string): Note {
  const words = note.split(" ");
  const tries = words.find((word) => word.startsWith("try="));
  return { showOnly: words.includes("show"), tries: tries === undefined ? 0 : Number(tries.slice(4)) || 0 };
}

export function noteOf({ showOnly, tries }: Note): string {
  return [...(showOnly ? ["show"] : []), ...(tries > 0 ? [`try=${tries}`] : [])].join(" ");
}

/**
 * After a read that does not confirm its event yet. The note is kept after the last read of the series: without it
 * the next idle read would start another series, for as long as the deployment runs.
 */
export function unconfirmed(next: Next, note: string): Next {
  return inSeries(next, Math.min(parseNote(note).tries, unconfirmedSeriesMs.length) + 1);
}

/** After a read that found nothing, of something that was never read. */
export function unknownYet(next: Next, note: string): Next {
  const tries = parseNote(note).tries + 1;
  const nextMs = unknownSeriesMs[tries - 1];
  return nextMs === undefined ? next : { ...next, nextMs, note: noteOf({ showOnly: false, tries }) };
}

/** After a job that only rendered: the read of the series that it replaced still has to run. */
export function stillUnconfirmed(next: Next, note: string): Next {
  return inSeries(next, parseNote(note).tries);
}

/** `tries` counts the scheduled reads of the series, including the one still to run. */
function inSeries(next: Next, tries: number): Next {
  if (tries === 0) return next;
  const seriesMs = unconfirmedSeriesMs[tries - 1];
  const isSooner = seriesMs !== undefined && seriesMs < (next.nextMs ?? Number.POSITIVE_INFINITY);
  const showOnly = !isSooner && parseNote(next.note ?? "").showOnly;
  return { ...next, note: noteOf({ showOnly, tries }), ...(isSooner ? { nextMs: seriesMs } : {}) };
}

/**
 * Exponential backoff after failed reads: 2 s doubling to 60 s, minus up to 25% jitter to avoid a thundering herd
 * when AWS recovers. `undefined`: give up.
 */
export function retryMs(fails: number, random: () => number = Math.random): number | undefined {
  if (fails > unseenTries) return undefined;
  const base = Math.min(60_000, 2_000 * 2 ** Math.min(10, Math.max(0, fails - 1)));
  return Math.round(base * (0.75 + random() / 4));
}

export function nextJob(look: {
  readonly deployment: Pick<Deployment, "phase" | "holds" | "offers">;
  readonly view: Pick<View, "now" | "decisions">;
  /** From resolving: the earliest time at which another read can conclude more. */
  readonly heldMs: number | undefined;
  /** From the board: Slack is out of date, retry after this many milliseconds. */
  readonly later: number | undefined;
  /** This read was the first to see that the deployment ended. */
  readonly justEnded?: boolean;
  readonly timing: Pick<Timing, "idleLookMs" | "claimLeaseMs">;
}): Next {
  const { deployment, view, heldMs, later } = look;
  const { idleLookMs, claimLeaseMs } = look.timing;
  const waits: number[] = later === undefined ? [] : [later];
  // Somebody may have claimed during this read, and completing this job also removes the delayed job of that claim.
  if (look.justEnded === true) waits.push(claimLeaseMs + 1_000);
  const live = [...view.decisions.values()].filter((decision) => isLive(decision.state));
  for (const decision of live) {
    const since = decision.sentAt ?? decision.claimedAt ?? view.now;
    waits.push(backOff(view.now - since, decisionLookMs));
  }
  if (live.length > 0 && heldMs !== undefined) waits.push(Math.min(decisionLookMs, heldMs + 100));
  if (!isTerminal(deployment)) {
    waits.push(idleLookMs);
    for (const hold of deployment.holds) {
      if (hold.shows === "open" && hold.expiresAt !== undefined)
        waits.push(untilDeadline(hold.expiresAt, view.now, idleLookMs));
    }
  }
  for (const { until, evidence } of isTerminal(deployment) ? deployment.offers : []) {
    if (Object.values(evidence).includes(null)) waits.push(unreadOfferMs);
    if (until !== undefined) waits.push(Math.min(endedPollMs, untilDeadline(until, view.now, endedPollMs)));
  }
  if (waits.length === 0) return {};
  const nextMs = Math.min(...waits);
  return {
    nextMs,
    ...(later !== undefined && later === nextMs ? { note: noteOf({ showOnly: true, tries: 0 }) } : {}),
  };
}

/** Read right after the deadline, then less and less often: AWS takes a while to act on it. */
function untilDeadline(expiresAt: AwsMs, now: RedisMs, idleLookMs: number): number {
  const leftMs = msUntil(expiresAt, now);
  return leftMs > 0 ? leftMs + 1_000 : backOff(-leftMs, idleLookMs);
}

/** The delay equals the age: 1 s at first, doubling from read to read up to `atMostMs`. */
function backOff(ageMs: number, atMostMs: number): number {
  return Math.max(1_000, Math.min(atMostMs, ageMs));
}
