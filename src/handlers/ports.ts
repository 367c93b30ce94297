/** What the handlers need from outside. A port exists where there are two implementations, or where a test needs a fake. */

import type {
  Action,
  Decision,
  DecisionDetail,
  DecisionId,
  Deployment,
  EpochMs,
  LogEntry,
  NotDone,
  Ref,
  Remark,
  SystemName,
  Vote,
} from "./deployment.ts";
import type { Route } from "./policy.ts";

/** Identifies the keys of one deployment: 16 hex digits of its lane and 10 of its own id (protocol, section 2). */
export interface DeploymentKey {
  readonly lane: string;
  readonly deployment: string;
}

// ---------------------------------------------------------------------------------------------------------- System

/** One EventBridge event whose envelope has been parsed. */
export interface AwsEvent {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  /** AWS's clock. */
  readonly time: EpochMs;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** What an event says has happened. It stays a claim until a read of AWS agrees (P1). */
export type Claim =
  | { readonly kind: "hold"; readonly holdId: string }
  | { readonly kind: "answered"; readonly holdId: string }
  | { readonly kind: "ended" }
  | { readonly kind: "started" };

/** What an event is about: where to look, how urgent it is, and what only the event carries. */
export interface Located {
  readonly ref: Ref;
  readonly weight: Remark["weight"];
  readonly claim?: Claim;
  /** Opaque values that no read of AWS returns, by name. Kept with the deployment (CodeDeploy's hook execution id). */
  readonly carried?: Readonly<Record<string, string>>;
}

/** The answer of a pure look at an event: somebody else's business is `ignored`, a broken detail is `malformed`. */
export type Location =
  | { readonly kind: "located"; readonly located: Located }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** What a read of AWS gave. `points-to`: the ref was a service, and these are its deployments. */
export type Inspection =
  | { readonly kind: "deployment"; readonly deployment: Deployment }
  | { readonly kind: "points-to"; readonly refs: readonly Ref[] }
  | { readonly kind: "gone"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string; readonly cause: unknown };

/** What AWS answered to the one call. `refused`: a statement about the hold; `not-done`: surely nothing happened. */
export type Answer =
  | { readonly kind: "accepted"; readonly note: string }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "not-done"; readonly why: NotDone }
  | { readonly kind: "unclear"; readonly cause: unknown };

/** One AWS deployment system. It is one folder in `src/aws`, and everything that differs per system is what it offers here. */
export interface System {
  readonly name: SystemName;
  /** "ECS" */
  readonly title: string;
  /** EventBridge patterns: source and detail types. */
  readonly listensTo: { readonly source: string; readonly detailTypes: readonly string[] };
  /** IAM actions that its calls need, each with the resource it is granted on. */
  readonly permissions: readonly {
    readonly actions: readonly string[];
    readonly resource: string;
    readonly why: string;
  }[];
  /** What one lease covers for this ref (protocol: lane). */
  laneOf(ref: Ref): string;
  /** Pure: reads an event, calls nobody. */
  locate(event: AwsEvent): Location;
  /** Reads AWS. Never throws for anything that AWS or the network does. */
  inspect(ref: Ref, context: LookContext): Promise<Inspection>;
  /** True when the read agrees with what the event said; until then the look is repeated. */
  confirms(inspection: Inspection, claim: Claim): boolean;
  /** Sends the one mutating call. One attempt, `callTimeoutMs` in all, never throws for anything that AWS or the network does. */
  act(
    deployment: Deployment,
    request: { readonly action: Action; readonly holdId?: string; readonly by: readonly string[] },
  ): Promise<Answer>;
  /** Lists what is in progress in one account and region. `wanted` says whether a route would show this target. */
  list(account: string, region: string, wanted: (target: string) => boolean): Promise<Listing>;
}

/** A claim with the time of its event (AWS's clock). */
export interface EventClaim {
  readonly claim: Claim;
  readonly time: EpochMs;
}

/** What only events said about a ref; it waits in the queue beside it. */
export interface Hint {
  /** The newest event's claim. */
  readonly event?: EventClaim;
  /** What no read of AWS returns, by name. */
  readonly carried?: Readonly<Record<string, string>>;
}

/** What is known before AWS is read. */
export interface LookContext {
  readonly hint: Hint;
  readonly previous?: Deployment;
}

export type Listing =
  | { readonly kind: "listed"; readonly refs: readonly Ref[] }
  | { readonly kind: "unreadable"; readonly why: string; readonly cause: unknown };

// ----------------------------------------------------------------------------------------------------------- Store

