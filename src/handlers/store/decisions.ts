/** The steps of a decision: vote, claim, begin, settle, resolve (docs/protocol.md, 5). */

import type { Decision, DecisionDetail, DecisionId, Vote, WhyVoid } from "../decision.ts";
import type { Action, EpochMs, RuleName } from "../deployment.ts";
import type { DeploymentKey } from "../ports.ts";

/** Where a decision and its guard live. `guard` absent: nothing opposite can be alive. */
export interface DecisionKeys {
  readonly key: DeploymentKey;
  readonly decision: DecisionId;
  readonly guard?: DecisionId;
}

export type ClaimReply =
  | JudgedClaim
  /** Other votes are on record than those that were judged: nothing was recorded. */
  | { readonly kind: "votes-changed" }
  /** It waited, and its votes were not judged just now: nothing was recorded. */
  | { readonly kind: "lane-free" };

export type JudgedClaim =
  | { readonly kind: "yours"; readonly attempt: number; readonly by: readonly string[] }
  | { readonly kind: "waiting"; readonly votes: number; readonly need: number }
  | { readonly kind: "busy"; readonly holder: Decision }
  | { readonly kind: "busy-lease" }
  | { readonly kind: "decided"; readonly winner: Decision }
  /** Its vote was taken away while it waited: by its voter, or by a look that found nobody waiting. */
  | { readonly kind: "withdrawn" }
  | { readonly kind: "newer" };

/** What was concluded from the votes for one decision, action and evidence. */
export interface VoteVerdict {
  /** Whose votes were judged, the asking person's left out. */
  readonly seen: readonly string[];
  /** Whose votes count, the asking person's among them. */
  readonly by: readonly string[];
  /** They are enough to decide. */
  readonly enough: boolean;
  /** Slack could not say whether these may still vote; the asking person may be one of them. */
  readonly unknown: readonly string[];
  /** How many are needed; for words only. */
  readonly need: number;
}

export type BeginReply =
  | { readonly kind: "go" }
  | { readonly kind: "lost"; readonly decision?: Decision }
  | { readonly kind: "decided"; readonly winner: Decision }
  /** These people have asked for an ending since the claim. */
  | { readonly kind: "opposed"; readonly by: readonly string[] };

export type SettleReply = { readonly kind: "kept" } | { readonly kind: "late"; readonly decision?: Decision };

/** What a read of AWS says about one decision. */
export type Saw = "match" | "other" | "expired" | "open";

export type ResolveReply =
  | {
      readonly kind:
        | "confirmed"
        | "superseded"
        | "expired"
        | "reopened"
        | "notSent"
        | "open"
        | "shut"
        | "newer";
    }
  | { readonly kind: "took"; readonly decision: Decision }
  | { readonly kind: "wait" | "held"; readonly ms: number };

export interface DecisionStore {
  claim(
    keys: DecisionKeys,
    request: {
      readonly token: string;
      readonly leaseMs: number;
      readonly action: RuleName;
      readonly user: string;
      readonly evidence: string;
      readonly verdict: VoteVerdict;
      /**
       * It waited for the lane: its vote is on record, unless somebody took it back. `judged-before`: its verdict is as
       * old as its wait, so that it records nothing where the lane is free by now. Absent: it comes for the first time.
       */
      readonly again?: "judged-now" | "judged-before";
      /** Point of the request and its reason; kept with the decision so that a takeover knows them. */
      readonly detail: DecisionDetail;
    },
  ): Promise<ClaimReply>;
  begin(
    keys: DecisionKeys,
    attempt: { readonly token: string; readonly leaseMs: number },
  ): Promise<BeginReply>;
  settle(
    keys: DecisionKeys,
    attempt: {
      readonly token: string;
      readonly answer: "accepted" | "refused" | "unclear" | "open" | "superseded" | "expired";
      readonly detail: string;
      readonly action: RuleName;
      readonly by: readonly string[];
      readonly attempt: number;
      /** With `open`: the votes still count. Absent: they are used up, and nobody has voted yet. */
      readonly keepVotes?: boolean;
      /** The votes were judged: of these it is not known whether they count. Absent: nobody judged any. */
      readonly unknown?: readonly string[];
    },
  ): Promise<SettleReply>;
  resolve(
    keys: DecisionKeys,
    look: { readonly saw: Saw; readonly readAt: EpochMs; readonly token: string; readonly detail: string },
  ): Promise<ResolveReply>;
  withdraw(
    key: DeploymentKey,
    decision: DecisionId,
    user: string,
    /** A vote for another action stays. */
    action: Action,
  ): Promise<
    { readonly kind: "withdrawn" | "none" } | { readonly kind: "decided"; readonly winner: Decision }
  >;
  /** Takes a vote away whose voter may not vote any more, whatever is decided, and says so once. */
  voidVote(
    key: DeploymentKey,
    vote: Pick<Vote, "decision" | "user" | "action"> & { readonly why: WhyVoid },
  ): Promise<void>;
}
