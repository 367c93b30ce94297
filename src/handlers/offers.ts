/** The available actions: the system's offers without those whose decision is in progress or final. Pure. */

import type { Decision, DecisionId } from "./decision.ts";
import { stands } from "./decision.ts";
import type { Hold, Offer } from "./deployment.ts";
import {
  decisionFor,
  decisionOfHold,
  deploymentDecision,
  evidenceHash,
  isEnding,
  pointOf,
} from "./identity.ts";
import type { Policy } from "./policy.ts";
import type { View } from "./store/view.ts";

/** An offer with everything that its button contains. */
export interface PresentOffer<Each extends Offer = Offer> {
  readonly offer: Each;
  readonly point: DecisionId;
  readonly decision: DecisionId;
  readonly guard?: DecisionId | undefined;
  /** Absent: part of the evidence could not be read, so this offer can't be chosen. */
  readonly evidence?: string | undefined;
  readonly need: number;
  /** People with a recorded vote for exactly this. */
  readonly votes: readonly string[];
  /** Those whose vote counts, according to the last lookup. */
  readonly counted: readonly string[];
  /** Those of whom it is unknown whether they may still vote. */
  readonly unknown: readonly string[];
}

/**
 * The offers of a card. While an answer to a hold is in progress, nothing else can be chosen for that hold, but the
 * deployment can still be rolled back or cancelled; once that is in progress, nothing can be chosen.
 */
export function presentOffers<Each extends Offer>(
  deployment: { readonly offers: readonly Each[] },
  { decisions, votes }: Pick<View, "decisions" | "votes">,
  policy: Policy,
): readonly PresentOffer<Each>[] {
  const taken = (id: DecisionId | undefined): boolean => {
    const state = id === undefined ? undefined : decisions.get(id)?.state;
    return stands(state);
  };
  const present = deployment.offers.flatMap((offer): PresentOffer<Each>[] => {
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
        guard,
        evidence,
        need,
        votes: mine.map(({ user }) => user),
        counted: mine.flatMap(({ user, unknown }) => (unknown === true ? [] : [user])),
        unknown: mine.flatMap(({ user, unknown }) => (unknown === true ? [user] : [])),
      },
    ];
  });
  const atHolds = new Set(present.flatMap(({ offer }) => (offer.holdId === undefined ? [] : [offer.action])));
  return present.filter(
    ({ offer }) => offer.holdId !== undefined || !isEnding(offer.action) || !atHolds.has(offer.action),
  );
}

/** The holds that wait for a person: open at AWS and not answered in Holdpoint. */
export function openHolds<Each extends Hold>(
  deployment: { readonly holds: readonly Each[] },
  decisions: ReadonlyMap<DecisionId, Decision>,
): readonly Each[] {
  const end = decisions.get(deploymentDecision.end)?.state;
  if (stands(end)) return [];
  return deployment.holds.filter((hold) => {
    const state = decisions.get(decisionOfHold(hold.id))?.state;
    return hold.shows === "open" && !stands(state);
  });
}
