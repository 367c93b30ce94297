/** A deployment that waits at a hold, and requests about it. */

import type { Announcement } from "../../src/handlers/announce/announce.ts";
import type { Action, Deployment, Ref, Remark } from "../../src/handlers/deployment.ts";
import { decisionFor, decisionOfHold, keyOf } from "../../src/handlers/identity.ts";
import type { DecisionKeys, VoteVerdict } from "../../src/handlers/store/decisions.ts";
import type { Store } from "../../src/handlers/store/store.ts";
import { claimLeaseMs } from "../../src/handlers/timing.ts";

export const ref: Ref = {
  system: "ecs",
  account: "111122223333",
  region: "eu-west-1",
  id: "arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/checkout/aB3",
};
export const key = keyOf(ref, ref.id);
export const hold = decisionOfHold("hook-1");
export const otherHold = decisionOfHold("hook-2");

export const remark: Remark = {
  name: "phase/running",
  weight: "progress",
  said: { to: "web:42" },
};

/** Every optional member is there, so that a round trip through the store shows what gets lost. */
export const deployment: Deployment = {
  ref,
  lane: ref.id,
  target: "checkout",
  systemTitle: "ECS",
  phase: "running",
  status: "IN_PROGRESS",
  stage: "POST_TEST_TRAFFIC_SHIFT",
  startedAt: 1_699_999_000_000,
  endedAt: 1_699_999_900_000,
  holds: [
    {
      id: "hook-1",
      name: "checks",
      stage: "POST_TEST_TRAFFIC_SHIFT",
      status: "AWAITING_ACTION",
      shows: "open",
      expiresAt: 1_700_000_900_000,
      expiryComputed: true,
      onExpiryAction: "rollback",
      said: "ROLLBACK",
    },
  ],
  offers: [
    {
      action: "continue",
      holdId: "hook-1",
      evidence: { hold: "hook-1", image: null },
    },
  ],
  reason: "tasks failed to start",
  incident: true,
  consoleUrl: "https://eu-west-1.console.aws.amazon.com/ecs",
  remarks: [remark],
  said: { images: ["v1"], tasks: { running: 3, wanted: 4 } },
};

/** The announcement of the entry with this number. */
export function announcement(n: number, rest: Partial<Announcement> = {}): Announcement {
  return {
    version: "1",
    id: `${key.lane}/${key.deployment}/${n}/1700000000000`,
    at: "2023-11-14T22:13:20.000Z",
    system: "ecs",
    account: ref.account,
    region: ref.region,
    target: "checkout",
    qualifiedTarget: "checkout/blue",
    deployment: ref.id,
    decision: `${key.lane}/${key.deployment}/${hold}`,
    attempt: 1,
    stage: "POST_TEST_TRAFFIC_SHIFT",
    action: "continue",
    by: ["U1", "U2"],
    reason: "looks good",
    state: "decided",
    final: false,
    ...rest,
  };
}

/** Where the decision about an action at a point lives. */
export function at(action: Action, point: string): DecisionKeys {
  return { key, ...decisionFor(action, point) };
}

/** What a caller finds who counts every vote for the same, as the record is now. */
export async function verdictOf(
  store: Pick<Store, "view">,
  decision: string,
  vote: { readonly action: Action; readonly user: string; readonly evidence: string; readonly need: number },
): Promise<VoteVerdict> {
  const { action, user, evidence, need } = vote;
  const { votes } = await store.view(key, []);
  const seen = votes
    .filter((it) => it.decision === decision && it.action === action && it.evidence === evidence)
    .flatMap((it) => (it.user === user ? [] : [it.user]));
  const by = [user, ...seen];
  return { seen, by, unknown: [], enough: by.length >= need, need };
}

/** A claim with everything said that the test doesn't care about. */
export async function claim(
  store: Store,
  wish: {
    action?: Action;
    point?: string;
    user?: string;
    token?: string;
    need?: number;
    evidence?: string;
    verdict?: VoteVerdict;
    unknown?: readonly string[];
    reason?: string;
    again?: "judged-now" | "judged-before";
  },
) {
  const { action = "continue", point = hold, user = "U1", token = "t1", need = 1, evidence = "e1" } = wish;
  const keys = at(action, point);
  return store.claim(keys, {
    token,
    leaseMs: claimLeaseMs,
    action,
    user,
    evidence,
    ...(wish.again === undefined ? {} : { again: wish.again }),
    verdict: {
      ...(wish.verdict ?? (await verdictOf(store, keys.decision, { action, user, evidence, need }))),
      ...(wish.unknown === undefined ? {} : { unknown: wish.unknown }),
    },
    detail: { point, holdId: "hook-1", reason: wish.reason ?? "looks good" },
  });
}
