/**
 * Lifecycle hooks as holds. CodeDeploy calls a function and waits one hour for the answer; what became of it is told by
 * the lifecycle event that called.
 */

import type { LifecycleEvent } from "@aws-sdk/client-codedeploy";
import type { EpochMs, HoldShows } from "../../handlers/deployment.ts";
import type { WordedHold } from "../../handlers/words.ts";
import type { HookCall } from "./carried.ts";
import { rollsBackOnFailure, type Situation } from "./situation.ts";
import { eventsOf } from "./targets.ts";

/** How long CodeDeploy waits for the answer of a hook. */
const hookTimeoutMs = 3_600_000;
/** CodeDeploy's clocks and the bus's may differ by this much. */
const skewMs = 2_000;

export function hookHolds(situation: Situation): readonly WordedHold[] {
  const { platform, carried, targets } = situation;
  // On instances a hook is a script: nobody can be asked.
  if (platform === "blue-green" || platform === "in-place") return [];
  const calling = eventsOf(targets).filter(callsFunction);
  const taken = new Set(carried.hooks.flatMap((call) => duringCall(calling, call)?.lifecycleEventName ?? []));
  const holds = carried.hooks.map((call) => {
    const before = situation.previous?.holds.find(({ id }) => id === call.executionId);
    const event =
      duringCall(calling, call) ??
      calling.find(({ lifecycleEventName }) => lifecycleEventName === before?.stage) ??
      calling.find(
        ({ lifecycleEventName: name, status }) => status === "InProgress" && !taken.has(name ?? ""),
      );
    return holdOf(situation, call, event, before);
  });
  return [...inventions(situation), ...holds];
}

/** CodeDeploy never gave these ids out. A card that showed them as holds has to take them back. */
function inventions({ carried: { unknown }, previous }: Situation): readonly WordedHold[] {
  return (previous?.holds ?? []).flatMap((hold): WordedHold[] =>
    unknown.includes(hold.id) ? [{ ...hold, status: "unknown to CodeDeploy", shows: "none" }] : [],
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
        startTime.getTime() - skewMs <= at &&
        (endTime === undefined || at <= endTime.getTime() + skewMs) &&
        at <= startTime.getTime() + hookTimeoutMs,
    )
    .toSorted((a, b) => (b.startTime?.getTime() ?? 0) - (a.startTime?.getTime() ?? 0))[0];
}

function holdOf(
  situation: Situation,
  call: HookCall,
  event: LifecycleEvent | undefined,
  before: WordedHold | undefined,
): WordedHold {
  const started = event?.startTime?.getTime();
  const expiresAt =
    started === undefined ? (before?.expiresAt ?? call.at + hookTimeoutMs) : started + hookTimeoutMs;
  const stage = event?.lifecycleEventName ?? before?.stage ?? call.hookName;
  return {
    id: call.executionId,
    name: call.hookName,
    stage,
    status: event?.status ?? "unknown",
    shows:
      event === undefined ? withoutEvent(situation, before, expiresAt) : showsOf(situation, event, expiresAt),
    expiresAt,
    expiryComputed: true,
    onExpiryAction: "rollback",
    ...expiryOf(situation, stage),
  };
}

/** CodeDeploy can't roll back what has not been installed. */
function expiryOf({ info }: Situation, stage: string): Pick<WordedHold, "onExpiry" | "onExpiryShort"> {
  if (stage === "BeforeInstall") {
    return {
      onExpiry: ["the deployment fails before anything is installed."],
      onExpiryShort: "CodeDeploy fails the deployment",
    };
  }
  return rollsBackOnFailure(info)
    ? {
        onExpiry: ["the deployment fails, and CodeDeploy rolls back (this group does so on failure)."],
        onExpiryShort: "CodeDeploy fails the deployment and rolls back",
      }
    : {
        onExpiry: ["the deployment fails. This group does not roll back on failure."],
        onExpiryShort: "CodeDeploy fails the deployment",
      };
}

/**
 * Its event is not there (yet), or nothing could be read of it. One read that does not list it may lag; after two the
 * hook is asked for all the same, for as long as CodeDeploy waits: AWS itself judges the answer (P1).
 */
function withoutEvent(situation: Situation, before: WordedHold | undefined, expiresAt: EpochMs): HoldShows {
  if (before !== undefined && before.shows !== "open" && before.shows !== "pending") return before.shows;
  if (situation.phase !== "running") return untold(situation, expiresAt);
  if (situation.targets.kind === "unknown") return "open";
  const seenBefore = before?.shows === "pending" || before?.shows === "open";
  return seenBefore && situation.now < expiresAt ? "open" : "pending";
}

/** The deployment has ended, and its lifecycle event does not say how the hook did: CodeDeploy's reason may. */
function untold(
  { info: { status, errorInformation, completeTime } }: Situation,
  expiresAt: EpochMs,
): HoldShows {
  if (status !== "Failed") return "over";
  if (isLate(completeTime, expiresAt)) return "expired";
  return errorInformation?.code === "HOOK_EXECUTION_FAILURE" ? "rollback" : "over";
}

function showsOf(situation: Situation, event: LifecycleEvent, expiresAt: EpochMs): HoldShows {
  const { phase, info } = situation;
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
      return phase === "running" ? "open" : untold(situation, expiresAt);
    default:
      return phase === "running" ? "pending" : "over";
  }
}

function isLate(ended: Date | undefined, expiresAt: EpochMs): boolean {
  return ended !== undefined && ended.getTime() >= expiresAt - skewMs;
}
