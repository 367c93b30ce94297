import { protocolTiming, type Timing } from "../../src/handlers/timing.ts";

/**
 * The same protocol, `by` times as fast: every rule is about proportions. What Slack and EventBridge wait for keeps its
 * time, which is not ours to change, and so do reads, which take on a busy machine what they take.
 */
export function scaledTiming(by: number): Timing {
  const { ackMs, dialogMs, eventAnswerMs, eventBodyMs, readDeadlineMs, sideReadMs, alarmReadMs, ...scaled } =
    protocolTiming;
  const faster = (ms: number): number => Math.round(ms / by);
  return {
    ...{ ackMs, dialogMs, eventAnswerMs, eventBodyMs, readDeadlineMs, sideReadMs, alarmReadMs },
    callTimeoutMs: faster(scaled.callTimeoutMs),
    claimLeaseMs: faster(scaled.claimLeaseMs),
    sendLeaseMs: faster(scaled.sendLeaseMs),
    sendMarginMs: faster(scaled.sendMarginMs),
    quietMs: faster(scaled.quietMs),
    acceptedMs: faster(scaled.acceptedMs),
    freshMs: faster(scaled.freshMs),
    busyRetryMs: faster(scaled.busyRetryMs),
    renewMs: faster(scaled.renewMs),
    lookLeaseMs: faster(scaled.lookLeaseMs),
    postWaitMs: faster(scaled.postWaitMs),
    settledMs: faster(scaled.settledMs),
    newDeploymentMs: faster(scaled.newDeploymentMs),
    idleLookMs: faster(scaled.idleLookMs),
    sweepMs: faster(scaled.sweepMs),
    settleRetryMs: faster(scaled.settleRetryMs),
    freshSnapshotMs: faster(scaled.freshSnapshotMs),
  };
}

/** Fast enough to see answers reopened, and with room for a busy machine between a claim and its call. */
export const hurried: Timing = { ...scaledTiming(4), claimLeaseMs: 10_000, sendLeaseMs: 10_000 };
