/** What can be asked for now: the system's offers, less those whose decision is under way or shut. Pure. */

import type { Decision, DecisionId } from "./decision.ts";
import { stands } from "./decision.ts";
import type { Hold, Offer } from "./deployment.ts";
import { isEnding } from "./deployment.ts";
import { decisionFor, decisionOfHold, evidenceHash, pointOf } from "./identity.ts";
import type { Policy } from "./policy.ts";
import type { View } from "./store/view.ts";

/** An offer with everything that its button carries. */
export interface PresentOffer<Each extends Offer = Offer> {
  readonly offer: Each;
  readonly point: DecisionId;
  readonly decision: DecisionId;
  readonly guard?: DecisionId;
  /** Absent: a fact of the evidence could not be read, or no rule allows this action. */
  readonly evidence?: string;
  readonly need: number;
  /** People whose vote for exactly this is recorded. */
  readonly votes: readonly string[];
  /** Those of them whose vote counts, as far as it could be looked up at the last press, */
  readonly counted: readonly string[];
  /** and those of whom it is not known whether they may still vote. */
  readonly unknown: readonly string[];
}

/**
 * The offers of a card. While the answer to a hold is under way, nothing more can be asked at this hold, but the whole
 * deployment can still be ended; once an ending is under way, nothing can be asked at all.
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
        ...(guard === undefined ? {} : { guard }),
        ...(evidence === undefined ? {} : { evidence }),
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

/** The holds that wait for a person as far as anybody can tell: open at AWS and not answered here. */
export function openHolds<Each extends Hold>(
  deployment: { readonly holds: readonly Each[] },
  decisions: ReadonlyMap<DecisionId, Decision>,
): readonly Each[] {
  const end = decisions.get("end")?.state;
  if (stands(end)) return [];
  return deployment.holds.filter((hold) => {
    const state = decisions.get(decisionOfHold(hold.id))?.state;
    return hold.shows === "open" && !stands(state);
  });
}
