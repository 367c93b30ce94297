/** The steps of a decision: vote, claim, begin, settle, resolve (docs/protocol.md, 5). */

import type { Decision, DecisionDetail, DecisionId, Vote, WhyVoid } from "../decision.ts";
import type { Action, RedisMs, RuleName } from "../deployment.ts";
import type { DeploymentKey } from "../ports.ts";
import type { Born } from "./view.ts";

/** Location of a decision and its guard. `guard` absent: there is no opposite decision. */
export interface DecisionKeys {
  readonly key: DeploymentKey;
  readonly decision: DecisionId;
  readonly guard?: DecisionId;
}

export type ClaimReply =
  | JudgedClaim
  /** The recorded votes are not the ones that were checked: nothing was recorded. */
  | { readonly kind: "votes-changed" }
  /** It waited, and its votes were not checked just now: nothing was recorded. */
  | { readonly kind: "lane-free" };

export type JudgedClaim =
  | { readonly kind: "yours"; readonly attempt: number; readonly by: readonly string[] }
  | { readonly kind: "waiting"; readonly votes: number; readonly need: number }
  | { readonly kind: "busy"; readonly holder: Decision }
  | { readonly kind: "busy-lease" }
  | { readonly kind: "decided"; readonly winner: Decision }
  /** Its vote was removed while it waited: withdrawn, void, or used up because a read found its process gone. */
  | { readonly kind: "withdrawn" }
  /** Redis lost data, and forward answers wait this long for calls that it has forgotten: nothing was recorded. */
  | { readonly kind: "emptied"; readonly ms: number }
  | { readonly kind: "newer" };

/** The verdict on the votes for one decision, action and evidence. */
export interface VoteVerdict {
  /** The users whose votes were checked, without the person who asks. */
  readonly seen: readonly string[];
  /** The users whose votes count, including the person who asks. */
  readonly by: readonly string[];
  /** There are enough votes to decide. */
  readonly enough: boolean;
  /** Slack could not confirm whether these may still vote; can include the person who asks. */
  readonly unknown: readonly string[];
  /** How many votes are needed; only for texts. */
  readonly need: number;
}

export type BeginReply =
  | { readonly kind: "go" }
  | { readonly kind: "lost"; readonly decision?: Decision }
  | { readonly kind: "decided"; readonly winner: Decision }
  /** These people asked to roll back or cancel since the claim. */
  | { readonly kind: "opposed"; readonly by: readonly string[] };

type SettleReply = { readonly kind: "kept" } | { readonly kind: "late"; readonly decision?: Decision };

/** What a read of AWS shows about one decision. */
export type Observation = "match" | "other" | "expired" | "open";

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
        /** Redis lost the records that the caller has read: nothing was concluded. */
        | "emptied"
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
       * A retry after waiting for the lane: the vote is recorded unless it was removed. `judged-before`: the verdict
       * is as old as the wait, so nothing is recorded if the lane is free by now. Absent: the first try.
       */
      readonly again?: "judged-now" | "judged-before";
      readonly born?: Born;
      /** The point of the request and its reason; stored with the decision for a takeover. */
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
      /** With `open`: the votes still count. Absent: they are removed, and everybody has to vote again. */
      readonly keepVotes?: boolean;
      /** The voters were checked, and these could not be. Absent: nobody was checked. */
      readonly unknown?: readonly string[];
    },
  ): Promise<SettleReply>;
  resolve(
    keys: DecisionKeys,
    look: {
      readonly saw: Observation;
      readonly readAt: RedisMs;
      readonly token: string;
      readonly detail: string;
      readonly born?: Born;
    },
  ): Promise<ResolveReply>;
  withdraw(
    key: DeploymentKey,
    decision: DecisionId,
    user: string,
    /** A vote for another action is kept. */
    action: Action,
  ): Promise<
    { readonly kind: "withdrawn" | "none" } | { readonly kind: "decided"; readonly winner: Decision }
  >;
  /** Removes the vote of somebody who may not vote any more, even if it was decided, and logs that once. */
  voidVote(
    key: DeploymentKey,
    vote: Pick<Vote, "decision" | "user" | "action"> & { readonly why: WhyVoid },
  ): Promise<void>;
}
