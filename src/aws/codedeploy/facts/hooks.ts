/**
 * Lifecycle hooks as holds. CodeDeploy calls a function and waits one hour for the answer; what became of it is told by
 * the lifecycle event that called.
 */

import type { EpochMs, Hold, HoldShows } from "../../../handlers/deployment.ts";
import type { HookCall } from "../carried.ts";
import type { ExpirySaid } from "./expiry.ts";
import { type Observed, rollsBackOnFailure } from "./situation.ts";
import { eventsOf, type LifecycleEvent } from "./targets.ts";

/** How long CodeDeploy waits for the answer of a hook. */
const hookTimeoutMs = 3_600_000;
/** CodeDeploy's clocks and the bus's may differ by this much. */
const skewMs = 2_000;

export function hookHolds(observed: Observed): readonly Hold[] {
  const { platform, carried, targets } = observed;
  // On instances a hook is a script: nobody can be asked.
  if (platform === "blue-green" || platform === "in-place") return [];
  const calling = eventsOf(targets).filter(callsFunction);
  const taken = new Set(carried.hooks.flatMap((call) => duringCall(calling, call)?.lifecycleEventName ?? []));
  const holds = carried.hooks.map((call) => {
    const before = observed.previous?.holds.find(({ id }) => id === call.executionId);
    const event =
      duringCall(calling, call) ??
      calling.find(({ lifecycleEventName }) => lifecycleEventName === before?.stage) ??
      calling.find(
        ({ lifecycleEventName: name, status }) => status === "InProgress" && !taken.has(name ?? ""),
      );
    return holdOf(observed, call, event, before);
  });
  return [...inventions(observed), ...holds];
}

/** CodeDeploy never gave these ids out. A card that showed them as holds has to take them back. */
function inventions({ carried: { unknown }, previous }: Observed): readonly Hold[] {
  return (previous?.holds ?? []).flatMap((hold): Hold[] =>
    unknown.includes(hold.id) ? [{ ...hold, status: "not found", shows: "none" }] : [],
  );
}

/** Only what stands before or after something calls a function; the rest is CodeDeploy's own work. */
function callsFunction({ lifecycleEventName: name = "" }: LifecycleEvent): boolean {
  return /^(?:Before|After)/.test(name);
}

/** An event names no stage. The one that ran when the hook function was called is the one that called it. */
function duringCall(events: readonly LifecycleEvent[], { at }: HookCall): LifecycleEvent | undefined {
  return events
    .filter(
      ({ startTime, endTime }) =>
        startTime !== undefined &&
        startTime - skewMs <= at &&
        (endTime === undefined || at <= endTime + skewMs) &&
        at <= startTime + hookTimeoutMs,
    )
    .toSorted((a, b) => (b.startTime ?? 0) - (a.startTime ?? 0))[0];
}

function holdOf(
  observed: Observed,
  call: HookCall,
  event: LifecycleEvent | undefined,
  before: Hold | undefined,
): Hold {
  const started = event?.startTime;
  const expiresAt =
    started === undefined ? (before?.expiresAt ?? call.at + hookTimeoutMs) : started + hookTimeoutMs;
  const stage = event?.lifecycleEventName ?? before?.stage ?? call.hookName;
  return {
    id: call.executionId,
    name: call.hookName,
    stage,
    status: event?.status ?? "unknown",
    shows:
      event === undefined ? withoutEvent(observed, before, expiresAt) : showsOf(observed, event, expiresAt),
    expiresAt,
    expiryComputed: true,
    onExpiryAction: "rollback",
    said: { wait: "hook", stage, rollsBack: rollsBackOnFailure(observed.info) } satisfies ExpirySaid,
  };
}

/**
 * Its event is not there (yet), or nothing could be read of it. One read that does not list it may lag; after two the
 * hook is asked for all the same, for as long as CodeDeploy waits: AWS itself judges the answer (P1).
 */
function withoutEvent(observed: Observed, before: Hold | undefined, expiresAt: EpochMs): HoldShows {
  if (before !== undefined && before.shows !== "open" && before.shows !== "pending") return before.shows;
  if (observed.phase !== "running") return untold(observed, expiresAt);
  if (observed.targets.kind === "unknown") return "open";
  const seenBefore = before?.shows === "pending" || before?.shows === "open";
  return seenBefore && observed.now < expiresAt ? "open" : "pending";
}

/** The deployment has ended, and its lifecycle event does not say how the hook did: CodeDeploy's reason may. */
function untold(
  { info: { status, errorInformation, completeTime } }: Observed,
  expiresAt: EpochMs,
): HoldShows {
  if (status !== "Failed") return "over";
  if (isLate(completeTime, expiresAt)) return "expired";
  return errorInformation?.code === "HOOK_EXECUTION_FAILURE" ? "rollback" : "over";
}

function showsOf(observed: Observed, event: LifecycleEvent, expiresAt: EpochMs): HoldShows {
  const { phase, info } = observed;
  switch (event.status) {
    case "Succeeded":
      return "continue";
    case "Failed":
      // Somebody who stops a deployment makes its hook fail, too.
      if (info.status === "Stopped") return "over";
      return isLate(event.endTime ?? info.completeTime, expiresAt) ? "expired" : "rollback";
    case "Skipped":
      return "over";
    case "InProgress":
    case "Pending":
      return phase === "running" ? "open" : untold(observed, expiresAt);
    default:
      return phase === "running" ? "pending" : "over";
  }
}

function isLate(ended: EpochMs | undefined, expiresAt: EpochMs): boolean {
  return ended !== undefined && ended >= expiresAt - skewMs;
}
