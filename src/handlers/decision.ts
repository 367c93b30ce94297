/** Who decided what, how that went, and how a request ends. */

import type { Change, Seen } from "./answer/worse.ts";
import type { Action, Deployment, EpochMs, Remark, RuleName } from "./deployment.ts";
import type { Phrase } from "./words.ts";

/** The durable states of a decision (docs/protocol.md, 2). */
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

/** A live decision is under way: nobody else may answer. */
export function isLive(state: DecisionState | undefined): boolean {
  return (
    state === "claimed" ||
    state === "sent" ||
    state === "unclear" ||
    state === "accepted" ||
    state === "refused"
  );
}

/** A shut decision never changes again. */
export function isShut(state: DecisionState | undefined): boolean {
  return state === "confirmed" || (state !== undefined && isSupersededOrExpired(state));
}

/** AWS shows something else than what was decided here, if anything was. */
export function isSupersededOrExpired(state: DecisionState): boolean {
  return state === "superseded" || state === "expired";
}

/** A decision that stands, under way or shut, keeps everybody else from deciding. */
export function stands(state: DecisionState | undefined): boolean {
  return isLive(state) || isShut(state);
}

/** Who decided what, and how that went. The fields after `state` are those of the latest attempt. */
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
  /** Redis's clock, as are the next three. */
  readonly claimedAt?: EpochMs;
  readonly sentAt?: EpochMs;
  readonly settledAt?: EpochMs;
  readonly resolvedAt?: EpochMs;
}

/** Kept with a decision: at which point it was asked (a hold's decision id, or `end`), which hold, and why. */
export interface DecisionDetail {
  readonly point: DecisionId;
  readonly holdId?: string;
  readonly reason?: string;
  /** The health that the person saw, as `worse.ts` prints it. */
  readonly seen?: string;
  /** In the log, with a vote: whose votes could not be judged when it was cast, comma-separated. */
  readonly unknown?: string;
}

/** `end`, `revert`, or 12 hex digits of the hold's id. */
export type DecisionId = string;

/** One person's recorded wish, not yet a decision. */
export interface Vote {
  readonly decision: DecisionId;
  readonly user: string;
  readonly action: Action;
  readonly evidence: string;
  /** Redis's clock. */
  readonly at: EpochMs;
  /** At the latest press for the same Slack could not say whether this person may still vote. */
  readonly unknown?: true;
}

/** Why a recorded vote no longer counts. */
export const whysVoid = ["not-an-approver", "left-channel", "not-in-workspace"] as const;
export type WhyVoid = (typeof whysVoid)[number];

export interface Voided {
  readonly user: string;
  readonly why: WhyVoid;
}

/** What happened, in order. Its place in the list is its sequence number. Thread and audit are copies of it. */
export type LogEntry =
  | {
      readonly k: "vote";
      readonly at: EpochMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly n: number;
      readonly need: number;
      /** Their vote was on record: they gave another reason, or it is known of others whether their votes count. */
      readonly again?: true;
      readonly detail?: DecisionDetail;
    }
  | { readonly k: "withdrawn"; readonly at: EpochMs; readonly id: DecisionId; readonly by: string }
  | {
      readonly k: "void";
      readonly at: EpochMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly why: WhyVoid;
    }
  | {
      readonly k: "late";
      readonly at: EpochMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly won?: DecisionId;
      readonly wonBy?: string;
      readonly wonAction?: RuleName;
    }
  | {
      readonly k: "claimed";
      readonly at: EpochMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly att: number;
      readonly others: string;
      readonly detail?: DecisionDetail;
    }
  | {
      readonly k: "dropped";
      readonly at: EpochMs;
      readonly id: DecisionId;
      readonly action: RuleName;
      readonly by: string;
      readonly att: number;
      readonly why: string;
      /** Who asked for the opposite. */
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
      readonly at: EpochMs;
      readonly id: DecisionId;
      readonly action?: RuleName;
      readonly by?: string;
      readonly att?: number;
      readonly answer?: string;
      readonly asked?: string;
      readonly detail?: string;
      /** With `open`: whose votes could not be judged, comma-separated. They are kept. */
      readonly unknown?: string;
    }
  | { readonly k: "remark"; readonly at: EpochMs; readonly remark: Remark };

