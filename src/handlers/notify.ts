/** Who a policy notifies when an answer is needed. Pure. */

import type { DecisionId, Mention } from "./decision.ts";
import type { Action } from "./deployment.ts";
import type { Policy, Rule } from "./policy.ts";

/** `channel`: nobody by name. The message notifies the people who follow the channel. */
export type Notified =
  | { readonly kind: "people"; readonly people: readonly Mention[] }
  | { readonly kind: "channel" };

/** `here` and `channel` notify nobody in a thread. */
export function isTopLevel(notified: readonly Mention[]): boolean {
  return notified.some(({ kind }) => kind === "special");
}

export function peopleOf(notified: Notified): readonly Mention[] {
  return notified.kind === "people" ? notified.people : [];
}

/** Each person, group or special mention once, in the order of the lists. */
export function eachOnce(...lists: readonly (readonly Mention[])[]): readonly Mention[] {
  return [...new Map(lists.flat().map((one) => [one.id, one])).values()];
}

/** A policy may name somebody twice. */
function people(...lists: readonly (readonly Mention[])[]): Notified {
  return { kind: "people", people: eachOnce(...lists) };
}

/** The policy's `notify`, else the approvers of the action that people are asked for first. */
export function notifiedBy({ notify, rules }: Policy): Notified {
  if (notify !== undefined) return people(notify);
  return approversOf(rules.continue ?? rules["terminate-old"] ?? rules.rollback);
}

/** The people who may still vote. Without a list of approvers, the people whom the policy notifies. */
export function votersLeft(policy: Policy, { action, voted }: MissingVote): Notified {
  const rule = policy.rules[action];
  const may =
    rule === undefined || rule.approvers === "channel-members" ? notifiedBy(policy) : approversOf(rule);
  return may.kind === "channel" ? may : people(may.people.filter(({ id }) => !voted.includes(id)));
}

/** An action that needs more votes. */
export interface MissingVote {
  readonly decision: DecisionId;
  readonly action: Action;
  readonly voted: readonly string[];
  readonly missing: number;
}

/** Who is notified when a deployment failed: `notify`, else the people who can roll it back or revert it. */
export function notifiedOfFailure({ notify, rules }: Policy, back: Action | undefined): Notified {
  if (notify !== undefined) return people(notify);
  return approversOf(back === undefined ? (rules.rollback ?? rules.cancel ?? rules.continue) : rules[back]);
}

/**
 * Who is notified when a request came to nothing. An open hold had no buttons meanwhile, so its approvers are asked
 * again too.
 */
export function notifiedToRepeat(policy: Policy, action: Action, isHeld: boolean): Notified {
  const again = notifiedOfFailure(policy, action);
  const atHold = isHeld ? notifiedBy(policy) : again;
  if (again.kind === "channel" || atHold.kind === "channel") return { kind: "channel" };
  return people(again.people, atHold.people);
}

function approversOf(rule: Rule | undefined): Notified {
  return rule === undefined || rule.approvers === "channel-members"
    ? { kind: "channel" }
    : people(rule.approvers);
}
