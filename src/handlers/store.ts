/** The durable record as the handlers see it, and the queue of looks. Redis carries it out (src/store). */

import type { Announcement, Numbered } from "./announce/announce.ts";
import type { Decision, DecisionDetail, DecisionId, LogEntry, Vote, WhyVoid } from "./decision.ts";
import type { About, Action, Deployment, EpochMs, Expiry, Ref, SystemName } from "./deployment.ts";
import type { DeploymentKey, Hint, ListedTarget } from "./ports.ts";
import type { Standing } from "./state.ts";

/** The record of the one card of a deployment (`hp:{L}:D:board`). */
export interface BoardRecord {
  readonly channel?: string;
  /** The card's message timestamp: its identity at Slack. */
  readonly ts?: string;
  /**
   * How long the log was when the card was drawn that was posted: it has called people for what these entries tell.
   * Absent: another store's card, or an earlier release's.
   */
  readonly cardLog?: number;
  /** The broadcast incident reply, kept because its button has to go when it no longer applies. */
  readonly incidentTs?: string;
  readonly incidentShown?: string;
  /** People were called for the bad end of the incident: there is nothing worse to call them for. */
  readonly incidentBad?: true;
  /** The card was posted by a store that is no more: what was known then is lost. */
  readonly older?: true;
  /** How many log entries the thread carries. */
  readonly said: number;
  /** The newest message of the thread, where it tells progress alone: more progress is added to it. */
  readonly progress?: Progress;
  /** The hash of what the card shows. */
  readonly shown?: string;
  readonly shownReadAt?: EpochMs;
  /** The health that the card shows, as `worse.ts` prints it. Absent: not known. */
  readonly seen?: string;
  /** An intent to post is under way since (Redis's clock). */
  readonly postingSince?: EpochMs;
}

/** A message, and the first and the last log entry that it carries. */
export interface Progress {
  readonly ts: string;
  readonly from: number;
  readonly to: number;
}

export type IncidentStage = "open" | "bad";

/** What a card was drawn from, and the hash of it. */
export interface Drawn {
  readonly hash: string;
  readonly readAt: EpochMs;
  readonly logLength: number;
  /** The health that it shows, as `worse.ts` prints it. */
  readonly seen?: string;
}

