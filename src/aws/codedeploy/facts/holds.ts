/**
 * The points where a deployment waits for a person: before traffic moves, at a lifecycle hook, and before the old fleet
 * is terminated.
 */

import { type AwsMs, type Hold, type HoldShows, isTerminal } from "../../../handlers/deployment.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { isWhole } from "./counts.ts";
import type { ExpirySaid } from "./expiry.ts";
import { hookHolds } from "./hooks.ts";
import { isKeepingOld, type Observed, oldFleetOf, rollsBack, type Situation } from "./situation.ts";
import { eventsOf, isShift, lastEnd } from "./targets.ts";

export function holdsOf(observed: Observed): readonly Hold[] {
  return settled([...readyHold(observed), ...hookHolds(observed), ...terminationHold(observed)], observed);
}

/**
 * Holds of an ended deployment stay as they were read: another read may lag, fail, or lack the data from events. Only
 * `over` can still become more specific.
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
/**
 * An event is sent a moment after what it reports, and the first read of it is later still; a larger difference has
 * another cause.
 */
const skewMs = 60_000;

function readyHold(observed: Observed): readonly Hold[] {
  const { info, previous } = observed;
  const before = previous?.holds.find(({ id }) => id === readyWait);
  if (info.status !== "Ready" && before === undefined && !isTimedOut(info)) return [];
  const { waitTimeInMinutes: minutes, actionOnTimeout } =
    info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const seenAt =
    before?.expiresAt === undefined || minutes === undefined
      ? undefined
      : before.expiresAt - minutes * minuteMs;
  const isUnseen = info.status !== "Ready" && before === undefined;
  const expiresAt =
    minutes === undefined
      ? undefined
      : isUnseen
        ? info.completeTime
        : readySince(observed, seenAt) + minutes * minuteMs;
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
 * CodeDeploy doesn't return when the wait began. The event's time is best. Without it, use the end of the last
 * lifecycle event before the wait, which is the same in every read; failing that, the time of the first read.
 */
function readySince({ carried, info, targets, now }: Observed, seenAt: AwsMs | undefined): AwsMs {
  const done = lastEnd(eventsOf(targets).filter((event) => !isShift(event)));
  const earliest = done === undefined ? (info.createTime ?? 0) : done - skewMs;
  return carried.readyAt.find((time) => time >= earliest) ?? done ?? seenAt ?? now;
}

function readyShows(observed: Observed, before: Hold | undefined, expiresAt: AwsMs | undefined): HoldShows {
  const { info, phase, targets, standing } = observed;
  if (info.status === "Ready") return "open";
  const { actionOnTimeout } = info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const shifted = eventsOf(targets)
    .filter(isShift)
    .flatMap(({ startTime }) => startTime ?? []);
  const wentOn = before?.shows === "continue" || shifted.length > 0 || info.status === "Succeeded";
  // Reads lag: a single response without a sign of the shift may be from before the wait, two in a row are not.
  const unsure = !wentOn && phase === "running" && isWhole(standing);
  if (unsure && before?.shows !== "pending") return "pending";
  if (wentOn || phase === "running") {
    const late = expiresAt !== undefined && shifted.length > 0 && Math.min(...shifted) >= expiresAt - skewMs;
    return late && actionOnTimeout === "CONTINUE_DEPLOYMENT" ? "expired" : "continue";
  }
  if (info.status !== "Stopped") return "over";
  if (isTimedOut(info)) return "expired";
  const timedOut =
    actionOnTimeout === "STOP_DEPLOYMENT" &&
    expiresAt !== undefined &&
    info.errorInformation?.code !== "MANUAL_STOP" &&
    (info.completeTime ?? 0) >= expiresAt - skewMs;
  return timedOut ? "expired" : "cancel";
}

/** CodeDeploy itself says that it stopped because the wait was over, also to who never saw the wait. */
function isTimedOut({
  status,
  errorInformation,
  blueGreenDeploymentConfiguration: blueGreen,
}: Observed["info"]): boolean {
  return (
    status === "Stopped" &&
    errorInformation?.code === "TIMEOUT" &&
    blueGreen?.deploymentReadyOption?.actionOnTimeout === "STOP_DEPLOYMENT"
  );
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
      // Once begun, the wait lasts until the deployment ends: a response without it is stale.
      shows: phase === "running" ? "open" : "over",
      optional: true,
      ...(expiresAt === undefined ? {} : { expiresAt, expiryComputed: true }),
      onExpiryAction: "terminate-old",
      said: { wait: terminationWait, old: oldFleetOf(observed) } satisfies ExpirySaid,
    },
  ];
}

/** The lifecycle events before the READY wait, of a service and of instances. */
const beforeReady: readonly string[] = [
  ...["BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic"],
  ...["ApplicationStop", "DownloadBundle", "ApplicationStart", "ValidateService"],
];

/** True if traffic will wait for an answer that is not asked for yet; false where nothing shows whether that wait is over. */
export function waitsAhead({ info, phase, standing }: Situation, holds: readonly Hold[]): boolean {
  const { actionOnTimeout } = info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  if (phase !== "running" || actionOnTimeout !== "STOP_DEPLOYMENT" || rollsBack(info) !== undefined)
    return false;
  if (holds.some(({ id }) => id === readyWait)) return false;
  if (info.status === "Created" || info.status === "Queued") return true;
  if (info.status !== "InProgress") return false;
  return (
    standing.kind === "not-started" ||
    (standing.kind === "read" && beforeReady.includes(standing.event ?? ""))
  );
}
