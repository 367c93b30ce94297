/** The state of a deployment as it is stored, listed and published. Used everywhere. Pure. */

import type { Deployment, RuleName, Serving } from "./deployment.ts";
import { directionOf, isRollback, isRolledBackByAnother, isTerminal, isWaitedFor } from "./deployment.ts";
import { type Cause, type Known, stateOf } from "./state.ts";
import { recordLost } from "./store/record-lost.ts";

export const standingStates = [
  "waiting",
  "kept",
  "asked",
  "refused",
  "unclear",
  "continued-elsewhere",
  "running",
  "failing",
  "rolling-back",
  "stopping",
  "done",
  "rolled-back",
  "rollback-started",
  "stopped",
  "failed",
  "not-known",
] as const;

export const causes = [
  "request",
  "expiry",
  "elsewhere",
  "nobody-knows",
  "system",
] as const satisfies readonly Cause["by"][];

/** `alarm`: it failed or is failing, or how it ended is unknown. `attention`: somebody should look. */
export const severities = ["calm", "attention", "alarm"] as const;
export type Severity = (typeof severities)[number];

/** A state in a form that is stored, listed and published. */
export interface Standing {
  readonly state: (typeof standingStates)[number];
  /** The cause of a rollback, stop or failure. */
  readonly cause?: Cause["by"];
  /** The requested action, while it is in progress. */
  readonly action?: RuleName | undefined;
  readonly severity: Severity;
  /** The version that serves; only for ended deployments. */
  readonly serving?: Serving;
  /**
   * With `elsewhere` or `continued-elsewhere`: Redis lost its data since, so it may have been asked for in Holdpoint.
   */
  readonly recordLost?: true;
}

export function standingOf(known: Known): Standing {
  const { deployment } = known;
  const state = stateOf(known);
  const serving = isTerminal(deployment) ? { serving: servingOf(deployment) } : {};
  switch (state.kind) {
    case "waiting":
      return state.holds.some(isWaitedFor)
        ? { state: "waiting", severity: "attention" }
        : { state: "kept", severity: calmUnless(inTrouble(known)) };
    case "asked":
    case "refused":
    case "unclear": {
      const { action } = state.decision;
      const severity = calmUnless(state.kind !== "asked" || inTrouble(known));
      return { state: state.kind, action, severity, ...serving };
    }
    case "elsewhere":
      return { state: "continued-elsewhere", severity: calmUnless(inTrouble(known)), ...lossOf(known) };
    case "running":
      return {
        state: isRollback(deployment) ? "rolling-back" : "running",
        severity: calmUnless(inTrouble(known)),
      };
    case "done":
      return { state: "done", severity: calmUnless(!isProven(deployment)), ...serving };
    case "ending":
      return { ...endingOf(deployment, state.cause), ...causeIn(known, state.cause) };
    case "ended":
      return { ...endOf(deployment, state.cause), ...causeIn(known, state.cause), ...serving };
  }
}

function causeIn(known: Known, { by }: Cause): Pick<Standing, "cause" | "recordLost"> {
  return { cause: by, ...(by === "elsewhere" ? lossOf(known) : {}) };
}

function lossOf({ view }: Known): Pick<Standing, "recordLost"> {
  return recordLost(view) === undefined ? {} : { recordLost: true };
}

/** It succeeded or rolled back, and one version serves all traffic: nothing else ends an incident. */
export function isOver(deployment: Deployment): boolean {
  const serves = servingOf(deployment);
  const direction = directionOf(deployment);
  const isAsMeant = direction === "forward" || direction === "rollback";
  return isTerminal(deployment) && isAsMeant && (serves === "new" || serves === "previous");
}

/** If it was not read, it is unknown which version serves. */
export function servingOf({ serving = "unknown", vanished }: Deployment): Serving {
  return vanished === true ? "unknown" : serving;
}

/** A success is calm only if the new version was read as the one that serves. */
function isProven(deployment: Deployment): boolean {
  return servingOf(deployment) === "new" || deployment.replaced === true;
}

function calmUnless(isBad: boolean): Severity {
  return isBad ? "attention" : "calm";
}

function inTrouble({ deployment }: Known): boolean {
  return deployment.incident || deployment.remarks.some(({ weight }) => weight === "incident");
}

/** While AWS still shows it as running, and once it fails, it is being rolled back. */
const endingStates = {
  forward: "rolling-back",
  rollback: "rolling-back",
  failure: "rolling-back",
  stop: "stopping",
} as const satisfies Readonly<Record<ReturnType<typeof directionOf>, Standing["state"]>>;

function endingOf(deployment: Deployment, { by }: Cause): Pick<Standing, "state" | "severity"> {
  if (by === "system") return { state: "failing", severity: "alarm" };
  return { state: endingStates[directionOf(deployment)], severity: calmUnless(by !== "request") };
}

const endStates = {
  forward: "rolled-back",
  rollback: "rolled-back",
  failure: "failed",
  stop: "stopped",
} as const satisfies Readonly<Record<ReturnType<typeof directionOf>, Standing["state"]>>;

/** A stop by AWS on its own counts as a failure without a rollback. */
function endOf(deployment: Deployment, { by }: Cause): Pick<Standing, "state" | "severity"> {
  if (by === "nobody-knows")
    return { state: "not-known", severity: deployment.unread === undefined ? "alarm" : "attention" };
  const isAsked = by === "request" || by === "elsewhere";
  if (isRolledBackByAnother(deployment))
    return isAsked
      ? { state: "rollback-started", severity: "attention" }
      : { state: "failed", severity: "alarm" };
  const state = endStates[directionOf(deployment)];
  if (state === "failed" || (state === "stopped" && by === "system"))
    return { state: "failed", severity: "alarm" };
  const serves = servingOf(deployment);
  if (by !== "request" && servesNothingKnown(deployment)) return { state, severity: "alarm" };
  return {
    state,
    severity: calmUnless(by !== "request" || serves === "unknown" || serves === "none" || serves === "mixed"),
  };
}

/** It went back, and nothing that was read serves now. A stop alone says nothing of it: a newer deployment may serve. */
function servesNothingKnown(deployment: Deployment): boolean {
  const { replaced, noEarlier } = deployment;
  switch (servingOf(deployment)) {
    case "none":
      return true;
    case "unknown":
      return noEarlier === true || (directionOf(deployment) === "rollback" && replaced !== true);
    default:
      return false;
  }
}
