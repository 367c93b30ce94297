/** Decisions, their votes and log, and the outcomes of requests. */

import type { Change, Seen } from "./answer/worse.ts";
import type { Action, Deployment, HoldId, RedisMs, Remark, RuleName } from "./deployment.ts";
import type { RecordLost } from "./store/record-lost.ts";
import type { Phrase } from "./words.ts";

/** The stored states of a decision (docs/protocol.md, 2). */
export const decisionStates = [
  "open",
  "claimed",
  "sent",
  "accepted",
  "refused",
  "unclear",
  "confirmed",
  "superseded",
  "expired",
] as const;
export type DecisionState = (typeof decisionStates)[number];

const liveStates: readonly DecisionState[] = ["claimed", "sent", "unclear", "accepted", "refused"];

/** A live decision is in progress: nobody else may answer. */
export function isLive(state: DecisionState | undefined): boolean {
  return state !== undefined && liveStates.includes(state);
}

/** A shut decision is final. */
export function isShut(state: DecisionState | undefined): boolean {
  return state === "confirmed" || (state !== undefined && isSupersededOrExpired(state));
}

/** AWS shows something other than the decision made here, if there was one. */
export function isSupersededOrExpired(state: DecisionState): boolean {
  return state === "superseded" || state === "expired";
}

/** A live or shut decision: nobody else can decide. */
export function stands(state: DecisionState | undefined): boolean {
  return isLive(state) || isShut(state);
}

/** A decision and its state. The fields after `state` are about the latest attempt. */
export interface Decision {
  readonly id: DecisionId;
  readonly state: DecisionState;
  readonly action?: RuleName;
  readonly by: readonly string[];
  readonly attempt: number;
  readonly token?: string;
  readonly evidence?: string;
  readonly detail?: DecisionDetail;
  readonly answer?: string;
  readonly claimedAt?: RedisMs;
  readonly sentAt?: RedisMs;
  readonly settledAt?: RedisMs;
  readonly resolvedAt?: RedisMs;
}

/** Stored with a decision. `point`: a hold's decision id, `end` or `revert`. */
export interface DecisionDetail {
  readonly point: DecisionId;
  readonly holdId?: HoldId | undefined;
  readonly reason?: string | undefined;
  /** The health that the person saw, in the format of `worse.ts`. */
  readonly seen?: string;
  /** In the log, with a vote: the voters who could not be checked when it was cast, comma-separated. */
  readonly unknown?: string;
}

/** `end`, `revert`, or 12 hex digits: of the hash of a hold's id, or of an edit's preview. */
export type DecisionId = string & { readonly names?: "decision" };

/** One person's recorded vote; not a decision yet. */
export interface Vote {
  readonly decision: DecisionId;
  readonly user: string;
  readonly action: Action;
  readonly evidence: string;
  /** Redis's clock. */
  readonly at: RedisMs;
  /** At the latest click for the same, Slack could not confirm whether this person may still vote. */
  readonly unknown?: true;
}

/** Why a recorded vote no longer counts. */
export const whysVoid = ["not-an-approver", "left-channel", "not-in-workspace"] as const;
export type WhyVoid = (typeof whysVoid)[number];

export interface Voided {
  readonly user: string;
  readonly why: WhyVoid;
}

/** The log of a deployment. An entry's position is its sequence number. Thread and audit are copies of the log. */
export type LogEntry =
  | {
      readonly k: "vote";
      readonly at: RedisMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly n: number;
      readonly need: number;
      /** The vote was recorded already: the reason is new, or other voters could or could not be checked this time. */
      readonly again?: true;
      readonly detail?: DecisionDetail;
    }
  | { readonly k: "withdrawn"; readonly at: RedisMs; readonly id: DecisionId; readonly by: string }
  | {
      readonly k: "void";
      readonly at: RedisMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly why: WhyVoid;
    }
  | {
      readonly k: "late";
      readonly at: RedisMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly won?: DecisionId;
      readonly wonBy?: string;
      readonly wonAction?: RuleName;
    }
  | {
      readonly k: "claimed";
      readonly at: RedisMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly att: number;
      readonly others: string;
      readonly detail?: DecisionDetail;
    }
  | {
      readonly k: "dropped";
      readonly at: RedisMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly att: number;
      readonly why: string;
      /** The users who asked for the opposite. */
      readonly against?: string;
    }
  | {
      readonly k:
        | "accepted"
        | "refused"
        | "unclear"
        | "open"
        | "superseded"
        | "expired"
        | "confirmed"
        | "reopened"
        | "notSent"
        | "lateAnswer";
      readonly at: RedisMs;
      readonly id: DecisionId;
      readonly action?: RuleName;
      readonly by?: string;
      readonly att?: number;
      readonly answer?: string;
      readonly asked?: string;
      readonly detail?: string;
      /** With `open`: the voters who could not be checked, comma-separated. Their votes are kept. */
      readonly unknown?: string;
    }
  | { readonly k: "remark"; readonly at: RedisMs; readonly remark: Remark };

/** The outcome of a request. Expected outcomes are values, and one place makes their texts; only bugs are thrown. */
export type Outcome = RequestEnd & {
  /** Earlier votes that no longer count. */
  readonly voided?: readonly Voided[];
  /** With `decided`, if nobody on record asked for it: it may have been asked for here. */
  readonly recordLost?: RecordLost | undefined;
};

