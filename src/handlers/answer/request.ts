/** A person's request, and whether it still matches what is stored. Pure. */

import type { DecisionId, Outcome } from "../decision.ts";
import { stands } from "../decision.ts";
import type { Action, Deployment, Offer } from "../deployment.ts";
import { decisionFor, deploymentDecision, evidenceHash, isEnding, pointOf } from "../identity.ts";
import { type PresentOffer, presentOffers } from "../offers.ts";
import { type Person, type Policy, type Route, routeFor } from "../policy.ts";
import type { DeploymentKey } from "../ports.ts";
import type { DecisionKeys } from "../store/decisions.ts";
import type { View } from "../store/view.ts";
import { describeCurrentState } from "./current-state.ts";
import { parseSeen, type Seen } from "./worse.ts";

export interface Request {
  readonly key: DeploymentKey;
  /** The point that the click named: a hold's decision id, `end` or `revert`. */
  readonly point: DecisionId;
  readonly action: Action;
  /** The evidence hash that the person saw. */
  readonly evidence: string;
  readonly person: Person;
  readonly reason?: string;
  /** The changes for the worse since the card was rendered, as the person confirmed them. */
  readonly seen?: Seen;
  /** The message of the button. A button works only in the message that it was rendered in. */
  readonly message?: { readonly channel: string; readonly ts: string; readonly threadTs?: string };
  readonly correlationId: string;
}

export function keysOf(request: Request): DecisionKeys {
  return { key: request.key, ...decisionFor(request.action, request.point) };
}

/** The votes for the same action and evidence. */
export function votesAsIn(request: Request, votes: View["votes"]): View["votes"] {
  const { decision } = keysOf(request);
  return votes.filter(
    (vote) =>
      vote.decision === decision && vote.action === request.action && vote.evidence === request.evidence,
  );
}

/** The health that this person has seen: what they confirmed, or else what the card shows. */
export function seenBy({ seen }: Request, { board }: Pick<View, "board">): Seen | undefined {
  return seen ?? (board.seen === undefined ? undefined : parseSeen(board.seen));
}

/** A card stays in its channel until it is deleted, even if the routes change; the current policy always applies. */
export function routeOf(
  deployment: Deployment,
  view: Pick<View, "board">,
  routes: readonly Route[],
  accountNames: ReadonlyMap<string, string>,
): Route | undefined {
  const { system, account, region } = deployment.ref;
  const accountName = accountNames.get(account) ?? account;
  const { target, qualifiedTarget } = deployment;
  const route = routeFor(routes, { system, account, accountName, region, target, qualifiedTarget });
  const { channel, ts } = view.board;
  if (route === undefined || channel === undefined || ts === undefined) return route;
  return { ...route, channel, ...(route.channel === channel ? {} : { movedTo: route.channel }) };
}

/** A button works only on the card and its broadcast: copied elsewhere, even to the thread, it does nothing. */
export function belongs(request: Pick<Request, "message">, { board }: Pick<View, "board">): boolean {
  if (request.message === undefined) return true;
  const { channel, ts } = request.message;
  return channel === board.channel && (ts === board.ts || ts === board.incidentTs);
}

/** The decisions that can block this one: a rollback or cancel overrides a forward answer that is only claimed. */
function decisionsFor(action: Action, { decisions }: View): View["decisions"] {
  if (!isEnding(action)) return decisions;
  return new Map(
    [...decisions].filter(([id, { state }]) => id === deploymentDecision.end || state !== "claimed"),
  );
}

/** This decision or its opposite was made already. */
export function isLate(request: Request, view: View): boolean {
  const { decision, guard } = keysOf(request);
  const decisions = decisionsFor(request.action, view);
  return [decision, guard].some((id) => {
    const state = id === undefined ? undefined : decisions.get(id)?.state;
    return stands(state);
  });
}

/**
 * Returns how things are now if they are no longer as the person saw them. A late request passes: the claim tells who
 * was first, and records the late one (P2).
 */
export function unlessAsSeen(
  request: Request,
  deployment: Deployment,
  view: View,
  policy: Policy,
): Outcome | undefined {
  if (isLate(request, view)) return undefined;
  const present = offerAt(request, deployment, view, policy);
  if (present === undefined) {
    return {
      kind: "stale",
      changed: { what: "not-offered", action: request.action, now: describeCurrentState(deployment) },
      deployment,
    };
  }
  if (present.evidence === undefined) {
    return { kind: "refused", why: { rule: "evidence-unknown", unknown: unknownFacts(present) }, deployment };
  }
  if (present.evidence === request.evidence) return undefined;
  const { offer, need: now } = present;
  const before = needs.find((need) => evidenceHash(offer, { name: policy.name, need }) === request.evidence);
  if (before !== undefined) return { kind: "stale", changed: { what: "approvals", before, now }, deployment };
  return { kind: "stale", changed: { what: "evidence", changed: [] }, deployment };
}

/** The numbers of approvals that a policy can require. */
const needs = Array.from({ length: 20 }, (_, index) => index + 1);

/** The offer at the request's point, even if a hold's own rollback hides the one of the whole deployment. */
export function offerAt<Each extends Offer>(
  request: Pick<Request, "point" | "action">,
  deployment: { readonly offers: readonly Each[] },
  view: View,
  policy: Policy,
): PresentOffer<Each> | undefined {
  const { point, action } = request;
  const offers = deployment.offers.filter((offer) => offer.action === action && pointOf(offer) === point);
  return presentOffers({ offers }, { ...view, decisions: decisionsFor(action, view) }, policy)[0];
}

function unknownFacts({ offer }: PresentOffer): string[] {
  return Object.entries(offer.evidence).flatMap(([name, value]) => (value === null ? [name] : []));
}
