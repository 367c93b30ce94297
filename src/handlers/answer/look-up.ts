import type { Action } from "../deployment.ts";
import {
  judgePerson,
  type Lookup,
  lookupsFor,
  type Person,
  type Policy,
  type Route,
  type Rule,
  type Verdict,
} from "../policy.ts";
import type { AsOf, Directory } from "../ports.ts";

/** Looks up the members that a rule needs: of usergroups by id, and of the channel as `channel`. */
export async function lookUp(
  directory: Directory,
  rule: Rule | undefined,
  channel: string,
  asOf?: AsOf,
): Promise<ReadonlyMap<string, Lookup>> {
  const wanted = rule === undefined ? [] : lookupsFor(rule);
  const found = wanted.map(async (lookup): Promise<[string, Lookup]> => {
    if (lookup.kind === "channel") return ["channel", await directory.channelMembers(channel, asOf)];
    return [lookup.id, await directory.groupMembers(lookup.id, asOf)];
  });
  return new Map(await Promise.all(found));
}

/**
 * Checks the person against the cached member lists. Before refusing somebody who is not in them it asks Slack,
 * unless Slack was asked a few seconds ago: they may have just been added.
 */
export async function judgeAsker(
  directory: Directory,
  { policy, channel }: { readonly policy: Policy } & Pick<Route, "channel">,
  request: { readonly action: Action; readonly person: Person },
): Promise<Verdict> {
  const rule = policy.rules[request.action];
  const verdict = judgePerson(policy, request, await lookUp(directory, rule, channel));
  const isMissing = verdict.kind === "refused" && verdict.why.rule === "not-an-approver";
  if (!isMissing || rule === undefined || lookupsFor(rule).length === 0) return verdict;
  const fresh = judgePerson(policy, request, await lookUp(directory, rule, channel, "recent"));
  if (fresh.kind === "allowed" || fresh.why.rule !== "lookup-failed") return fresh;
  return { kind: "refused", why: { ...verdict.why, maybeNew: true } };
}
