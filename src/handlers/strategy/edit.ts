/** One edit of a strategy: the request, its comparison with a read, and its outcome. Pure. */

import type { Decision, DecisionId, NotDone, Refusal } from "../decision.ts";
import type { Person } from "../policy.ts";
import type { Observation } from "../store/decisions.ts";
import { changedFields, changedSince, fieldNames, type PaceField, paceFields, valueIn } from "./settings.ts";
import type { Reading, RolloutSettings, Strategy, StrategyRef } from "./strategy.ts";

export interface StrategyEdit {
  readonly ref: StrategyRef;
  /** 12 hex digits: every preview that is shown is a decision of its own. */
  readonly preview: DecisionId;
  /** The fingerprint of the settings that the person saw as the current ones. */
  readonly base: string;
  readonly proposed: RolloutSettings;
  readonly person: Person;
  readonly correlationId: string;
}

/** What a read shows after a save, or instead of one. */
export type StrategyNow =
  | { readonly kind: "as-asked"; readonly current: Strategy }
  | { readonly kind: "otherwise"; readonly fields: readonly PaceField[]; readonly current: Strategy }
  | { readonly kind: "unknown"; readonly why: string };

export type StrategySaved =
  /** `channel`: of the route whose policy refused. */
  | { readonly kind: "refused"; readonly why: Refusal; readonly channel?: string }
  | { readonly kind: "missing" | "busy" | "not-arrived" }
  | { readonly kind: "predefined"; readonly current: Strategy }
  | { readonly kind: "changed"; readonly fields: readonly PaceField[]; readonly current: Strategy }
  | { readonly kind: "saved" | "unclear"; readonly now: StrategyNow }
  /** This preview was decided before. */
  | { readonly kind: "decided"; readonly winner: Decision; readonly now: StrategyNow }
  | { readonly kind: "rejected"; readonly message: string }
  | { readonly kind: "not-done"; readonly why: NotDone };

/** Checks whether an edit matches what AWS shows, else returns its outcome. Used for the preview and the save. */
export function compareWithSeen(
  { base }: Pick<StrategyEdit, "base">,
  read: Reading<Strategy>,
): { readonly kind: "as-seen"; readonly current: Strategy } | StrategySaved {
  if (read.kind === "missing") return { kind: "missing" };
  if (read.kind === "unreadable")
    return { kind: "refused", why: { rule: "aws-not-readable", why: read.why } };
  const current = read.value;
  if (current.predefined) return { kind: "predefined", current };
  const fields = changedSince(base, current.pace);
  return fields.length === 0 ? { kind: "as-seen", current } : { kind: "changed", fields, current };
}

/** Compares a read with the proposed settings. */
export function nowOf(proposed: RolloutSettings, read: Reading<Strategy>): StrategyNow {
  if (read.kind === "missing") return { kind: "unknown", why: "AWS no longer knows this strategy" };
  if (read.kind === "unreadable") return { kind: "unknown", why: read.why };
  const fields = changedFields(read.value.pace, proposed);
  return fields.length === 0
    ? { kind: "as-asked", current: read.value }
    : { kind: "otherwise", fields, current: read.value };
}

/** What a read shows about the decision of an edit (docs/protocol.md, 10). */
export function observeEdit({ base, proposed }: StrategyEdit, current: RolloutSettings): Observation {
  if (changedFields(current, proposed).length === 0) return "match";
  return changedSince(base, current).length === 0 ? "open" : "other";
}

/**
 * For the log: `Duration 30 to 60`. Only the hash of the old description is known, so for it just the name is logged.
 */
export function wordsOfChange(base: string, proposed: RolloutSettings): string {
  const old = base.split(",");
  return changedSince(base, proposed)
    .map((field) => {
      const name = fieldNames[field];
      if (field === "description") return name;
      return `${name} ${old[paceFields.indexOf(field)] ?? ""} to ${valueIn(proposed, field)}`;
    })
    .join(", ");
}

/** The strategy as the last read showed it. */
export function currentOf(saved: StrategySaved): Strategy | undefined {
  if (saved.kind === "changed" || saved.kind === "predefined") return saved.current;
  if (!("now" in saved) || saved.now.kind === "unknown") return undefined;
  return saved.now.current;
}
