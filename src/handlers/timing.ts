/** The constants of the protocol. Each says the rule that it has to keep; all are milliseconds. */

/** The whole mutating call, connecting included. One attempt (P3). */
export const callTimeoutMs = 8_000;

/** A read of AWS with all its attempts. It has to fit into the lease under which a decision is read again. */
export const readDeadlineMs = 10_000;

/** Ends what merely adds to a read well before the read's own deadline. */
export const sideReadMs = 4_000;

/** Sooner still: an alarm that can't be read keeps nobody from acting. */
const alarmReadMs = 2_500;

/** From claim until begin: reading AWS has to fit in. */
export const claimLeaseMs = 15_000;

/** Replaces the claim's lease at begin. More than `callTimeoutMs` + 3 s, so that a call ends before its lease. */
export const sendLeaseMs = 12_000;

/** What has to be left of the lease for the call to be sent at all. */
const sendMarginMs = callTimeoutMs + 3_000;

/** From begin until a read "still waiting" proves that nothing happened: the call's time-out + 32 s of read lag. */
export const quietMs = 40_000;

/** The same after AWS has said yes. */
export const acceptedMs = 120_000;

/** A claim that crashed before its call is finished by another process only this long (P4). */
export const freshMs = 120_000;

/** How often an ending that waits for another call of its lane asks again. */
const busyRetryMs = 500;

/** One that has not asked again for so long has lost its process. Several retries, and a slow store, have to fit in. */
const renewMs = 5_000;

/** A look that takes longer is looked at again. */
export const lookLeaseMs = 30_000;

/** Age at which an intent to post may be taken over; a call to Slack times out at 8 s. */
export const postWaitMs = 20_000;

/** The longest a person is kept waiting for the acknowledgement: Slack gives 3 s. */
const ackMs = 2_000;

/** How long a dialog waits for who may ask and what is known: Slack opens none 3 s after the press. */
const dialogMs = 2_000;

/** How often what runs is read although nothing was heard. */
const idleLookMs = 30_000;

/** What an API destination is kept waiting for at most: it gives up after 5 s, and has to hear 503 before. */
const eventAnswerMs = 4_700;
const eventBodyMs = 4_000;

/** The sweep: a deployment whose events were all lost is found within a minute. */
const sweepMs = 45_000;

/** How long the settling of an answer is tried again while the store is away; the watch is the net. */
const settleRetryMs = 30_000;

/** A snapshot younger than this is drawn again without another read of AWS. */
const freshSnapshotMs = 15_000;

/** Head starts in the queue, so that what needs a person comes before what was queued earlier. */
export const headStartMs = { person: 60_000, incident: 30_000, ending: 30_000, progress: 0 } as const;

/** What comes in hundreds, such as an event for each instance of a fleet, waits so long for the rest. */
export const gatherMs = 3_000;

/** All of them, so that a test can run the same protocol faster: every rule above is about their proportions. */
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
  ackMs,
  dialogMs,
  eventAnswerMs,
  eventBodyMs,
  idleLookMs,
  sweepMs,
  settleRetryMs,
  freshSnapshotMs,
};