/** Everything about one deployment that the store knows, in one round trip. */
export interface View {
  /** Redis's clock. */
  readonly now: EpochMs;
  readonly snapshot?: Deployment;
  /** Redis's clock when the look began that wrote the snapshot. */
  readonly readAt?: EpochMs;
  /** Failed reads in a row. */
  readonly fails: number;
  /** Redis's clock. */
  readonly staleSince?: EpochMs;
  readonly staleWhy?: string;
  readonly board: BoardRecord;
  readonly votes: readonly Vote[];
  /** An ending that enough people asked for waits for the lane, or its process stopped while it waited. */
  readonly endingWaits?: true;
  /**
   * The newest 50 entries and all that the thread has not told yet (at most 500), oldest first; the last one has the
   * sequence number `logLength`.
   */
  readonly log: readonly LogEntry[];
  readonly logLength: number;
  /** The token that holds the lane's lease. */
  readonly lease?: string;
  /** The decisions that were asked for and exist. */
  readonly decisions: ReadonlyMap<DecisionId, Decision>;
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

export type SaveReply = { readonly kind: "saved" | "old" | "newer"; readonly view: View };

/** Where a decision and its guard live. `guard` absent: nothing opposite can be alive. */
export interface DecisionKeys {
  readonly key: DeploymentKey;
  readonly decision: DecisionId;
  readonly guard?: DecisionId;
}

/** What one look is about: a deployment or service, or a whole account and region. */
export type Member =
  | { readonly kind: "ref"; readonly ref: Ref }
  | { readonly kind: "sweep"; readonly account: string; readonly region: string };

/** A look that was taken from the queue. `readAt` is Redis's clock before AWS is read (docs/protocol.md, 4). */
export interface Taken {
  readonly member: Member;
  readonly token: string;
  readonly readAt: EpochMs;
  readonly storeAgeMs: number;
  readonly note: string;
  readonly hint: Hint;
  /** How many log entries the audit stream has of this member. */
  readonly audited: number;
}

/** What a line of the audit is about, under its qualified name. */
export interface Audited {
  readonly system: SystemName;
  readonly account: string;
  readonly region: string;
  readonly target: string;
}

/** One line of `/deploy list`; an index that never decides anything. */
export interface ActiveEntry {
  readonly key: DeploymentKey;
  readonly ref: Ref;
  readonly target: string;
  /** `application/group` */
  readonly qualifiedTarget?: string;
  readonly which?: string;
  /** Absent in entries of earlier releases. */
  readonly about?: About;
  readonly accountName: string;
  /** `kept`: an answer is possible and nobody waits for it. */
  readonly state: "waiting" | "kept" | "running" | "rolling-back" | "ended";
  /** The state and cause that the card shows. Absent in entries of earlier releases. */
  readonly standing?: Standing;
  /** The name of the system in a sentence: "ECS". */
  readonly systemTitle?: string;
  readonly channel?: string;
  readonly ts?: string;
  readonly expiresAt?: EpochMs;
  readonly expiry?: Expiry;
  readonly votes?: {
    readonly n: number;
    readonly need: number;
    /** Not among `n`: so many may have lost the right to vote, which is not known. */
    readonly unknown?: number;
  };
  readonly holdIds: readonly string[];
  /** How many of them wait. */
  readonly openHolds?: number;
  readonly staleSince?: EpochMs;
  /** What can still be asked of it although it has ended, and until when AWS takes it (AWS's clock). */
  readonly offered?: { readonly action: Action; readonly until: EpochMs };
  /** AWS's clock. */
  readonly endedAt?: EpochMs;
  /** It never changes again and nothing looks at it. It is kept for a day so that people can still read it. */
  readonly over?: true;
}

/** What a sweep listed in one place. */
export interface ListedPlace extends Pick<Ref, "system" | "account" | "region"> {
  readonly targets: readonly ListedTarget[];
  /** Nothing was cut off. */
  readonly whole: boolean;
  readonly ageMs: number;
}

export interface Bucket {
  readonly name: string;
  readonly perMinute: number;
  readonly capacity: number;
  /** Tokens that this kind of call leaves for more urgent ones. */
  readonly reserve: number;
}

export type SpendReply = { readonly kind: "ok" } | { readonly kind: "wait"; readonly ms: number };

export type IntendReply =
  | { readonly kind: "post" | "search" | "again"; readonly seq: number; readonly since: EpochMs }
  | { readonly kind: "busy"; readonly ms: number }
  | { readonly kind: "done" };

/** Announcements on loan, oldest first. */
export interface Waiting {
  readonly kind: "yours";
  /** The place of the first of them among all that ever waited. */
  readonly first: number;
  /** How many were dropped unsent, ever, because too many waited, */
  readonly lostEver: number;
  /** and how many of these nobody has told of yet. */
  readonly lost: number;
  /** `undefined` stands for one that can't be read. */
  readonly announcements: readonly (Announcement | undefined)[];
}

/** Thrown by every store method when Redis does not answer; whether the script ran is not known. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * The durable record. One method is one script is one round trip, and each may be sent again with the same token and
 * gives the same answer. Every method throws StoreError when Redis does not answer.
 */
export interface Store {
  claim(
    keys: DecisionKeys,
    request: {
      readonly token: string;
      readonly leaseMs: number;
      readonly action: Action;
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
      readonly action: Action;
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
  /** Keeps a newer snapshot and logs each remark once by its name; replies with the view after that. */
  save(
    key: DeploymentKey,
    look: {
      readonly readAt: EpochMs;
      readonly deployment: Deployment;
      readonly decisions: readonly DecisionId[];
    },
  ): Promise<SaveReply>;
  /** Counts a failed read; the first one of a row sets `staleSince`. */
  fail(key: DeploymentKey, why: string, decisions: readonly DecisionId[]): Promise<View>;
  view(key: DeploymentKey, decisions: readonly DecisionId[]): Promise<View>;

  intend(
    key: DeploymentKey,
    post: {
      readonly seq: number;
      /** The first log entry that a thread message carries; absent: `seq` alone. */
      readonly from?: number;
      readonly nonce: string;
      readonly postWaitMs: number;
      readonly known: boolean;
    },
  ): Promise<IntendReply>;
  /** `ts` absent: Slack surely refused, the intent is given back. */
  posted(
    key: DeploymentKey,
    post: {
      readonly seq: number;
      readonly nonce: string;
      readonly ts?: string;
      readonly channel: string;
      /** This message is the incident's; `bad`: it tells of a bad end. */
      readonly incident?: IncidentStage;
      /** It is another message, which was found beside the card. */
      readonly incidentTs?: string;
      /** A card that was found again, and that another store has posted. */
      readonly older?: boolean;
      /** This message of the thread tells progress alone, from this log entry on. */
      readonly progressFrom?: number;
      /** With a card: how long the log was that it was drawn from. */
      readonly cardLog?: number;
      readonly shown?: Drawn;
    },
  ): Promise<"kept" | "freed" | "lost">;
  /** Records what the card shows now. `again`: somebody drew something newer, or the log grew meanwhile. */
  shown(key: DeploymentKey, drawn: Drawn & { readonly incident?: string }): Promise<"kept" | "again">;
  /** The card is gone at Slack: forget its identity, so that it is posted anew. */
  forgetCard(key: DeploymentKey, ts: string): Promise<void>;

  spend(team: string, buckets: readonly Bucket[]): Promise<SpendReply>;
  /** Slack said 429: nobody spends from this bucket before `retryAfterMs` has passed. */
  limit(team: string, bucket: string, retryAfterMs: number): Promise<void>;

  /** Adds members, or makes them earlier; `delayMs` below zero is a head start. A hint is kept in the same step. */
  enqueue(
    items: readonly { readonly member: Member; readonly delayMs: number; readonly hint?: Hint }[],
  ): Promise<void>;
  take(token: string, count: number, leaseMs: number): Promise<readonly Taken[]>;
  /**
   * Ends a look. `nextMs` absent: never again, and its line of the index is kept for another day. In the same step the
   * index of deployments and the audit stream are brought up to date.
   */
  done(
    taken: Taken,
    end: {
      readonly nextMs?: number;
      readonly note?: string;
      readonly active?: ActiveEntry | { readonly remove: DeploymentKey };
      readonly audit?: {
        readonly key: DeploymentKey;
        /** How many entries of the log come before these. Those that the audit has already are left out. */
        readonly from: number;
        readonly entries: readonly LogEntry[];
        /** What they are about: a key alone names nothing. */
        readonly about?: Audited;
        /** Those of them that other programs are told of. They wait for their bus from here on, each once. */
        readonly announce?: readonly Numbered[];
      };
    },
  ): Promise<"later" | "again" | "gone" | "lost">;
  active(): Promise<readonly ActiveEntry[]>;
  /** Keeps what a sweep listed. What was cut off does not replace a whole list of the last day. */
  keepTargets(
    place: Pick<Ref, "system" | "account" | "region">,
    listed: Pick<ListedPlace, "targets" | "whole">,
  ): Promise<void>;
  listedTargets(): Promise<readonly ListedPlace[]>;

  /** Lends the oldest announcements that wait to this token, which may ask again. `count` is at least one. */
  announcements(
    token: string,
    loan: { readonly leaseMs: number; readonly count: number },
  ): Promise<Waiting | { readonly kind: "none" } | { readonly kind: "held"; readonly ms: number }>;
  /** Forgets those before `upTo`. `lost`: another token has them on loan since. */
  announced(
    token: string,
    end: { readonly upTo: number; readonly lostTold: number },
  ): Promise<"kept" | "lost">;
}
