/** Short hashes for long ids, which must fit into a Redis key and a button value. */

import { createHash } from "node:crypto";
import type { DecisionId } from "./decision.ts";
import type { Deployment, Offer, Ref, RuleName } from "./deployment.ts";
import { isEnding } from "./deployment.ts";
import type { DeploymentKey } from "./ports.ts";

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
 * The point that a click on this offer names: its hold's decision id, `revert`, or `end` for the whole deployment.
 * The decision it makes can be another one: every rollback and cancel of a deployment shares the decision `end`,
 * because rolling back one of several holds rolls back all of them.
 */
export function pointOf(offer: Offer): DecisionId {
  if (offer.holdId !== undefined) return decisionOfHold(offer.holdId);
  return offer.action === "revert" ? "revert" : "end";
}

/** The decision of an action at a point, and its guard, which must not be live when the call is sent. */
export function decisionFor(
  action: RuleName,
  point: DecisionId,
): { readonly decision: DecisionId; readonly guard?: DecisionId } {
  if (action === "revert") return { decision: "revert" };
  if (!isEnding(action)) return { decision: point, guard: "end" };
  return point === "end" ? { decision: "end" } : { decision: "end", guard: point };
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
  return ["end", "revert", ...deployment.holds.map((hold) => decisionOfHold(hold.id))];
}

/** `L/D`, a deployment's name in metadata, logs and indexes. */
export function keyText(key: DeploymentKey): string {
  return `${key.lane}/${key.deployment}`;
}
