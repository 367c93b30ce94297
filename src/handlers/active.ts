/** One line of the index of what is active: for lists and names; it never decides anything. */

import type { Deployment } from "./deployment.ts";
import { isTerminal } from "./deployment.ts";
import { openHolds, presentOffers } from "./offers.ts";
import type { Route } from "./policy.ts";
import type { DeploymentKey } from "./ports.ts";
import type { ActiveEntry, View } from "./store.ts";

export function activeEntry(seen: {
  readonly key: DeploymentKey;
  readonly deployment: Deployment;
  readonly view: View;
  readonly route: Route | undefined;
  readonly accountName: string;
}): ActiveEntry {
  const { key, deployment, view, route, accountName } = seen;
  const open = openHolds(deployment, view.decisions);
  const [first] = open.toSorted((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity));
  const forward =
    route === undefined ? undefined : presentOffers(deployment, view.decisions, view.votes, route.policy)[0];
  const { channel, ts } = view.board;
  return {
    key,
    ref: deployment.ref,
    target: deployment.target,
    ...(deployment.qualifiedTarget === undefined ? {} : { qualifiedTarget: deployment.qualifiedTarget }),
    accountName,
    state: stateOf(
      deployment,
      open.some((hold) => hold.optional !== true),
    ),
    holdIds: deployment.holds.map((hold) => hold.id),
    openHolds: open.length,
    ...(channel === undefined ? {} : { channel }),
    ...(ts === undefined ? {} : { ts }),
    ...(first?.expiresAt === undefined ? {} : { expiresAt: first.expiresAt }),
    ...(first?.onExpiryShort === undefined ? {} : { onExpiry: first.onExpiryShort }),
    ...(forward === undefined || open.length === 0
      ? {}
      : { votes: { n: forward.votes.length, need: forward.need } }),
    ...(view.staleSince === undefined ? {} : { staleSince: view.staleSince }),
  };
}

function stateOf(deployment: Deployment, waiting: boolean): ActiveEntry["state"] {
  if (isTerminal(deployment)) return "ended";
  if (waiting) return "waiting";
  return deployment.phase === "running" ? "running" : "rolling-back";
}
