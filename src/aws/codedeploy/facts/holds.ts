/** Where a deployment waits for a person: until its traffic moves, at a lifecycle hook, and before the old fleet goes. */

import { type EpochMs, type Hold, type HoldShows, isTerminal } from "../../../handlers/deployment.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { isWhole } from "./counts.ts";
import type { ExpirySaid } from "./expiry.ts";
import { hookHolds } from "./hooks.ts";
import { isKeepingOld, type Observed, oldFleetOf } from "./situation.ts";
import { eventsOf, isShift, lastEnd } from "./targets.ts";

export function holdsOf(observed: Observed): readonly Hold[] {
  return settled([...readyHold(observed), ...hookHolds(observed), ...terminationHold(observed)], observed);
}

/**
 * An ended deployment stays as it was read: another read may lag, fail, or be made without what only events told. That a hold
 * is over says nothing of how, so more may still be read of it.
 */
function settled(fresh: readonly Hold[], { previous }: Observed): readonly Hold[] {
  if (previous === undefined || !isTerminal(previous)) return fresh;
  const listed = new Set(fresh.map(({ id }) => id));
  const before = new Map(previous.holds.map((hold) => [hold.id, hold]));
  return [
    ...previous.holds.filter(({ id }) => !listed.has(id)),
    ...fresh.map((hold) => {
      const known = before.get(hold.id) ?? hold;
      return known.shows === "over" ? hold : known;
    }),
  ];
}

const minuteMs = 60_000;
/** An event is made a moment after what it tells, and a first sight comes later still; much more is something else. */
const skewMs = 60_000;

function readyHold(observed: Observed): readonly Hold[] {
  const { info, previous } = observed;
  const before = previous?.holds.find(({ id }) => id === readyWait);
  if (info.status !== "Ready" && before === undefined) return [];
  const { waitTimeInMinutes: minutes, actionOnTimeout } =
    info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const seenAt =
    before?.expiresAt === undefined || minutes === undefined
      ? undefined
      : before.expiresAt - minutes * minuteMs;
  const expiresAt = minutes === undefined ? undefined : readySince(observed, seenAt) + minutes * minuteMs;
  return [
    {
      id: readyWait,
      stage: readyWait,
      status: info.status ?? "unknown",
      shows: readyShows(observed, before, expiresAt),
      ...(expiresAt === undefined ? {} : { expiresAt, expiryComputed: true }),
      ...actionOf(actionOnTimeout),
      said: { wait: readyWait, platform: observed.platform, actionOnTimeout } satisfies ExpirySaid,
    },
  ];
}

/**
 * CodeDeploy names no moment. Its event's is the one; without it, the end of what was done last before the wait, which
 * any read shows alike; and at last the first sight.
 */
export function readySince({ carried, info, targets, now }: Observed, seenAt: EpochMs | undefined): EpochMs {
  const done = lastEnd(eventsOf(targets).filter((event) => !isShift(event)));
  const earliest = done === undefined ? (info.createTime ?? 0) : done - skewMs;
  return carried.readyAt.find((time) => time >= earliest) ?? done ?? seenAt ?? now;
}

function readyShows(observed: Observed, before: Hold | undefined, expiresAt: EpochMs | undefined): HoldShows {
  const { info, phase, targets, standing } = observed;
  if (info.status === "Ready") return "open";
  const { actionOnTimeout } = info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const shifted = eventsOf(targets)
    .filter(isShift)
    .flatMap(({ startTime }) => startTime ?? []);
  const wentOn = before?.shows === "continue" || shifted.length > 0 || info.status === "Succeeded";
  // Reads lag: without a sign of the shift one answer may be from before the wait. Two in a row are not.
  const unsure = !wentOn && phase === "running" && isWhole(standing);
  if (unsure && before?.shows !== "pending") return "pending";
  if (wentOn || phase === "running") {
    const late = expiresAt !== undefined && shifted.length > 0 && Math.min(...shifted) >= expiresAt - skewMs;
    return late && actionOnTimeout === "CONTINUE_DEPLOYMENT" ? "expired" : "continue";
  }
  if (info.status !== "Stopped") return "over";
  const timedOut =
    actionOnTimeout === "STOP_DEPLOYMENT" &&
    expiresAt !== undefined &&
    info.errorInformation?.code !== "MANUAL_STOP" &&
    (info.completeTime ?? 0) >= expiresAt - skewMs;
  return timedOut ? "expired" : "cancel";
}

function actionOf(actionOnTimeout: string | undefined): Pick<Hold, "onExpiryAction"> {
  switch (actionOnTimeout) {
    case "STOP_DEPLOYMENT":
      return { onExpiryAction: "cancel" };
    case "CONTINUE_DEPLOYMENT":
      return { onExpiryAction: "continue" };
    default:
      return {};
  }
}

function terminationHold(observed: Observed): readonly Hold[] {
  const { info, phase, previous, targets, now } = observed;
  const before = previous?.holds.find(({ id }) => id === terminationWait);
  if (!isKeepingOld(observed) && before === undefined) return [];
  const minutes =
    info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess
      ?.terminationWaitTimeInMinutes;
  const shifted = lastEnd(eventsOf(targets).filter(isShift));
  const since = shifted ?? now;
  const expiresAt =
    minutes === undefined
      ? undefined
      : shifted === undefined && before?.expiresAt !== undefined
        ? before.expiresAt
        : since + minutes * minuteMs;
  return [
    {
      id: terminationWait,
      stage: terminationWait,
      status: info.status ?? "unknown",
      // A wait that has begun stays begun: an answer without it is an older one.
      shows: phase === "running" ? "open" : "over",
      optional: true,
      ...(expiresAt === undefined ? {} : { expiresAt, expiryComputed: true }),
      onExpiryAction: "terminate-old",
      said: { wait: terminationWait, old: oldFleetOf(observed) } satisfies ExpirySaid,
    },
  ];
}
