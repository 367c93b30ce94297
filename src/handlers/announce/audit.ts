/** The copy of a log for the audit stream. Pure. */

import type { LogEntry } from "../decision.ts";
import type { Hold } from "../deployment.ts";
import { decisionOfHold } from "../identity.ts";

/** Readers of the audit must not be able to answer a hold, so its id is replaced by its name or its decision's id. */
export function redactHoldIds(entries: readonly LogEntry[], holds: readonly Hold[]): readonly LogEntry[] {
  const called = (holdId: string): string =>
    holds.find(({ id }) => id === holdId)?.name ?? decisionOfHold(holdId);
  return entries.map((entry): LogEntry => {
    if (entry.k === "remark" && entry.remark.holdId !== undefined)
      return { ...entry, remark: { ...entry.remark, holdId: called(entry.remark.holdId) } };
    if ((entry.k === "claimed" || entry.k === "vote") && entry.detail?.holdId !== undefined)
      return { ...entry, detail: { ...entry.detail, holdId: called(entry.detail.holdId) } };
    return entry;
  });
}
