/** Compares a read of AWS with the decisions made in Holdpoint. Pure. */

import type { Decision, DecisionId } from "../decision.ts";
import { isLive } from "../decision.ts";
import type { Deployment, Hold, HoldShows, RedisMs, Remark } from "../deployment.ts";
import {
  directionOf,
  isGoingForward,
  isRolledBackByAnother,
  isTerminal,
  isWaitedFor,
  msUntil,
  progressOf,
} from "../deployment.ts";
import { type DeploymentDecision, decisionOfHold, isDeploymentDecision, isEnding } from "../identity.ts";
import type { Observation } from "../store/decisions.ts";

/** The recorded part of a decision; only the action if it is just being made. */
type Known = Pick<Decision, "action"> & Partial<Pick<Decision, "state">>;

/** What a snapshot shows about one decision (docs/protocol.md, 2). */
export function observe(
  deployment: Deployment,
  id: DecisionId,
  decision: Known | undefined,
  now: RedisMs,
): Observation {
  if (isDeploymentDecision(id)) return observers[id](deployment, decision);
  const hold = deployment.holds.find((h) => decisionOfHold(h.id) === id);
  if (hold === undefined) return "other";
  if (hold.shows === "open" || hold.shows === "pending") return "open";
  if (hold.shows === "expired") return isOursInTime(hold, decision) ? "match" : "expired";
  if (hold.shows === "over") {
    if (wentOn(deployment, decision)) return "match";
    // Compares Redis's clock with AWS's. Only chooses between two labels for the past; no call depends on it.
    return hold.expiresAt !== undefined && msUntil(hold.expiresAt, now) <= 0 ? "expired" : "other";
  }
  return hold.shows === decision?.action ? "match" : "other";
}

/** AWS accepted this answer, and only a deadline that Holdpoint computed had passed by then: AWS's result counts. */
function isOursInTime(hold: Hold, decision: Known | undefined): boolean {
  return (
    hold.expiryComputed === true &&
    decision?.state === "accepted" &&
    decision.action !== undefined &&
    decision.action === hold.onExpiryAction
  );
}

/** AWS no longer lists the hold and the deployment went on: a forward answer worked. */
function wentOn(deployment: Deployment, decision: Known | undefined): boolean {
  const forward = decision?.action !== undefined && !isEnding(decision.action);
  return forward && isGoingForward(deployment);
}

/**
 * A completed deployment that is rolling back or rolled back was reverted. Until then no read proves that the revert
 * failed: reads lag, and an offer missing from one read can be back in the next.
 */
function sawRevert(deployment: Deployment): Observation {
  if (deployment.vanished === true) return "other";
  return directionOf(deployment) === "rollback" ? "match" : "open";
}

function sawEnding(deployment: Deployment, decision: Known | undefined): Observation {
  const { vanished, overtaken } = deployment;
  if (vanished === true || overtaken === true) return "other";
  const answered = deployment.holds.some((hold) => isEndingShown(hold.shows));
  switch (progressOf(deployment)) {
    case "running":
      return answered ? "match" : "open";
    case "ending":
      return answered ? "match" : sawTimeout(deployment, decision);
    case "ended":
      if (isGoingForward(deployment)) return "other";
      return answered ? "match" : sawTimeout(deployment, decision);
  }
}

/** It is being ended or has ended: by AWS's own timeout, or as people asked. */
function sawTimeout({ holds }: Deployment, decision: Known | undefined): "expired" | "match" {
  const timedOut = holds.some(
    (hold) => hold.shows === "expired" && isEndingShown(hold.onExpiryAction) && !isOursInTime(hold, decision),
  );
  return timedOut ? "expired" : "match";
}

const observers: Readonly<
  Record<DeploymentDecision, (deployment: Deployment, decision: Known | undefined) => Observation>
> = { end: sawEnding, revert: sawRevert };

/** AWS shows a rollback or cancel, or announces it as the action on timeout, for a hold. */
function isEndingShown(shows: HoldShows | undefined): boolean {
  return shows === "rollback" || shows === "cancel";
}

/**
 * Keeps holds of the previous snapshot that AWS no longer lists, as `over`: their decisions still have to be
 * resolved, and the card still has to show how they ended.
 */
export function keepHolds(fresh: Deployment, previous: Deployment | undefined): Deployment {
  const listed = new Set(fresh.holds.map((hold) => hold.id));
  const dropped = (previous?.holds ?? []).filter((hold) => !listed.has(hold.id));
  if (dropped.length === 0) return fresh;
  const kept = dropped.map(
    (hold): Hold => (hold.shows === "open" || hold.shows === "pending" ? { ...hold, shows: "over" } : hold),
  );
  return { ...fresh, holds: [...kept, ...fresh.holds] };
}

/** A rollback or cancel that people asked for is no incident, although AWS shows the same states as for its own. */
export function asAsked(deployment: Deployment, end: Decision | undefined): Deployment {
  const ours = (isLive(end?.state) && end?.state !== "refused") || end?.state === "confirmed";
  const failed = directionOf(deployment) === "failure" && !isRolledBackByAnother(deployment);
  if (!ours || failed || deployment.overtaken === true) return deployment;
  const remarks = deployment.remarks.map((remark) =>
    remark.weight === "incident" ? { ...remark, weight: "ending" as const } : remark,
  );
  return { ...deployment, incident: false, remarks };
}

const goneRemark: Remark = { name: "gone", weight: "incident" };

/** The deployment no longer exists at AWS. It is over, and the outcome is unknown. */
export function asGone(snapshot: Deployment): Deployment {
  if (isTerminal(snapshot)) return { ...snapshot, offers: [] };
  const { reason: _, ...rest } = snapshot;
  return {
    ...rest,
    phase: "stopped",
    vanished: true,
    status: "not found",
    offers: [],
    incident: true,
    remarks: [...snapshot.remarks, goneRemark],
    holds: snapshot.holds.map((hold) =>
      hold.shows === "open" || hold.shows === "pending" ? { ...hold, shows: "over" } : hold,
    ),
  };
}

/** Auto Scaling started it, it did not fail, and no hold is waiting for an answer. */
export function isQuiet({ startedBy, incident, holds }: Deployment): boolean {
  const asks = holds.some((hold) => hold.shows === "open" && isWaitedFor(hold));
  return startedBy === "auto-scaling" && !incident && !asks;
}

/** Ended with no offers left: it can't change any more. */
export function isOver(snapshot: Deployment): boolean {
  return isTerminal(snapshot) && snapshot.offers.length === 0;
}
