/** What a person asks, and whether it still fits what is stored. Pure. */

import type { DecisionId, Outcome } from "../decision.ts";
import { stands } from "../decision.ts";
import { type Action, type Deployment, isEnding, type Offer } from "../deployment.ts";
import { decisionFor, evidenceHash, pointOf } from "../identity.ts";
import { type PresentOffer, presentOffers } from "../offers.ts";
import { type Person, type Policy, type Route, routeFor } from "../policy.ts";
import type { DeploymentKey } from "../ports.ts";
import type { DecisionKeys } from "../store/decisions.ts";
import type { View } from "../store/view.ts";
import { nowShows } from "./now-shows.ts";
import { parseSeen, type Seen } from "./worse.ts";

export interface Request {
  readonly key: DeploymentKey;
  /** Where the person asked: a hold's decision id, `end` or `revert`. */
  readonly point: DecisionId;
  readonly action: Action;
  /** The evidence hash of what the person saw. */
  readonly evidence: string;
  readonly person: Person;
  readonly reason?: string;
  /** What has become worse since the card was drawn, and was confirmed. */
  readonly seen?: Seen;
  /** The message whose button was pressed: a button acts only in the message that it was drawn in. */
  readonly message?: { readonly channel: string; readonly ts: string; readonly threadTs?: string };
  readonly correlationId: string;
}

export function keysOf(request: Request): DecisionKeys {
  return { key: request.key, ...decisionFor(request.action, request.point) };
}

/** The health that this person decides on: what they confirmed, and no more; else what the card shows. */
export function seenBy({ seen }: Request, { board }: Pick<View, "board">): Seen | undefined {
  return seen ?? (board.seen === undefined ? undefined : parseSeen(board.seen));
}

/**
 * A card stays in its channel, whatever the routes say later, until it is gone; its policy is always the present one.
 */
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

/** A button copied into another message does nothing, not even in the card's thread: it is bound to the card and its broadcast. */
export function belongs(request: Pick<Request, "message">, { board }: Pick<View, "board">): boolean {
  if (request.message === undefined) return true;
  const { channel, ts } = request.message;
  return channel === board.channel && (ts === board.ts || ts === board.incidentTs);
}

/** What could stand in the way: an ending passes a forward answer that is merely claimed. */
function decisionsFor(action: Action, { decisions }: View): View["decisions"] {
  if (!isEnding(action)) return decisions;
  return new Map([...decisions].filter(([id, { state }]) => id === "end" || state !== "claimed"));
}

/** Somebody was first, here or with the opposite. */
export function isLate(request: Request, view: View): boolean {
  const { decision, guard } = keysOf(request);
  const decisions = decisionsFor(request.action, view);
  return [decision, guard].some((id) => {
    const state = id === undefined ? undefined : decisions.get(id)?.state;
    return stands(state);
  });
}

/**
 * What the person saw must still be so; else how it is now. Somebody who is merely late passes: the claim tells who
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
      changed: { what: "not-offered", action: request.action, now: nowShows(deployment) },
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

/** The numbers of people that a policy may ask for. */
const needs = Array.from({ length: 20 }, (_, index) => index + 1);

/** The offer at the point of the request, also where a hold's own rollback hides that of the whole deployment. */
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
