/** Short hashes for long ids, which must fit into a Redis key and a button value. */

import { createHash } from "node:crypto";
import type { DecisionId } from "./decision.ts";
import type { Deployment, Offer, Ref, RuleName } from "./deployment.ts";
import type { DeploymentKey } from "./ports.ts";

/** The decisions about a whole deployment. Every other decision is about one point: a hold, or an edit. */
export const deploymentDecision = { end: "end", revert: "revert" } as const;
export type DeploymentDecision = (typeof deploymentDecision)[keyof typeof deploymentDecision];
export const deploymentDecisions: readonly DeploymentDecision[] = Object.values(deploymentDecision);

export function isDeploymentDecision(id: DecisionId): id is DeploymentDecision {
  return deploymentDecisions.some((whole) => whole === id);
}

/**
 * Where each action is decided. Every rollback and cancel of a deployment shares one decision, because rolling back one
 * of several holds rolls back all of them.
 */
const decidedIn: Readonly<Record<RuleName, "its-point" | DeploymentDecision>> = {
  continue: "its-point",
  "terminate-old": "its-point",
  rollback: deploymentDecision.end,
  cancel: deploymentDecision.end,
  revert: deploymentDecision.revert,
  "edit-strategy": "its-point",
};

/** True for actions that end the running deployment: rollback and cancel. */
export function isEnding(action: RuleName): boolean {
  return decidedIn[action] === deploymentDecision.end;
}

/** True for actions that are possible after a deployment has ended. */
export function isAfterEnd(action: RuleName): boolean {
  return decidedIn[action] === deploymentDecision.revert;
}

/** Raised when the facts of an offer or their hash change their meaning. Older votes and buttons are void then. */
const evidenceFormat = "1";

function hex(digits: number, ...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, digits);
}

/** The keys of a deployment, from its ref and the scope of its lease. */
export function keyOf(ref: Ref, lane: string): DeploymentKey {
  return { lane: hex(16, ref.system, ref.account, ref.region, lane), deployment: hex(10, ref.id) };
}

/**
 * The decision about a hold's forward answer. Hashed, because hold ids contain characters that are special in Redis
 * keys and Lua patterns.
 */
export function decisionOfHold(holdId: string): DecisionId {
  return hex(12, holdId);
}

/**
 * The point that a click on this offer names: its hold's decision id, or the decision about the whole deployment. The
 * decision that it makes can be another one: `end`, for the rollback of a hold.
 */
export function pointOf({ holdId, action }: Offer): DecisionId {
  if (holdId !== undefined) return decisionOfHold(holdId);
  const id = decidedIn[action];
  return id === "its-point" ? deploymentDecision.end : id;
}

/** The decision of an action at a point, and its guard, which must not be live when the call is sent. */
export function decisionFor(
  action: RuleName,
  point: DecisionId,
): { readonly decision: DecisionId; readonly guard?: DecisionId } {
  const decision = decidedIn[action];
  switch (decision) {
    case "its-point":
      return { decision: point, guard: deploymentDecision.end };
    case "end":
      return point === decision ? { decision } : { decision, guard: point };
    case "revert":
      return { decision };
  }
}

/**
 * Eight hex digits of the facts that a person decides on. Votes count together only if the hash is the same.
 * `undefined` if a fact could not be read: nobody can decide on something unknown.
 */
export function evidenceHash(
  offer: Offer,
  policy: { readonly name: string; readonly need: number },
): string | undefined {
  const facts = Object.entries(offer.evidence).sort(([a], [b]) => (a < b ? -1 : 1));
  if (facts.some(([, value]) => value === null)) return undefined;
  return hex(8, evidenceFormat, policy.name, String(policy.need), offer.action, JSON.stringify(facts));
}

/** Never the hash of an offer: a request with it only returns the current state and does not act. */
export const noEvidence = "00000000";

/** All decisions that a snapshot can have. */
export function decisionsOf(deployment: Pick<Deployment, "holds">): DecisionId[] {
  return [...deploymentDecisions, ...deployment.holds.map((hold) => decisionOfHold(hold.id))];
}

/** `L/D`, a deployment's name in metadata, logs and indexes. */
export function keyText(key: DeploymentKey): string {
  return `${key.lane}/${key.deployment}`;
}
