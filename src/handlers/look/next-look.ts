/** When a deployment is looked at again. Pure; every open decision has a next look, so none is forgotten (P5). */

import { isLive } from "../decision.ts";
import type { Deployment, EpochMs } from "../deployment.ts";
import { isTerminal } from "../deployment.ts";
import type { Store } from "../store/store.ts";
import type { View } from "../store/view.ts";
import type { Timing } from "../timing.ts";

/** How a look ends: what `Store.done` is told. Without `nextMs` the member leaves the queue. */
export type Next = Parameters<Store["done"]>[1];

/** The longest a decision that is under way waits for its next look. */
const decisionLookMs = 15_000;

/** What has ended and still has an offer is looked at this often, until AWS takes it no more. */
export const endedPollMs = 600_000;

/** Nobody can ask for an offer whose evidence was not read: it is read again this often. */
const unreadOfferMs = 120_000;

/** Looks after an event that AWS does not confirm yet: reads lag behind events. */
const unconfirmedSeriesMs = [1_000, 2_000, 4_000, 8_000] as const;

/** A ref that AWS never let us read, and that has no card, is given up: the sweep finds it again. */
const unseenTries = 60;

export interface Note {
  /** Only the board was behind: the stored snapshot is drawn, AWS is not read. */
  readonly showOnly: boolean;
  /** How many looks of the series after an unconfirmed event were set; one more than it has: it is over. */
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
 * After a look that does not confirm its event yet. The note outlives the last look of the series: without it the next
 * idle look would begin another one, for as long as the deployment runs.
 */
export function unconfirmed(next: Next, note: string): Next {
  return inSeries(next, Math.min(parseNote(note).tries, unconfirmedSeriesMs.length) + 1);
}

/** After a look that only drew: the look of the series in whose place it came is still to come. */
export function stillUnconfirmed(next: Next, note: string): Next {
  return inSeries(next, parseNote(note).tries);
}

/** `tries` counts the looks of the series that were set, the last of them still to come. */
function inSeries(next: Next, tries: number): Next {
  if (tries === 0) return next;
  const seriesMs = unconfirmedSeriesMs[tries - 1];
  const isSooner = seriesMs !== undefined && seriesMs < (next.nextMs ?? Number.POSITIVE_INFINITY);
  const showOnly = !isSooner && parseNote(next.note ?? "").showOnly;
  return { ...next, note: noteOf({ showOnly, tries }), ...(isSooner ? { nextMs: seriesMs } : {}) };
}

/** Back-off after failed reads, 2 s doubled to 60 s, spread by up to a quarter so that an outage's end is no stampede. */
export function retryMs(fails: number, random: () => number = Math.random): number | undefined {
  if (fails > unseenTries) return undefined;
  const base = Math.min(60_000, 2_000 * 2 ** Math.min(10, Math.max(0, fails - 1)));
  return Math.round(base * (0.75 + random() / 4));
}

export function nextLook(look: {
  readonly deployment: Pick<Deployment, "phase" | "holds" | "offers">;
  readonly view: Pick<View, "now" | "decisions">;
  /** What resolving said: the earliest moment at which it can say more. */
  readonly heldMs: number | undefined;
  /** What the board said: it is behind, for this long. */
  readonly later: number | undefined;
  /** This look was the first to see it ended. */
  readonly justEnded?: boolean;
  readonly timing: Pick<Timing, "idleLookMs" | "claimLeaseMs">;
}): Next {
  const { deployment, view, heldMs, later } = look;
  const { idleLookMs, claimLeaseMs } = look.timing;
  const waits: number[] = later === undefined ? [] : [later];
  // Somebody may have claimed while this look was under way, and its watch went with this look.
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

/** A look right after the deadline, then more and more rarely: AWS takes its own time to act on it. */
function untilDeadline(expiresAt: EpochMs, now: EpochMs, idleLookMs: number): number {
  return expiresAt > now ? expiresAt - now + 1_000 : backOff(now - expiresAt, idleLookMs);
}

/** Looks soon at first and then as rarely as the matter is old: 1 s, then doubling with its age. */
function backOff(ageMs: number, atMostMs: number): number {
  return Math.max(1_000, Math.min(atMostMs, ageMs));
}
