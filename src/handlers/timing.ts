/** The protocol's time constants, in milliseconds. Each comment gives the constraint that the value must meet. */

/** The whole mutating call, including the connection. One attempt (P3). */
export const callTimeoutMs = 8_000;

/** A read of AWS with all its retries. It must fit into the lease under which AWS is read again before a call. */
const readDeadlineMs = 10_000;

/** Timeout of the supplementary part of a read, well before the read's own deadline. */
const sideReadMs = 4_000;

/** Shorter still: an unreadable alarm must not keep anybody from acting. */
const alarmReadMs = 2_500;

/** From claim until begin: a read of AWS must fit in. */
export const claimLeaseMs = 15_000;

/** The greatest age of a read at its claim. Far below the 32 s by which AWS's reads may lag (`quietMs`). */
export const earlyReadMs = 2_000;

/** Replaces the claim's lease at begin. More than `callTimeoutMs` + 3 s, so that a call ends before its lease. */
export const sendLeaseMs = 12_000;

/** The call is sent only if at least this much of the lease is left. */
const sendMarginMs = callTimeoutMs + 3_000;

/**
 * How long after `begin` a read that still shows the hold open proves that the call had no effect: the call timeout
 * plus 32 s of read lag.
 */
export const quietMs = 40_000;

/** The same after AWS accepted the call. */
export const acceptedMs = 120_000;

/** How long after the claim another process may still take it over, if its process crashed before the call (P4). */
export const freshMs = 120_000;

/** Retry interval of a rollback or cancel that waits for another call in its lane. */
const busyRetryMs = 500;

/**
 * A waiting rollback or cancel that was not renewed for this long has lost its process. Several retries on a slow
 * Redis must fit in.
 */
const renewMs = 5_000;

/** A job that takes longer is run again. */
export const lookLeaseMs = 30_000;

/** Age at which another process may take over an intent to post. A call to Slack times out after 8 s. */
export const postWaitMs = 20_000;

/** After Redis lost data, the first post of each deployment searches for an earlier card during this time. */
const settledMs = 120_000;

/**
 * Before a deployment has this age, no replica can have posted a card that Redis has lost since: less than `settledMs`.
 */
const newDeploymentMs = 60_000;

/** The longest that the acknowledgement may wait: Slack's limit is 3 s. */
const ackMs = 2_000;

/** How long a dialog may wait for lookups: Slack's trigger_id expires 3 s after the click. */
const dialogMs = 2_000;

/** How often a running deployment is read without an event. */
const idleLookMs = 30_000;

/** The latest response to an API destination: EventBridge gives up after 5 s, and must get a 503 before that. */
const eventAnswerMs = 4_700;
const eventBodyMs = 4_000;

/** The sweep interval: a deployment whose events were all lost is found within a minute. */
const sweepMs = 45_000;

/** How long recording a result is retried while Redis is unavailable; after that the delayed job resolves it. */
const settleRetryMs = 30_000;

/** A snapshot younger than this is rendered again without a read of AWS. */
const freshSnapshotMs = 15_000;

/** Head starts in the queue, so that jobs that need a person run before jobs that were queued earlier. */
export const headStartMs = { person: 60_000, incident: 30_000, ending: 30_000, progress: 0 } as const;

/** Delay for events that come in hundreds, such as one per instance of a fleet, so that one job covers them all. */
export const gatherMs = 3_000;

/**
 * All of them together, so that tests can run the same protocol faster: the constraints above are about proportions.
 */
export interface Timing {
  readonly callTimeoutMs: number;
  readonly readDeadlineMs: number;
  readonly sideReadMs: number;
  readonly alarmReadMs: number;
  readonly claimLeaseMs: number;
  readonly sendLeaseMs: number;
  readonly sendMarginMs: number;
  readonly quietMs: number;
  readonly acceptedMs: number;
  readonly freshMs: number;
  readonly busyRetryMs: number;
  readonly renewMs: number;
  readonly lookLeaseMs: number;
  readonly postWaitMs: number;
  readonly settledMs: number;
  readonly newDeploymentMs: number;
  readonly ackMs: number;
  readonly dialogMs: number;
  readonly eventAnswerMs: number;
  readonly eventBodyMs: number;
  readonly idleLookMs: number;
  readonly sweepMs: number;
  readonly settleRetryMs: number;
  readonly freshSnapshotMs: number;
}

export const protocolTiming: Timing = {
  callTimeoutMs,
  readDeadlineMs,
  sideReadMs,
  alarmReadMs,
  claimLeaseMs,
  sendLeaseMs,
  sendMarginMs,
  quietMs,
  acceptedMs,
  freshMs,
  busyRetryMs,
  renewMs,
  lookLeaseMs,
  postWaitMs,
  settledMs,
  newDeploymentMs,
  ackMs,
  dialogMs,
  eventAnswerMs,
  eventBodyMs,
  idleLookMs,
  sweepMs,
  settleRetryMs,
  freshSnapshotMs,
};
