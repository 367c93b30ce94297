/** The offers and votes of a deployment that a command can refer to. Pure. */

import type { Action } from "../../handlers/deployment.ts";
import { decisionOfHold, evidenceHash, noEvidence, pointOf } from "../../handlers/identity.ts";
import { identityOf, labelOf, type Target, targetOf } from "../../handlers/names/targets.ts";
import { presentOffers } from "../../handlers/offers.ts";
import type { ActiveEntry } from "../../handlers/store/queue.ts";
import { holdNumber } from "../card/answers.ts";
import type { ButtonValue } from "../card/parts/button.ts";
import { type Choice, printChoice } from "../card/parts/choice.ts";
import type { Picture } from "../card/parts/picture.ts";
import type { Candidate } from "../card/private/command.ts";

/** An offer or a vote, with its deployment. */
export interface Askable {
  readonly picture: Picture;
  readonly value: ButtonValue;
  readonly holdId?: string;
}

/**
 * The offers of an action, one per hold. If all are taken, one that AWS still lists: the person is late, and the claim
 * shows who was first.
 */
export function askablesOf(picture: Picture, action: Action): readonly Askable[] {
  const { deployment, view, route, key } = picture;
  const { policy } = route;
  const present = presentOffers(deployment, view, policy).map((it) => it.offer);
  const free = present.filter((offer) => offer.action === action);
  const offers =
    free.length > 0 ? free : deployment.offers.filter((offer) => offer.action === action).slice(0, 1);
  const need = policy.rules[action]?.approvals ?? 1;
  return offers.map((offer) => {
    const evidence = evidenceHash(offer, { name: policy.name, need }) ?? noEvidence;
    return {
      picture,
      value: { key, point: pointOf(offer), action, evidence },
      ...(offer.holdId === undefined ? {} : { holdId: offer.holdId }),
    };
  });
}

/** One person's votes that can still be withdrawn. */
export function votesOf(picture: Picture, user: string): readonly Askable[] {
  const { deployment, key, view } = picture;
  return view.votes
    .filter((vote) => vote.user === user)
    .map(({ decision, action, evidence }) => {
      const hold = deployment.holds.find(({ id }) => decisionOfHold(id) === decision);
      return {
        picture,
        value: { key, point: decision, action, evidence },
        ...(hold === undefined ? {} : { holdId: hold.id }),
      };
    });
}

export function candidateOf({ picture, holdId }: Askable, choice: Choice): Candidate {
  const { deployment, label } = picture;
  const { ref, about } = deployment;
  const number = holdNumber(picture, holdId);
  const hold = deployment.holds.find(({ id }) => id === holdId);
  return {
    label,
    ref,
    ...(about === undefined ? {} : { about }),
    value: printChoice(choice),
    ...(choice.kind === "withdraw" ? { vote: choice.value.action } : {}),
    ...(hold === undefined || number === undefined ? {} : { hold: `hold ${number}, stage ${hold.stage}` }),
    ...(hold?.expiresAt === undefined ? {} : { expiresAt: hold.expiresAt }),
  };
}

export function targetIn({ deployment, accountName }: Picture): Target {
  return targetOf({ ...deployment, accountName });
}

export function showCandidate(entry: ActiveEntry, existing: readonly Target[]): Candidate {
  const label = labelOf(targetOf(entry), existing);
  const { ref, about } = entry;
  return {
    label,
    ref,
    ...(about === undefined ? {} : { about }),
    value: printChoice({ kind: "show", key: entry.key }),
  };
}

/**
 * True if all are deployments of one target. To people these are one thing, while the same name elsewhere is another.
 */
export function isOnePlace(entries: readonly ActiveEntry[]): boolean {
  return new Set(entries.map((entry) => identityOf(targetOf(entry)))).size === 1;
}
