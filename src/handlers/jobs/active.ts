/** An entry of the index of active deployments, for lists and name lookup; nothing is decided from it. */

import type { Deployment, Expiry, Hold } from "../deployment.ts";
import { isTerminal, isWaitedFor, progressOf } from "../deployment.ts";
import { openHolds, type PresentOffer, presentOffers } from "../offers.ts";
import type { Route } from "../policy.ts";
import type { DeploymentKey } from "../ports.ts";
import { standingOf } from "../standing.ts";
import type { ActiveEntry } from "../store/queue.ts";
import type { View } from "../store/view.ts";

export function activeEntry(seen: {
  readonly key: DeploymentKey;
  readonly deployment: Deployment;
  readonly view: View;
  readonly route: Route | undefined;
  readonly accountName: string;
}): ActiveEntry {
  const { key, deployment, view, route, accountName } = seen;
  const open = openHolds(deployment, view.decisions);
  const waiting = open.filter(isWaitedFor);
  const [first] = (waiting.length > 0 ? waiting : open).toSorted(byDeadline);
  const offers = route === undefined ? [] : presentOffers(deployment, view, route.policy);
  const forward = waiting.length === 0 ? undefined : offers[0];
  const offered = offeredAfterwards(deployment, offers, route);
  const { channel, ts } = view.board;
  return {
    key,
    ref: deployment.ref,
    target: deployment.target,
    qualifiedTarget: deployment.qualifiedTarget,
    which: deployment.which,
    about: deployment.about,
    accountName,
    state: stateOf(deployment, waiting.length, open.length),
    standing: standingOf({ deployment, view }),
    systemTitle: deployment.systemTitle,
    holdIds: deployment.holds.map((hold) => hold.id),
    openHolds: waiting.length,
    channel,
    ts,
    ...(first?.expiresAt === undefined ? {} : { expiresAt: first.expiresAt, expiry: expiryOf(first) }),
    ...(forward === undefined ? {} : { votes: tallyOf(forward) }),
    readAt: view.readAt,
    staleSince: view.staleSince,
    offered,
    endedAt: deployment.endedAt,
  };
}

function tallyOf({ counted, unknown, need }: PresentOffer): NonNullable<ActiveEntry["votes"]> {
  return { n: counted.length, need, ...(unknown.length === 0 ? {} : { unknown: unknown.length }) };
}

function expiryOf({ onExpiryAction, said }: Hold): Expiry {
  return {
    onExpiryAction,
    said,
  };
}

function byDeadline(a: Hold, b: Hold): number {
  return (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity);
}

function stateOf(deployment: Deployment, waiting: number, open: number): ActiveEntry["state"] {
  switch (progressOf(deployment)) {
    case "ended":
      return "ended";
    case "ending":
      return waiting > 0 ? "waiting" : "rolling-back";
    case "running":
      return waiting > 0 ? "waiting" : open > 0 ? "kept" : "running";
  }
}

/** An ended deployment gets an entry only while an action is still available. */
function offeredAfterwards(
  deployment: Deployment,
  offers: readonly PresentOffer[],
  route: Route | undefined,
): ActiveEntry["offered"] {
  if (!isTerminal(deployment)) return undefined;
  for (const { offer } of offers) {
    const { action, until } = offer;
    if (until !== undefined && route?.policy.rules[action] !== undefined) return { action, until };
  }
  return undefined;
}