/** The record of the one card of a deployment (`hp:{L}:D:board`). */
export interface BoardRecord {
  readonly channel?: string;
  /** The card's message timestamp: its identity at Slack. */
  readonly ts?: string;
  /** The broadcast incident reply, kept because its button has to go when it no longer applies. */
  readonly incidentTs?: string;
  readonly incidentShown?: string;
  /** The card was posted by a store that is no more: what was known then is lost. */
  readonly older?: true;
  /** How many log entries the thread carries. */
  readonly said: number;
  /** The hash of what the card shows. */
  readonly shown?: string;
  readonly shownReadAt?: EpochMs;
  /** An intent to post is under way since (Redis's clock). */
  readonly postingSince?: EpochMs;
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
  | { readonly kind: "yours"; readonly attempt: number; readonly by: readonly string[] }
  | { readonly kind: "waiting"; readonly votes: number; readonly need: number }
  | { readonly kind: "busy"; readonly holder: Decision }
  | { readonly kind: "busy-lease" }
  | { readonly kind: "decided"; readonly winner: Decision }
  | { readonly kind: "newer" };

export type BeginReply =
  | { readonly kind: "go" }
  | { readonly kind: "lost"; readonly decision?: Decision }
  | { readonly kind: "decided"; readonly winner: Decision };

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

/** A look that was taken from the queue. `readAt` is Redis's clock before AWS is read (protocol, section 3). */
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

/** One line of `/deploy list`; an index that never decides anything. */
export interface ActiveEntry {
  readonly key: DeploymentKey;
  readonly ref: Ref;
  readonly target: string;
  readonly accountName: string;
  readonly state: "waiting" | "running" | "rolling-back" | "ended";
  readonly channel?: string;
  readonly ts?: string;
  readonly expiresAt?: EpochMs;
  readonly onExpiry?: string;
  readonly votes?: { readonly n: number; readonly need: number };
  readonly holdIds: readonly string[];
  /** How many of them wait. */
  readonly openHolds?: number;
  readonly staleSince?: EpochMs;
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
      readonly need: number;
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
  ): Promise<
    { readonly kind: "withdrawn" | "none" } | { readonly kind: "decided"; readonly winner: Decision }
  >;
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
      readonly incident?: boolean;
      /** A card that was found again, and that another store has posted. */
      readonly older?: boolean;
      readonly shown?: { readonly hash: string; readonly readAt: EpochMs; readonly logLength: number };
    },
  ): Promise<"kept" | "freed" | "lost">;
  /** Records what the card shows now. `again`: somebody drew something newer, or the log grew meanwhile. */
  shown(
    key: DeploymentKey,
    drawn: {
      readonly hash: string;
      readonly readAt: EpochMs;
      readonly logLength: number;
      readonly incident?: string;
    },
  ): Promise<"kept" | "again">;
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
   * Ends a look. `nextMs` absent: never again. In the same step the index of active deployments and the audit stream
   * are brought up to date.
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
      };
    },
  ): Promise<"later" | "again" | "gone" | "lost">;
  active(): Promise<readonly ActiveEntry[]>;
}

// ----------------------------------------------------------------------------------------------------------- Board

/** What the board draws. */
export interface Picture {
  readonly key: DeploymentKey;
  readonly deployment: Deployment;
  readonly view: View;
  readonly route: Route;
  readonly accountName: string;
  /** At the view's time: the difference is the store's birth, the same for every look. */
  readonly storeAgeMs: number;
}

/** `later`: the rate budget, Slack or another replica makes this picture wait. */
export type Shown = { readonly kind: "shown" } | { readonly kind: "later"; readonly ms: number };

/** One card per deployment: posted once, edited ever after, its thread tells the log. Never throws for what Slack does. */
export interface Board {
  show(picture: Picture): Promise<Shown>;
}

// ------------------------------------------------------------------------------------------------ Directory, Clock

export type Lookup =
  | { readonly kind: "found"; readonly users: ReadonlySet<string> }
  | { readonly kind: "failed"; readonly what: string; readonly cause: unknown };

/** Who is in a group or a channel. */
export interface Directory {
  groupMembers(usergroup: string): Promise<Lookup>;
  channelMembers(channel: string): Promise<Lookup>;
}

/** Monotonic time and waiting: nothing here is ever compared with AWS's or Redis's clock. */
export interface Clock {
  monotonicMs(): number;
  wait(ms: number): Promise<void>;
}

/** Counts and tells what happens. Fields never carry tokens, external ids or the text of AWS credentials. */
export interface Telemetry {
  /** Adds `by` (one, unless said) to a counter. */
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  log(
    level: "debug" | "info" | "warn" | "error",
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ): void;
}
