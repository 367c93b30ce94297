/** Whom a policy notifies when somebody has to answer. Pure. */

import type { Approver } from "./decision.ts";
import type { Policy } from "./policy.ts";

/** `channel`: nobody by name. A message in the channel rings those who follow it. */
export type Notified =
  | { readonly kind: "people"; readonly people: readonly Approver[] }
  | { readonly kind: "channel" };

/** The policy's `notify`, else the approvers of the action that people are asked for first. */
export function notifiedBy({ notify, rules }: Policy): Notified {
  if (notify !== undefined) return { kind: "people", people: notify };
  const rule = rules.continue ?? rules["terminate-old"] ?? rules.rollback;
  return rule === undefined || rule.approvers === "channel-members"
    ? { kind: "channel" }
    : { kind: "people", people: rule.approvers };
}
