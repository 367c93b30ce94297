/** Whom a policy notifies when somebody has to answer. Pure. */

import type { DecisionId, Mention } from "./decision.ts";
import type { Action } from "./deployment.ts";
import type { Policy, Rule } from "./policy.ts";

/** `channel`: nobody by name. A message in the channel rings those who follow it. */
export type Notified =
  | { readonly kind: "people"; readonly people: readonly Mention[] }
  | { readonly kind: "channel" };

/** `here` and `channel` reach nobody in a thread. */
export function isTopLevel(notified: readonly Mention[]): boolean {
  return notified.some(({ kind }) => kind === "special");
}

export function peopleOf(notified: Notified): readonly Mention[] {
  return notified.kind === "people" ? notified.people : [];
}

/** The policy's `notify`, else the approvers of the action that people are asked for first. */
export function notifiedBy({ notify, rules }: Policy): Notified {
  if (notify !== undefined) return { kind: "people", people: notify };
  return approversOf(rules.continue ?? rules["terminate-old"] ?? rules.rollback);
}

/** Who may still vote. Without a list of approvers it is those whom the policy notifies. */
export function votersLeft(policy: Policy, { action, voted }: MissingVote): Notified {
  const rule = policy.rules[action];
  const may =
    rule === undefined || rule.approvers === "channel-members" ? notifiedBy(policy) : approversOf(rule);
  return may.kind === "channel"
    ? may
    : { kind: "people", people: may.people.filter(({ id }) => !voted.includes(id)) };
}

/** Votes that are not enough yet. */
export interface MissingVote {
  readonly decision: DecisionId;
  readonly action: Action;
  readonly voted: readonly string[];
  readonly missing: number;
}

/** The same when a deployment failed: without `notify` it is those who can take it back. */
export function notifiedOfFailure({ notify, rules }: Policy, back: Action | undefined): Notified {
  if (notify !== undefined) return { kind: "people", people: notify };
  return approversOf(back === undefined ? (rules.rollback ?? rules.cancel ?? rules.continue) : rules[back]);
}

/** The same when nothing came of what was asked for. A hold that waits had no buttons meanwhile, and asks again too. */
export function notifiedToRepeat(policy: Policy, action: Action, isHeld: boolean): Notified {
  const again = notifiedOfFailure(policy, action);
  const atHold = isHeld ? notifiedBy(policy) : again;
  if (again.kind === "channel" || atHold.kind === "channel") return { kind: "channel" };
  const ids = new Set(again.people.map(({ id }) => id));
  return { kind: "people", people: [...again.people, ...atHold.people.filter(({ id }) => !ids.has(id))] };
}

function approversOf(rule: Rule | undefined): Notified {
  return rule === undefined || rule.approvers === "channel-members"
    ? { kind: "channel" }
    : { kind: "people", people: rule.approvers };
}
