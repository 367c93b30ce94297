/** What can be asked for now: the system's offers, less those whose decision is under way or shut. Pure. */

import type { Decision, DecisionId, Deployment, EpochMs, Hold, Offer, Vote } from "./deployment.ts";
import { isEnding, isLive, isShut } from "./deployment.ts";
import { decisionFor, decisionOfHold, evidenceHash, pointOf } from "./identity.ts";
import type { Policy } from "./policy.ts";
import type { Saw } from "./ports.ts";

/** An offer with everything that its button carries. */
export interface PresentOffer {
  readonly offer: Offer;
  readonly point: DecisionId;
  readonly decision: DecisionId;
  readonly guard?: DecisionId;
  /** Absent: a fact of the evidence could not be read, or no rule allows this action. */
  readonly evidence?: string;
  readonly need: number;
  /** People whose vote for exactly this is recorded. */
  readonly votes: readonly string[];
}

/**
 * The offers of a card. While the answer to a hold is under way, nothing more can be asked at this hold, but the whole
 * deployment can still be ended; once an ending is under way, nothing can be asked at all.
 */
export function presentOffers(
  deployment: Deployment,
  decisions: ReadonlyMap<DecisionId, Decision>,
  votes: readonly Vote[],
  policy: Policy,
): readonly PresentOffer[] {
  const taken = (id: DecisionId | undefined): boolean => {
    const state = id === undefined ? undefined : decisions.get(id)?.state;
    return isLive(state) || isShut(state);
  };
  const present = deployment.offers.flatMap((offer): PresentOffer[] => {
    const point = pointOf(offer);
    const { decision, guard } = decisionFor(offer.action, point);
    if (taken(decision) || taken(guard)) return [];
    const need = policy.rules[offer.action]?.approvals ?? 1;
    const evidence = evidenceHash(offer, { name: policy.name, need });
    const mine = votes.filter(
      (v) => v.decision === decision && v.action === offer.action && v.evidence === evidence,
    );
    return [
      {
        offer,
        point,
        decision,
        ...(guard === undefined ? {} : { guard }),
        ...(evidence === undefined ? {} : { evidence }),
        need,
        votes: mine.map((v) => v.user),
      },
    ];
  });
  const answersHold = present.some((p) => isEnding(p.offer.action) && p.offer.holdId !== undefined);
  return present.filter((p) => !(answersHold && isEnding(p.offer.action) && p.offer.holdId === undefined));
}

/** The holds that wait for a person as far as anybody can tell: open at AWS and not answered here. */
export function openHolds(
  deployment: Deployment,
  decisions: ReadonlyMap<DecisionId, Decision>,
): readonly Hold[] {
  const end = decisions.get("end")?.state;
  if (isLive(end) || isShut(end)) return [];
  return deployment.holds.filter((hold) => {
    const state = decisions.get(decisionOfHold(hold.id))?.state;
    return hold.shows === "open" && !isLive(state) && !isShut(state);
  });
}

/** What a snapshot says about one decision (protocol, section 4: what counts as a match). */
export function sawOf(
  deployment: Deployment,
  id: DecisionId,
  decision: Pick<Decision, "action"> | undefined,
  now: EpochMs,
): Saw {
  if (id === "end") return sawEnding(deployment);
  if (id === "revert") return deployment.offers.some((offer) => offer.action === "revert") ? "open" : "match";
  const hold = deployment.holds.find((h) => decisionOfHold(h.id) === id);
  if (hold === undefined) return "other";
  if (hold.shows === "open" || hold.shows === "pending") return "open";
  if (hold.shows === "expired") return "expired";
  if (hold.shows === "over") {
    if (wentOn(deployment, decision)) return "match";
    // Redis's clock beside AWS's: it chooses between two true-enough words for the past, and nothing is sent because of it.
    return hold.expiresAt !== undefined && hold.expiresAt <= now ? "expired" : "other";
  }
  return hold.shows === decision?.action ? "match" : "other";
}

/** AWS no longer lists the hold and the deployment went on: that is what a forward answer brings about. */
function wentOn(deployment: Deployment, decision: Pick<Decision, "action"> | undefined): boolean {
  const forward = decision?.action !== undefined && !isEnding(decision.action);
  return forward && (deployment.phase === "running" || deployment.phase === "succeeded");
}

function sawEnding(deployment: Deployment): Saw {
  if (deployment.phase === "succeeded") return "other";
  const answered = deployment.holds.some((hold) => hold.shows === "rollback");
  if (deployment.phase === "running") return answered ? "match" : "open";
  const timedOut = deployment.holds.some(
    (hold) => hold.shows === "expired" && hold.onExpiryAction === "rollback",
  );
  return timedOut && !answered ? "expired" : "match";
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
