/** What can be asked for now: the system's offers, less those whose decision is under way or shut. Pure. */

import type { Decision, DecisionId, Deployment, Hold, Offer, Vote } from "./deployment.ts";
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
export function sawOf(deployment: Deployment, id: DecisionId, decision: Decision | undefined): Saw {
  if (id === "end") return sawEnding(deployment);
  if (id === "revert") return deployment.offers.some((offer) => offer.action === "revert") ? "open" : "match";
  const hold = deployment.holds.find((h) => decisionOfHold(h.id) === id);
  if (hold === undefined) return "other";
  if (hold.shows === "open" || hold.shows === "pending") return "open";
  if (hold.shows === "expired") return "expired";
  return hold.shows === decision?.action ? "match" : "other";
}

function sawEnding(deployment: Deployment): Saw {
  if (deployment.phase === "succeeded") return "other";
  const rolledBackByItself =
    deployment.holds.some((h) => h.shows === "expired") &&
    !deployment.holds.some((h) => h.shows === "rollback");
  if (deployment.phase !== "running") return rolledBackByItself ? "expired" : "match";
  return deployment.holds.some((h) => h.shows === "rollback") ? "match" : "open";
}
