/** Who may ask for what. Pure: all lookups are passed in. */

import type { Approver, Mention, Refusal } from "./decision.ts";
import type { RuleName } from "./deployment.ts";
import { outerOf } from "./names/names.ts";
import { isMadeOf } from "./names/pieces.ts";

/** The members of a usergroup or channel, or why they could not be looked up. */
export type Lookup =
  | { readonly kind: "found"; readonly users: ReadonlySet<string> }
  | { readonly kind: "failed"; readonly what: string; readonly cause: unknown };

export interface Rule {
  readonly approvers: readonly Approver[] | "channel-members";
  readonly approvals: number;
  readonly reason: "required" | "optional";
}

/** A policy's rules, by action. An action without a rule is refused for everybody (P8). */
export interface Policy {
  readonly name: string;
  /** Who is notified when an answer is needed. Absent: the approvers. */
  readonly notify?: readonly Mention[] | undefined;
  readonly rules: Readonly<Partial<Record<RuleName, Rule>>>;
}

/** Which deployments are shown in which channel, and under which policy. The first match wins. */
export interface Route {
  readonly match: {
    readonly system?: string | undefined;
    /** Account id or name. */
    readonly account?: string | undefined;
    readonly region?: string | undefined;
    /** A name, qualified if it has a slash; `*` matches any characters. */
    readonly target?: string | undefined;
  };
  readonly channel: string;
  /** The channel of a new card, if it differs from the existing card's. */
  readonly movedTo?: string;
  /** Which deployments get a card. Absent: all. */
  readonly show?: Shows | undefined;
  readonly policy: Policy;
}

/** `holds`: once an answer is needed, or after a failure. `incidents`: only after a failure. */
export const shows = ["all", "holds", "incidents"] as const;
export type Shows = (typeof shows)[number];

export interface Person {
  readonly user: string;
  /** True for a user of another workspace (Slack Connect), and if the workspace is unknown. */
  readonly foreign: boolean;
}

export type Verdict =
  | { readonly kind: "allowed"; readonly rule: Rule }
  | { readonly kind: "refused"; readonly why: Refusal };

export function lookupsFor(
  rule: Rule,
): readonly ({ readonly kind: "usergroup"; readonly id: string } | { readonly kind: "channel" })[] {
  if (rule.approvers === "channel-members") return [{ kind: "channel" }];
  return rule.approvers.flatMap((approver) =>
    approver.kind === "usergroup" ? [{ kind: "usergroup" as const, id: approver.id }] : [],
  );
}

/** Spaces, control and format characters, and letters that Unicode calls invisible, such as the Hangul fillers. */
const invisible = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The text without characters that show nothing. */
export function visible(text: string): string {
  return text.replace(invisible, "");
}

/** A combining mark shows nothing without a letter. */
function isBlank(text: string): boolean {
  return /^\p{M}*$/u.test(visible(text));
}

/** Checks a request: the person, and the reason if one is required. */
export function judge(
  policy: Policy,
  request: { readonly action: RuleName; readonly person: Person; readonly reason: string | undefined },
  lookups: ReadonlyMap<string, Lookup>,
): Verdict {
  return judgeReason(policy, request, judgePerson(policy, request, lookups));
}

/** Checks the reason if one is required, after the person was checked. */
export function judgeReason(
  policy: Policy,
  request: { readonly action: RuleName; readonly reason: string | undefined },
  verdict: Verdict,
): Verdict {
  if (verdict.kind === "refused" || verdict.rule.reason !== "required") return verdict;
  if (request.reason !== undefined && !isBlank(request.reason)) return verdict;
  return {
    kind: "refused",
    why: { rule: "reason-required", policy: policy.name, action: request.action },
  };
}

/**
 * Checks the person. `lookups` holds the members of every usergroup (by id) and of the channel (as `channel`). A
 * failed lookup refuses only people who are not allowed without it.
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

/** True if a route can match a target of this system. Otherwise its targets need not be listed. */
export function couldShow(routes: readonly Route[], place: Place): boolean {
  return routes.some((route) => isOf(route, place));
}

/** Cuts the routes of one account and region after the first that matches every target: later ones can't match. */
export function reaching(routes: readonly Route[]): readonly Route[] {
  const last = routes.findIndex(({ match }) => match.target === undefined || match.target === "*");
  return last === -1 ? routes : routes.slice(0, last + 1);
}

/**
 * The first matching route. A target pattern with a slash is matched against the qualified name (`cluster/service`,
 * `application/group`), one without against the service or application name alone.
 */
export function routeFor(
  routes: readonly Route[],
  place: Place & { readonly target: string; readonly qualifiedTarget?: string | undefined },
): Route | undefined {
  const { target, qualifiedTarget = target } = place;
  const alone = target.includes("/") ? outerOf(qualifiedTarget) : target;
  // Only an AppConfig application or environment with a slash in its name is encoded in its qualified name.
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
