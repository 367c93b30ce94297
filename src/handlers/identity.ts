/** Short names for long ids, so that they fit into a key, a button and a queue member. */

import { createHash } from "node:crypto";
import type { DecisionId } from "./decision.ts";
import type { Deployment, Offer, Ref, RuleName } from "./deployment.ts";
import { isEnding } from "./deployment.ts";
import type { DeploymentKey } from "./ports.ts";

/** Raised when the facts of an offer, or how they are hashed, change their meaning: older votes and buttons are void then. */
const evidenceFormat = "1";

function hex(digits: number, ...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, digits);
}

/** The keys of a deployment, from where it lives and what its lease covers. */
export function keyOf(ref: Ref, lane: string): DeploymentKey {
  return { lane: hex(16, ref.system, ref.account, ref.region, lane), deployment: hex(10, ref.id) };
}

/** The decision about a hold's forward answer. Hold ids contain characters that Redis and Lua patterns treat specially. */
export function decisionOfHold(holdId: string): DecisionId {
  return hex(12, holdId);
}

/**
 * Where an offer is asked: the hold's decision or the whole deployment. The decision itself may be another one: every
 * ending of a deployment is the one decision `end`, because rolling back one of several holds rolls back all of them.
 */
export function pointOf(offer: Offer): DecisionId {
  if (offer.holdId !== undefined) return decisionOfHold(offer.holdId);
  return offer.action === "revert" ? "revert" : "end";
}

/** The decision that an action at a point is about, and the one that must not be alive when it goes out. */
export function decisionFor(
  action: RuleName,
  point: DecisionId,
): { readonly decision: DecisionId; readonly guard?: DecisionId } {
  if (action === "revert") return { decision: "revert" };
  if (!isEnding(action)) return { decision: point, guard: "end" };
  return point === "end" ? { decision: "end" } : { decision: "end", guard: point };
}

/**
 * What a person decides about, in eight hex digits. Votes count together only when it is the same. `undefined` when a
 * fact could not be read: nobody decides about something unknown.
 */
export function evidenceHash(
  offer: Offer,
  policy: { readonly name: string; readonly need: number },
): string | undefined {
  const facts = Object.entries(offer.evidence).sort(([a], [b]) => (a < b ? -1 : 1));
  if (facts.some(([, value]) => value === null)) return undefined;
  return hex(8, evidenceFormat, policy.name, String(policy.need), offer.action, JSON.stringify(facts));
}

/** Never the hash of an offer: a request with it may be told how things are, and does not act. */
export const noEvidence = "00000000";

/** Every decision that a snapshot can have. */
export function decisionsOf(deployment: Pick<Deployment, "holds">): DecisionId[] {
  return ["end", "revert", ...deployment.holds.map((hold) => decisionOfHold(hold.id))];
}

/** `L/D`, the name of a deployment in metadata, logs and indexes. */
export function keyText(key: DeploymentKey): string {
  return `${key.lane}/${key.deployment}`;
}