type RequestEnd =
  | { readonly kind: "accepted"; readonly decision: Decision; readonly deployment: Deployment }
  | {
      readonly kind: "waiting";
      readonly votes: number;
      readonly need: number;
      /** Not included in `votes`: Slack could not confirm whether these may still vote. */
      readonly unknown?: readonly string[];
      readonly deployment: Deployment;
    }
  | { readonly kind: "refused"; readonly why: Refusal; readonly deployment?: Deployment }
  | { readonly kind: "busy"; readonly holder?: Decision; readonly deployment: Deployment }
  | {
      readonly kind: "decided";
      readonly winner: Decision;
      readonly mine: boolean;
      readonly deployment: Deployment;
    }
  | { readonly kind: "stale"; readonly changed: Stale; readonly deployment?: Deployment }
  | { readonly kind: "not-done"; readonly why: NotDone; readonly deployment: Deployment }
  | { readonly kind: "rejected"; readonly message: string; readonly deployment: Deployment }
  | { readonly kind: "unclear"; readonly deployment: Deployment };

/** Why nothing was sent: the rule, and what would satisfy it. */
export type Refusal =
  | { readonly rule: "other-workspace" }
  | {
      readonly rule: "not-an-approver";
      readonly policy: string;
      readonly action: RuleName;
      readonly approvers: readonly Approver[] | "channel-members";
      /** Based on a cached member list, because Slack could not be reached just now. */
      readonly maybeNew?: true;
    }
  | { readonly rule: "no-rule"; readonly policy: string; readonly action: RuleName }
  | { readonly rule: "reason-required"; readonly policy: string; readonly action: RuleName }
  | {
      readonly rule: "lookup-failed";
      readonly policy: string;
      readonly what: string;
      /** The person may have lost the right since the last lookup; until that is known, their vote is kept. */
      readonly voteKept?: true;
    }
  /** Not included in `votes`: it is unknown whether these people may still vote. */
  | {
      readonly rule: "voters-unknown";
      readonly policy: string;
      readonly voters: readonly string[];
      readonly votes: number;
      readonly need: number;
      readonly what: string;
    }
  | { readonly rule: "no-route" }
  | { readonly rule: "evidence-unknown"; readonly unknown: readonly string[] }
  | { readonly rule: "aws-not-readable"; readonly why: string }
  | { readonly rule: "store-down" }
  /** Slack did not identify the person in time, and it was too late to open a dialog. */
  | { readonly rule: "slow-lookup" }
  | { readonly rule: "store-lost-answer" }
  /** Redis lost its data: an earlier request may still be on its way to AWS, for at most `ms`. */
  | { readonly rule: "store-emptied"; readonly ms: number }
  /** The vote was removed before the request could be sent. */
  | { readonly rule: "withdrawn" }
  | { readonly rule: "restarting" }
  | { readonly rule: "newer-version" };

/** What is no longer as the person saw it. */
export type Stale =
  | { readonly what: "unknown-deployment" }
  | { readonly what: "wrong-message" }
  /** The message is being posted or searched for, and its ts is not recorded yet. */
  | { readonly what: "not-recorded-yet" }
  /** These people asked to roll back or cancel before this request was sent. */
  | { readonly what: "opposed"; readonly by: readonly string[] }
  | { readonly what: "not-offered"; readonly action: RuleName; readonly now: Phrase }
  | { readonly what: "evidence"; readonly changed: readonly string[] }
  /** The policy requires a different number of approvals than when the card was rendered. */
  | { readonly what: "approvals"; readonly before: number; readonly now: number }
  /** Nothing goes forward before the person has seen this. */
  | {
      readonly what: "worse";
      readonly changes: readonly Change[];
      /** What confirming this accepts: what the person had seen before, plus these changes. */
      readonly seen: Seen;
    }
  | { readonly what: "over"; readonly now: Phrase };

/** AWS certainly did nothing, or nothing was sent. */
export interface NotDone {
  readonly cause: "denied" | "throttled" | "unsupported" | "invalid" | "not-sent";
  readonly message: string;
}

/** The result of the one call. `refused`: AWS's statement about the hold; `not-done`: certainly no effect. */
export type CallResult =
  | { readonly kind: "accepted"; readonly note: string }
  | {
      readonly kind: "refused";
      readonly message: string;
      /** Facts that only this response contained; the next read gets them like event data. */
      readonly learned?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "not-done"; readonly why: NotDone }
  | { readonly kind: "unclear"; readonly cause: unknown };

/** Who may answer, as in the configuration: `user:U0456` or `usergroup:S0123`. */
export type Approver =
  | { readonly kind: "user"; readonly id: string }
  | { readonly kind: "usergroup"; readonly id: string };

/** Who a message may notify: approvers, `here` and `channel`. Slack ignores the last two in threads. */
export type Mention = Approver | { readonly kind: "special"; readonly id: "here" | "channel" };

/** Splits the comma-separated users of a log entry. */
export function split(users: string | undefined): readonly string[] {
  return (users ?? "").split(",").filter((user) => user !== "");
}
