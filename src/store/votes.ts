/** Parses `hp:{L}:D:ask`: votes, and other fields. A `once/…` field, which marks something as logged, is no vote. */

import { z } from "zod";
import { type DecisionId, type LogEntry, split, type Vote } from "../handlers/decision.ts";
import { actions, type RuleName } from "../handlers/deployment.ts";
import type { View } from "../handlers/store/view.ts";
import { countSchema } from "./stored-text.ts";

const wishSchema = z.tuple([z.enum(actions), z.string(), countSchema]);

export function parseVotes(
  ask: Readonly<Record<string, string>>,
  log: readonly LogEntry[],
): Pick<View, "votes" | "endingWaits"> {
  return {
    votes: votesOf(ask, log),
    ...(ask["waits/end/since"] === undefined ? {} : { endingWaits: true }),
  };
}

/** Oldest first. */
function votesOf(ask: Readonly<Record<string, string>>, log: readonly LogEntry[]): readonly Vote[] {
  const votes: Vote[] = [];
  for (const [field, value] of Object.entries(ask)) {
    const [decision, user, ...more] = field.split("/");
    if (decision === undefined || user === undefined || more.length > 0 || decision === "once") continue;
    const wish = wishSchema.safeParse(value.split("|"));
    if (!wish.success) continue;
    const [action, evidence, at] = wish.data;
    const unjudged = ask[`unknown/${decision}/${action}/${evidence}`];
    const unknown = unjudged === undefined ? unjudgedIn(log, decision, action) : split(unjudged);
    votes.push({
      ...{ decision, user, action, evidence, at },
      ...(unknown.includes(user) ? { unknown: true } : {}),
    });
  }
  return votes.sort((a, b) => a.at - b.at || (a.user < b.user ? -1 : 1));
}

/** Earlier releases recorded voters who could not be checked only in the log, with a vote and at a takeover. */
function unjudgedIn(log: readonly LogEntry[], decision: DecisionId, action: RuleName): readonly string[] {
  const last = log.findLast(
    (entry) =>
      (entry.k === "vote" || entry.k === "claimed" || entry.k === "open") &&
      entry.id === decision &&
      entry.action === action,
  );
  return split(last?.k === "vote" ? last.detail?.unknown : last?.k === "open" ? last.unknown : undefined);
}
