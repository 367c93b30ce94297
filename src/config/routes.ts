/** Resolves the names in holdpoint.yml: routes to policies, actions to rules. Pure. */

import type { Approver, Mention } from "../handlers/decision.ts";
import type { RuleName } from "../handlers/deployment.ts";
import { ruleNames } from "../handlers/deployment.ts";
import type { Policy, Route, Rule } from "../handlers/policy.ts";
import { didYouMean } from "./mistake.ts";
import type { WrittenFile, WrittenPolicy, WrittenRule } from "./schema.ts";

export interface Account {
  readonly id: string;
  /** The name that people use; the id if the file has no name. */
  readonly name: string;
  readonly regions: readonly string[];
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}

/** A problem that the schema can't detect. */
export interface Unresolved {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Without a rule of its own, an action uses the rule of this one, or one with the defaults. */
const kin: Readonly<Record<RuleName, RuleName | "defaults">> = {
  continue: "defaults",
  rollback: "defaults",
  cancel: "defaults",
  "terminate-old": "continue",
  revert: "rollback",
  "edit-strategy": "defaults",
};

/** A member of a written rule that `Rule` lacks, or that is not passed on, does not compile. */
type WholeRule = {
  readonly [Member in keyof WrittenRule]-?: Member extends keyof Rule ? Rule[Member] : never;
};

export function resolveAccounts(file: WrittenFile): {
  readonly accounts: readonly Account[];
  readonly wrong: readonly Unresolved[];
} {
  const wrong: Unresolved[] = [];
  const owners = new Map<string, string>();
  const accounts = Object.entries(file.accounts).map(
    ([id, { name = id, regions, role, externalId }]): Account => {
      const path = ["accounts", id];
      const owner = owners.get(name);
      if (owner !== undefined)
        wrong.push({
          path: [...path, "name"],
          message: `Account ${owner} has the name \`${name}\` already.`,
        });
      owners.set(name, id);
      if (role !== undefined && role.split(":")[4] !== id)
        wrong.push({ path: [...path, "role"], message: `This role belongs to another account than ${id}.` });
      if (externalId !== undefined && role === undefined)
        wrong.push({ path: [...path, "externalId"], message: "An external id needs a `role` beside it." });
      return {
        id,
        name,
        regions,
        role,
        externalId,
      };
    },
  );
  if (accounts.length === 0) wrong.push({ path: ["accounts"], message: "Name at least one account." });
  return { accounts, wrong };
}

export function resolvePolicies(file: WrittenFile): {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly wrong: readonly Unresolved[];
} {
  const wrong: Unresolved[] = [];
  const policies = new Map<string, Policy>();
  for (const [name, written] of Object.entries(file.policies)) {
    const path = ["policies", name];
    const rules: Partial<Record<RuleName, Rule>> = {};
    for (const action of ruleNames) {
      const rule = ruleOf(written, action);
      if (rule === undefined) {
        if (written[action] !== undefined) wrong.push({ path: [...path, action], message: noApprovers });
        continue;
      }
      const people = peopleIn(rule.approvers);
      if (people !== undefined && people < rule.approvals && written[action] !== undefined) {
        const message = `${rule.approvals} approvals can never be reached: ${people} ${people === 1 ? "person is" : "people are"} named.`;
        wrong.push({ path: [...path, action, "approvals"], message });
      }
      rules[action] = rule;
    }
    if (Object.keys(rules).length === 0 && !ruleNames.some((action) => written[action] !== undefined))
      wrong.push({ path, message: noApprovers });
    const notify = written.notify?.map(readMention);
    policies.set(name, { name, rules, notify });
  }
  return { policies, wrong };
}

const noApprovers =
  "Nobody may answer. Add `approvers`: a list of `user:U…` and `usergroup:S…`, or the word `channel-members`.";

function ruleOf(policy: WrittenPolicy, action: RuleName): Rule | undefined {
  const like = kin[action];
  const written: WrittenRule | undefined = policy[action] ?? (like === "defaults" ? undefined : policy[like]);
  const approvers = written?.approvers ?? policy.approvers;
  if (approvers === undefined) return undefined;
  const rule: WholeRule = {
    approvers: approvers === "channel-members" ? approvers : approvers.map(readApprover),
    approvals: written?.approvals ?? 1,
    reason: written?.reason ?? "optional",
  };
  return rule;
}

function readApprover(text: string): Approver {
  const [kind, id = ""] = text.split(":");
  return { kind: kind === "user" ? "user" : "usergroup", id };
}

function readMention(text: string): Mention {
  return text === "here" || text === "channel" ? { kind: "special", id: text } : readApprover(text);
}

/** How many people a list contains; `undefined` if it has a usergroup, or is all channel members. */
function peopleIn(approvers: Rule["approvers"]): number | undefined {
  if (approvers === "channel-members" || approvers.some((a) => a.kind === "usergroup")) return undefined;
  return new Set(approvers.map((a) => a.id)).size;
}

export function resolveRoutes(
  file: WrittenFile,
  accounts: readonly Account[],
  policies: ReadonlyMap<string, Policy>,
): { readonly routes: readonly Route[]; readonly wrong: readonly Unresolved[] } {
  const wrong: Unresolved[] = [];
  const routes = file.routes.flatMap((written, index): Route[] => {
    const path = ["routes", index];
    const policy = policies.get(written.policy);
    if (policy === undefined) {
      const names = [...policies.keys()];
      const message = `There is no policy \`${written.policy}\`.${didYouMean(written.policy, names)} Policies: ${names.join(", ")}.`;
      wrong.push({ path: [...path, "policy"], message });
    }
    const { channel, show, match } = written;
    const { account, region } = match;
    const matched =
      account === undefined ? accounts : accounts.filter((a) => a.id === account || a.name === account);
    if (account !== undefined && matched.length === 0) {
      const names = accounts.map((a) => a.name);
      const message = `There is no account \`${account}\`.${didYouMean(account, names)} Accounts: ${names.join(", ")}.`;
      wrong.push({ path: [...path, "match", "account"], message });
    } else if (region !== undefined && !matched.some((a) => a.regions.includes(region))) {
      const regions = [...new Set(matched.flatMap((a) => a.regions))];
      const message = `No matching account has the region \`${region}\`.${didYouMean(region, regions)} Regions: ${regions.join(", ")}.`;
      wrong.push({ path: [...path, "match", "region"], message });
    }
    if (policy === undefined) return [];
    return [{ match, channel, show, policy }];
  });
  return { routes, wrong };
}
