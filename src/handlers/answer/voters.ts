/** Decides whose votes count: a vote counts only while its voter may vote. */

import type { Voided } from "../decision.ts";
import type { Action } from "../deployment.ts";
import { judgePerson, type Lookup, type Policy, type Route } from "../policy.ts";
import type { AsOf, Directory } from "../ports.ts";
import { lookUp } from "./look-up.ts";

export interface Voters {
  readonly counted: readonly string[];
  readonly voided: readonly Voided[];
  /** Slack could not confirm whether these may still vote. */
  readonly unknown: readonly string[];
  /** The lookup that failed. */
  readonly what: string;
}

/**
 * Checks users against the current policy and their current Slack membership. `presser` made the click that is being
 * handled, so if Slack can't confirm their workspace membership they count as members; that way people listed as
 * `user:` can still answer during a Slack outage. `asOf: "recent"` accepts lookups that are a few seconds old, for
 * calls after which nothing is sent.
 */
export async function judgeVoters(
  { policy, channel }: Pick<Route, "policy" | "channel">,
  action: Action,
  users: readonly string[],
  directory: Directory,
  { presser, asOf = "now" }: { readonly presser?: string; readonly asOf?: AsOf } = {},
): Promise<Voters> {
  const rule = users.length === 0 ? undefined : policy.rules[action];
  const isNamed = (user: string): boolean =>
    rule?.approvers !== "channel-members" &&
    rule?.approvers.some(({ kind, id }) => kind === "user" && id === user) === true;
  const lookups = await lookUp(directory, users.every(isNamed) ? undefined : rule, channel, asOf);
  const judged = await Promise.all(
    users.map((user) => judgeVoter(user, { policy, action, lookups, directory, presser })),
  );
  const unknown = judged.flatMap((voter) => (voter.kind === "unknown" ? [voter] : []));
  return {
    counted: judged.flatMap((voter) => (voter.kind === "counted" ? [voter.user] : [])),
    voided: judged.flatMap((voter) => (voter.kind === "void" ? [{ user: voter.user, why: voter.why }] : [])),
    unknown: unknown.map(({ user }) => user),
    what: unknown[0]?.what ?? "",
  };
}

type Voter =
  | { readonly kind: "counted"; readonly user: string }
  | ({ readonly kind: "void" } & Voided)
  | { readonly kind: "unknown"; readonly user: string; readonly what: string };

/**
 * The users to check at a click. That includes the person who clicked if theirs can be the last vote needed: their
 * own check may use data that is minutes old.
 */
export function votersAt(person: string, voted: readonly string[], approvals: number): readonly string[] {
  const others = voted.filter((user) => user !== person);
  return others.length === 0 && approvals > 1 ? [] : [...others, person];
}

async function judgeVoter(
  user: string,
  about: {
    readonly policy: Policy;
    readonly action: Action;
    readonly lookups: ReadonlyMap<string, Lookup>;
    readonly directory: Directory;
    readonly presser: string | undefined;
  },
): Promise<Voter> {
  const { policy, action, lookups, directory, presser } = about;
  const verdict = judgePerson(policy, { action, person: { user, foreign: false } }, lookups);
  if (verdict.kind === "refused") {
    const { why } = verdict;
    if (why.rule === "lookup-failed") return { kind: "unknown", user, what: why.what };
    const isChannel = why.rule === "not-an-approver" && why.approvers === "channel-members";
    return { kind: "void", user, why: isChannel ? "left-channel" : "not-an-approver" };
  }
  const standing = await directory.standing(user);
  if (standing.kind === "failed" && user !== presser) return { kind: "unknown", user, what: standing.what };
  return standing.kind !== "outsider"
    ? { kind: "counted", user }
    : { kind: "void", user, why: "not-in-workspace" };
}
