/** What a read of AWS says about the decisions that were made here. Pure. */

import type { Decision, DecisionId } from "../decision.ts";
import { isLive } from "../decision.ts";
import type { Deployment, EpochMs, Hold, HoldShows, Remark } from "../deployment.ts";
import { isEnding, isRolledBackByAnother, isTerminal } from "../deployment.ts";
import { decisionOfHold } from "../identity.ts";
import type { Saw } from "../store/decisions.ts";

/** What is on record of a decision; nothing of one that is just being made. */
type Known = Pick<Decision, "action"> & Partial<Pick<Decision, "state">>;

/** What a snapshot says about one decision (docs/protocol.md, 2). */
export function sawOf(
  deployment: Deployment,
  id: DecisionId,
  decision: Known | undefined,
  now: EpochMs,
): Saw {
  if (id === "end") return sawEnding(deployment, decision);
  if (id === "revert") return sawRevert(deployment);
  const hold = deployment.holds.find((h) => decisionOfHold(h.id) === id);
  if (hold === undefined) return "other";
  if (hold.shows === "open" || hold.shows === "pending") return "open";
  if (hold.shows === "expired") return isOursInTime(hold, decision) ? "match" : "expired";
  if (hold.shows === "over") {
    if (wentOn(deployment, decision)) return "match";
    // Redis's clock beside AWS's: it chooses between two true-enough words for the past, and nothing is sent because of it.
    return hold.expiresAt !== undefined && hold.expiresAt <= now ? "expired" : "other";
  }
  return hold.shows === decision?.action ? "match" : "other";
}

/**
 * AWS took this very answer, and only a deadline that Holdpoint worked out says that its time was over by then: AWS's
 * word counts.
 */
function isOursInTime(hold: Hold, decision: Known | undefined): boolean {
  return (
    hold.expiryComputed === true &&
    decision?.state === "accepted" &&
    decision.action !== undefined &&
    decision.action === hold.onExpiryAction
  );
}

/** AWS no longer lists the hold and the deployment went on: that is what a forward answer brings about. */
function wentOn(deployment: Deployment, decision: Known | undefined): boolean {
  const forward = decision?.action !== undefined && !isEnding(decision.action);
  return forward && (deployment.phase === "running" || deployment.phase === "succeeded");
}

/**
 * A finished deployment that is rolled back was reverted. Before that, nothing AWS shows says that it will not be: reads
 * lag, and an offer that is missing in one read may be back in the next.
 */
function sawRevert({ phase, vanished }: Deployment): Saw {
  if (vanished === true) return "other";
  return phase === "rolled-back" || phase === "rolling-back" ? "match" : "open";
}

function sawEnding(deployment: Deployment, decision: Known | undefined): Saw {
  const { phase, vanished, overtaken } = deployment;
  if (phase === "succeeded" || vanished === true || overtaken === true) return "other";
  const answered = deployment.holds.some((hold) => isEndingShown(hold.shows));
  if (deployment.phase === "running") return answered ? "match" : "open";
  const timedOut = deployment.holds.some(
    (hold) => hold.shows === "expired" && isEndingShown(hold.onExpiryAction) && !isOursInTime(hold, decision),
  );
  return timedOut && !answered ? "expired" : "match";
}

/** AWS shows, or announces, an ending as the answer to a hold. */
function isEndingShown(shows: HoldShows | undefined): boolean {
  return shows === "rollback" || shows === "cancel";
}

/**
 * Holds that the previous snapshot knew and AWS no longer lists are kept, as over: their decisions still have to be
 * resolved, and the card still has to say what became of them.
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

/** What we asked for is no incident, although AWS shows the same states as for a rollback of its own. */
export function asAsked(deployment: Deployment, end: Decision | undefined): Deployment {
  const ours = (isLive(end?.state) && end?.state !== "refused") || end?.state === "confirmed";
  const failed = deployment.phase === "failed" && !isRolledBackByAnother(deployment);
  if (!ours || failed || deployment.overtaken === true) return deployment;
  const remarks = deployment.remarks.map((remark) =>
    remark.weight === "incident" ? { ...remark, weight: "ending" as const } : remark,
  );
  return { ...deployment, incident: false, remarks };
}

const goneRemark: Remark = { name: "gone", weight: "incident" };

/** The deployment is no longer at AWS: it is over, and nobody can say how. */
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