/** How a request ended. Expected endings are values and are told in words in one place; only bugs are thrown. */
export type Outcome = RequestEnd & {
  /** Earlier votes that no longer count. */
  readonly voided?: readonly Voided[];
};

type RequestEnd =
  | { readonly kind: "accepted"; readonly decision: Decision; readonly deployment: Deployment }
  | {
      readonly kind: "waiting";
      readonly votes: number;
      readonly need: number;
      /** Not among `votes`: Slack could not say whether these may still vote. */
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

/** Why nothing was asked of anybody: the rule, and what would satisfy it. */
export type Refusal =
  | { readonly rule: "other-workspace" }
  | {
      readonly rule: "not-an-approver";
      readonly policy: string;
      readonly action: RuleName;
      readonly approvers: readonly Approver[] | "channel-members";
      /** By a copy of the members: Slack could not be asked just now. */
      readonly maybeNew?: true;
    }
  | { readonly rule: "no-rule"; readonly policy: string; readonly action: RuleName }
  | { readonly rule: "reason-required"; readonly policy: string; readonly action: RuleName }
  | {
      readonly rule: "lookup-failed";
      readonly policy: string;
      readonly what: string;
      /** They may have lost the right since it was last looked up; until that is known their vote stands. */
      readonly voteKept?: true;
    }
  /** Not among `votes`: it is not known whether these people may still vote. */
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
  /** Slack did not say in time who they are, and no dialog could be opened any more. */
  | { readonly rule: "slow-lookup" }
  | { readonly rule: "store-lost-answer" }
  /** The vote was taken away before the request could go out. */
  | { readonly rule: "withdrawn" }
  | { readonly rule: "restarting" }
  | { readonly rule: "newer-version" };

/** What is no longer as the person saw it. */
export type Stale =
  | { readonly what: "unknown-deployment" }
  | { readonly what: "wrong-message" }
  /** The message is being posted or searched for, and its identity is not on record yet. */
  | { readonly what: "not-recorded-yet" }
  /** These people asked for an ending before it went out. */
  | { readonly what: "opposed"; readonly by: readonly string[] }
  | { readonly what: "not-offered"; readonly action: RuleName; readonly now: Phrase }
  | { readonly what: "evidence"; readonly changed: readonly string[] }
  /** The policy asks for another number of people than when it was drawn. */
  | { readonly what: "approvals"; readonly before: number; readonly now: number }
  /** Nothing goes forward before the person has seen this. */
  | {
      readonly what: "worse";
      readonly changes: readonly Change[];
      /** What confirming this accepts: what the person had seen before, and these changes. */
      readonly seen: Seen;
    }
  | { readonly what: "over"; readonly now: Phrase };

/** AWS was asked and did nothing for sure, or nothing was sent. */
export interface NotDone {
  readonly cause: "denied" | "throttled" | "unsupported" | "invalid" | "not-sent";
  readonly message: string;
}

/** AWS's answer to the one call. `refused`: a statement about the hold; `not-done`: surely nothing happened. */
export type Answer =
  | { readonly kind: "accepted"; readonly note: string }
  | {
      readonly kind: "refused";
      readonly message: string;
      /** What only this answer tells; the next look is given it like what an event carries. */
      readonly learned?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "not-done"; readonly why: NotDone }
  | { readonly kind: "unclear"; readonly cause: unknown };

/** Who may answer, as the configuration writes it: `user:U0456` or `usergroup:S0123`. */
export type Approver =
  | { readonly kind: "user"; readonly id: string }
  | { readonly kind: "usergroup"; readonly id: string };

/** Whom a message may notify: as approvers, and `here` and `channel`, which Slack takes outside threads only. */
export type Mention = Approver | { readonly kind: "special"; readonly id: "here" | "channel" };

/** A log entry names people as one comma-separated word. */
export function split(users: string | undefined): readonly string[] {
  return (users ?? "").split(",").filter((user) => user !== "");
}
