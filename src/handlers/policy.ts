/** Who may ask for what. Pure: everything that had to be looked up is given. */

import type { Approver, Mention, Refusal } from "./decision.ts";
import type { RuleName } from "./deployment.ts";
import { outerOf } from "./names/names.ts";
import { isMadeOf } from "./names/pieces.ts";

/** Who is in a group or a channel, as far as it could be looked up. */
export type Lookup =
  | { readonly kind: "found"; readonly users: ReadonlySet<string> }
  | { readonly kind: "failed"; readonly what: string; readonly cause: unknown };

/** What one action needs. */
export interface Rule {
  readonly approvers: readonly Approver[] | "channel-members";
  readonly approvals: number;
  readonly reason: "required" | "optional";
}

/** The rules of a policy, by action. An action without a rule is refused to everybody (P8). */
export interface Policy {
  readonly name: string;
  /** Who is notified when somebody has to answer. Absent: the approvers. */
  readonly notify?: readonly Mention[];
  readonly rules: Readonly<Partial<Record<RuleName, Rule>>>;
}

/** Which deployments are shown where, and under which policy. The first match wins. */
export interface Route {
  readonly match: {
    readonly system?: string;
    /** Id or name of the account. */
    readonly account?: string;
    readonly region?: string;
    /** A name, qualified where it has a slash, in which `*` stands for any characters. */
    readonly target?: string;
  };
  readonly channel: string;
  /** Where a new card would stand, if that is another channel than the card's. */
  readonly movedTo?: string;
  /** Which deployments get a card. Absent: all. */
  readonly show?: Shows;
  readonly policy: Policy;
}

/** `holds`: from when somebody has to answer, or from a failure. `incidents`: from a failure. */
export const shows = ["all", "holds", "incidents"] as const;
export type Shows = (typeof shows)[number];

export interface Person {
  readonly user: string;
  /** True for a user of another workspace (Slack Connect), and when the workspace is not known. */
  readonly foreign: boolean;
}

export type Verdict =
  | { readonly kind: "allowed"; readonly rule: Rule }
  | { readonly kind: "refused"; readonly why: Refusal };

/** What has to be looked up before this action can be judged. */
export function lookupsFor(
  rule: Rule,
): readonly ({ readonly kind: "usergroup"; readonly id: string } | { readonly kind: "channel" })[] {
  if (rule.approvers === "channel-members") return [{ kind: "channel" }];
  return rule.approvers.flatMap((approver) =>
    approver.kind === "usergroup" ? [{ kind: "usergroup" as const, id: approver.id }] : [],
  );
}

/** Judges one request: the person, and the reason where one is required. */
export function judge(
  policy: Policy,
  request: { readonly action: RuleName; readonly person: Person; readonly reason: string | undefined },
  lookups: ReadonlyMap<string, Lookup>,
): Verdict {
  return judgeReason(policy, request, judgePerson(policy, request, lookups));
}

/** Who asks has been judged: the reason, where one is required. */
export function judgeReason(
  policy: Policy,
  request: { readonly action: RuleName; readonly reason: string | undefined },
  verdict: Verdict,
): Verdict {
  if (verdict.kind === "refused" || verdict.rule.reason !== "required") return verdict;
  if (request.reason !== undefined && request.reason.trim() !== "") return verdict;
  return {
    kind: "refused",
    why: { rule: "reason-required", policy: policy.name, action: request.action },
  };
}

/**
 * Judges who asks. `lookups` holds the members of every group (by id) and of the channel (`channel`).
 * A group that could not be looked up refuses only people who are not allowed without it.
 */
export function judgePerson(
  policy: Policy,
  request: { readonly action: RuleName; readonly person: Person },
  lookups: ReadonlyMap<string, Lookup>,
): Verdict {
  const { action, person } = request;
  const refuse = (why: Refusal): Verdict => ({ kind: "refused", why });
  if (person.foreign) return refuse({ rule: "other-workspace" });
  const rule = policy.rules[action];
  if (rule === undefined) return refuse({ rule: "no-rule", policy: policy.name, action });

  const named =
    rule.approvers !== "channel-members" &&
    rule.approvers.some((a) => a.kind === "user" && a.id === person.user);
  if (!named) {
    const keys = lookupsFor(rule).map((lookup) => (lookup.kind === "channel" ? "channel" : lookup.id));
    const answers = keys.map((key) => lookups.get(key));
    const member = answers.some((answer) => answer?.kind === "found" && answer.users.has(person.user));
    if (!member) {
      const missing = answers.findIndex((answer) => answer?.kind !== "found");
      if (missing !== -1) {
        const answer = answers[missing];
        const what = answer?.kind === "failed" ? answer.what : (keys[missing] ?? "approvers");
        return refuse({ rule: "lookup-failed", policy: policy.name, what });
      }
      return refuse({ rule: "not-an-approver", policy: policy.name, action, approvers: rule.approvers });
    }
  }
  return { kind: "allowed", rule };
}

interface Place {
  readonly system: string;
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
}

/** True when some target of this system may be shown: what no route shows need not be listed. */
export function couldShow(routes: readonly Route[], place: Place): boolean {
  return routes.some((route) => isOf(route, place));
}

/** Of the routes of one place: the first that shows every target leaves nothing to those behind it. */
export function reaching(routes: readonly Route[]): readonly Route[] {
  const last = routes.findIndex(({ match }) => match.target === undefined || match.target === "*");
  return last === -1 ? routes : routes.slice(0, last + 1);
}

/**
 * The first route that fits. A target pattern with a slash is held against the qualified name (`cluster/service`,
 * `application/group`), one without against the service or application alone.
 */
export function routeFor(
  routes: readonly Route[],
  place: Place & { readonly target: string; readonly qualifiedTarget?: string | undefined },
): Route | undefined {
  const { target, qualifiedTarget = target } = place;
  const alone = target.includes("/") ? outerOf(qualifiedTarget) : target;
  // Only an application or environment with a slash in its name is written otherwise than it is called.
  const written = qualifiedTarget.includes("%2F") ? [qualifiedTarget, target] : [qualifiedTarget];
  return routes.find((route) => {
    const pattern = route.match.target;
    if (!isOf(route, place)) return false;
    if (pattern === undefined) return true;
    if (!pattern.includes("/")) return isMadeOf(pattern.split("*"), alone);
    return written.includes(pattern) || isMadeOf(pattern.split("*"), qualifiedTarget);
  });
}

function isOf({ match }: Route, { system, account, accountName, region }: Place): boolean {
  if (match.system !== undefined && match.system !== system) return false;
  if (match.account !== undefined && match.account !== account && match.account !== accountName) return false;
  return match.region === undefined || match.region === region;
}
