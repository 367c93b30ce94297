/** Where a deployment waits for a person: until its traffic moves, at a lifecycle hook, and before the old fleet goes. */

import type { EpochMs, HoldShows } from "../../handlers/deployment.ts";
import type { WordedHold } from "../../handlers/words.ts";
import { hookHolds } from "./hooks.ts";
import { minutesText } from "./rollout.ts";
import { isKeepingOld, oldFleet, type Situation } from "./situation.ts";
import { eventsOf, isShift, isWhole, lastEnd } from "./targets.ts";
import { readyWait, terminationWait } from "./waits.ts";

export function holdsOf(situation: Situation): readonly WordedHold[] {
  return [...readyHold(situation), ...hookHolds(situation), ...terminationHold(situation)];
}

const minuteMs = 60_000;
/** An event is made a moment after what it tells, and a first sight comes later still; much more is something else. */
const skewMs = 60_000;

function readyHold(situation: Situation): readonly WordedHold[] {
  const { info, previous } = situation;
  const before = previous?.holds.find(({ id }) => id === readyWait);
  if (info.status !== "Ready" && before === undefined) return [];
  const { waitTimeInMinutes: minutes, actionOnTimeout } =
    info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const seenAt =
    before?.expiresAt === undefined || minutes === undefined
      ? undefined
      : before.expiresAt - minutes * minuteMs;
  const expiresAt = minutes === undefined ? undefined : readySince(situation, seenAt) + minutes * minuteMs;
  return [
    {
      id: readyWait,
      stage: readyWait,
      status: info.status ?? "unknown",
      shows: readyShows(situation, before, expiresAt),
      ...(expiresAt === undefined ? {} : { expiresAt, expiryComputed: true }),
      ...readyExpiry(situation, actionOnTimeout),
    },
  ];
}

/**
 * CodeDeploy names no moment. Its event's is the one; without it, the end of what was done last before the wait, which
 * any read shows alike; and at last the first sight.
 */
export function readySince({ carried, info, targets, now }: Situation, seenAt: EpochMs | undefined): EpochMs {
  const done = lastEnd(eventsOf(targets).filter((event) => !isShift(event)));
  const earliest = done === undefined ? (info.createTime?.getTime() ?? 0) : done - skewMs;
  return carried.readyAt.find((time) => time >= earliest) ?? done ?? seenAt ?? now;
}

function readyShows(
  situation: Situation,
  before: WordedHold | undefined,
  expiresAt: EpochMs | undefined,
): HoldShows {
  const { info, phase, targets } = situation;
  if (info.status === "Ready") return "open";
  const { actionOnTimeout } = info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  const shifted = eventsOf(targets)
    .filter(isShift)
    .flatMap(({ startTime }) => (startTime === undefined ? [] : [startTime.getTime()]));
  const wentOn = before?.shows === "continue" || shifted.length > 0 || info.status === "Succeeded";
  // Reads lag: without a sign of the shift one answer may be from before the wait. Two in a row are not.
  const unsure = !wentOn && phase === "running" && isWhole(targets);
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
    (info.completeTime?.getTime() ?? 0) >= expiresAt - skewMs;
  return timedOut ? "expired" : "cancel";
}

function readyExpiry(
  situation: Situation,
  action: string | undefined,
): Pick<WordedHold, "onExpiry" | "onExpiryAction" | "onExpiryShort"> {
  const fleet = situation.platform === "ecs" ? "tasks" : "instances";
  switch (action) {
    case "STOP_DEPLOYMENT":
      return {
        onExpiryAction: "cancel",
        onExpiry: [`CodeDeploy stops the deployment. Traffic stays on the old ${fleet}.`],
        onExpiryShort: "CodeDeploy stops the deployment",
      };
    case "CONTINUE_DEPLOYMENT":
      return {
        onExpiryAction: "continue",
        onExpiry: [`CodeDeploy continues: traffic moves to the new ${fleet}.`],
        onExpiryShort: "CodeDeploy continues",
      };
    case undefined:
      return {
        onExpiry: ["CodeDeploy does what the group is configured for; it does not say what that is."],
        onExpiryShort: "CodeDeploy does what is configured",
      };
    default:
      return {
        onExpiry: ["CodeDeploy does what it calls ", { code: action, atMost: 24 }, "."],
        onExpiryShort: "CodeDeploy does what is configured",
      };
  }
}

function terminationHold(situation: Situation): readonly WordedHold[] {
  const { info, phase, previous, targets, now } = situation;
  const before = previous?.holds.find(({ id }) => id === terminationWait);
  if (!isKeepingOld(situation) && before === undefined) return [];
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
      onExpiry: [`CodeDeploy then terminates ${oldFleet(situation)}. That is the normal end.`],
      onExpiryShort: `CodeDeploy terminates ${oldFleet(situation)}`,
    },
  ];
}

/** For the line that experts read: why a deadline is only worked out. */
export function whyComputed(situation: Situation, holds: readonly WordedHold[]): string | undefined {
  const open = holds.filter(({ shows }) => shows === "open");
  if (open.some(({ id }) => id !== readyWait && id !== terminationWait))
    return "deadline computed: CodeDeploy waits 1 hour and names no end";
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: terminate } =
    situation.info.blueGreenDeploymentConfiguration ?? {};
  const minutes = isKeepingOld(situation)
    ? terminate?.terminationWaitTimeInMinutes
    : ready?.waitTimeInMinutes;
  if (open.length === 0 || minutes === undefined) return undefined;
  return `deadline computed from the start of the wait, ${minutesText(minutes)}`;
}
