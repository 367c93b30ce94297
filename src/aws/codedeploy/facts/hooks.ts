/**
 * Lifecycle hooks as holds. CodeDeploy calls a function and waits one hour for the result; the outcome is in the
 * lifecycle event that made the call.
 */

import type { AwsMs, Hold, HoldShows } from "../../../handlers/deployment.ts";
import type { HookCall } from "../carried.ts";
import type { ExpirySaid } from "./expiry.ts";
import { type Observed, rollsBackOnFailure } from "./situation.ts";
import { eventsOf, type LifecycleEvent } from "./targets.ts";

/** CodeDeploy's timeout for the result of a hook. */
const hookTimeoutMs = 3_600_000;
/** Maximum clock difference between CodeDeploy and EventBridge. */
const skewMs = 2_000;

export function hookHolds(observed: Observed): readonly Hold[] {
  const { platform, carried, targets } = observed;
  // On instances a hook is a script, which can't wait for a person.
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

/** CodeDeploy never issued these ids. Cards that showed them as holds are corrected. */
function inventions({ carried: { unknown }, previous }: Observed): readonly Hold[] {
  return (previous?.holds ?? []).flatMap((hold): Hold[] =>
    unknown.includes(hold.id) ? [{ ...hold, status: "not found", shows: "none" }] : [],
  );
}

/** Only the Before and After events call a function; CodeDeploy runs the others itself. */
function callsFunction({ lifecycleEventName: name = "" }: LifecycleEvent): boolean {
  return /^(?:Before|After)/.test(name);
}

/**
 * The event from the hook function doesn't name its stage. It is the lifecycle event that was running when the function
 * was called.
 */
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
 * Its lifecycle event is not there (yet), or the targets could not be read. A single read without it may lag; after two
 * the hold is open anyway, until CodeDeploy's timeout: AWS itself validates the result (P1).
 */
function withoutEvent(observed: Observed, before: Hold | undefined, expiresAt: AwsMs): HoldShows {
  if (before !== undefined && before.shows !== "open" && before.shows !== "pending") return before.shows;
  if (observed.phase !== "running") return untold(observed, expiresAt);
  if (observed.targets.kind === "unknown") return "open";
  const seenBefore = before?.shows === "pending" || before?.shows === "open";
  return seenBefore && observed.now < expiresAt ? "open" : "pending";
}

/** The deployment has ended, and its lifecycle event doesn't show the hook's result; CodeDeploy's error may. */
function untold({ info: { status, errorInformation, completeTime } }: Observed, expiresAt: AwsMs): HoldShows {
  if (status !== "Failed") return "over";
  if (isLate(completeTime, expiresAt)) return "expired";
  return errorInformation?.code === "HOOK_EXECUTION_FAILURE" ? "rollback" : "over";
}

function showsOf(observed: Observed, event: LifecycleEvent, expiresAt: AwsMs): HoldShows {
  const { phase, info } = observed;
  switch (event.status) {
    case "Succeeded":
      return "continue";
    case "Failed":
      // Stopping a deployment also makes its hook fail.
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

function isLate(ended: AwsMs | undefined, expiresAt: AwsMs): boolean {
  return ended !== undefined && ended >= expiresAt - skewMs;
}
