/** The ports of the handlers. A port exists if there are two implementations, or if a test needs a fake. */

import type { CallResult } from "./decision.ts";
import type { Action, AwsMs, Deployment, HoldId, Ref, Remark, RuleName, SystemName } from "./deployment.ts";
import type { counters, histograms } from "./metrics.ts";
import type { Lookup } from "./policy.ts";
import type { Strategies } from "./strategy/strategy.ts";
import type { Words } from "./words.ts";

/** Identifies the keys of one deployment: 16 hex digits of its lane and 10 of its own id (docs/protocol.md, 8). */
export interface DeploymentKey {
  readonly lane: string;
  readonly deployment: string;
}

// ---------------------------------------------------------------------------------------------------------- System

/** An EventBridge event with a parsed envelope. */
export interface AwsEvent {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly time: AwsMs;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** What an event claims. Not believed until a read of AWS agrees (P1). */
export type Claim =
  | { readonly kind: "hold"; readonly holdId: HoldId }
  | { readonly kind: "answered"; readonly holdId: HoldId }
  | { readonly kind: "ended" }
  | { readonly kind: "started" };

/** What an event is about: the ref to read, its priority, and data that only the event contains. */
export interface Located {
  readonly ref: Ref;
  readonly weight: Remark["weight"];
  /** One of many of its kind: a slightly later job covers all of them. */
  readonly unhurried?: boolean;
  readonly claim?: Claim;
  /**
   * Opaque values that no read of AWS returns, by name. Stored with the deployment (CodeDeploy's hook execution id).
   */
  readonly carried?: Readonly<Record<string, string>>;
}

/**
 * The result of `locate`: `ignored` for an event that is not about a deployment, `malformed` for an invalid detail.
 */
export type Location =
  | { readonly kind: "located"; readonly located: Located }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** The result of a read of AWS. `points-to`: the ref was a service, and these are its deployments. */
export type Inspection =
  | { readonly kind: "deployment"; readonly deployment: Deployment }
  | { readonly kind: "points-to"; readonly refs: readonly Ref[] }
  | { readonly kind: "gone"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string; readonly cause: unknown };

/**
 * The call that an action would send, without anything that a reader could answer with: ids of hooks and executions.
 */
export interface DescribedCall {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The events of one source; used for an EventBridge rule. */
interface EventPattern {
  readonly source: string;
  readonly detailTypes: readonly string[];
}

/** An AWS deployment system: one folder in `src/aws`. This interface covers all differences between systems. */
export interface System {
  readonly name: SystemName;
  /** "ECS" */
  readonly title: string;
  readonly listensTo: readonly EventPattern[];
  /** Off, including events and sweeps, unless a route names it. */
  readonly optIn?: boolean;
  /** The actions that it can ever offer, each once, and when; for the documentation. */
  readonly offers: readonly { readonly action: RuleName; readonly when: string }[];
  /** The IAM actions that its calls need, with the resource of the grant. */
  readonly permissions: readonly {
    readonly actions: readonly string[];
    readonly resource: string;
    readonly why: string;
  }[];
  /** The scope of a lease for this ref. */
  laneOf(ref: Ref): string;
  /** Pure: parses an event, makes no calls. */
  locate(event: AwsEvent): Location;
  /** Reads AWS. Never throws because of AWS or the network. */
  inspect(ref: Ref, context: LookContext): Promise<Inspection>;
  /** True if the read agrees with the event's claim; until then the read is repeated. */
  confirms(inspection: Inspection, claim: Claim): boolean;
  /** Pure: the texts about its deployments. */
  readonly words: Words;
  /** Pure: the call that `act` would send; `undefined` if it would send nothing. */
  describeCall(
    deployment: Deployment,
    request: { readonly action: Action; readonly holdId?: HoldId | undefined },
  ): DescribedCall | undefined;
  /** Sends the one mutating call. One attempt within `callTimeoutMs`; never throws because of AWS or the network. */
  act(
    deployment: Deployment,
    request: {
      readonly action: Action;
      readonly holdId?: HoldId | undefined;
      readonly by: readonly string[];
    },
  ): Promise<CallResult>;
  /** The deployment strategies that people may read and edit, if the system has any. */
  readonly strategies?: Strategies;
  /**
   * Lists the wanted deployments in progress and the wanted targets of one account and region. `after`: from the last
   * list that did not get to the end.
   */
  list(account: string, region: string, wanted: Wanted, after?: string): Promise<Listing>;
}

/** Whether a route would show this target. `qualifiedTarget` absent: the name is not qualified. */
export type Wanted = (target: string, qualifiedTarget?: string) => boolean;

/** A claim with the time of its event. */
export interface EventClaim {
  readonly claim: Claim;
  readonly time: AwsMs;
}

/** Data that only events contain, stored with the job in the queue. */
export interface Hint {
  /** The newest event's claim. */
  readonly event?: EventClaim;
  /** Data that no read of AWS returns, by name. */
  readonly carried?: Readonly<Record<string, string>> | undefined;
}

/** What is known before the read. */
export interface LookContext {
  readonly hint: Hint;
  readonly previous?: Deployment | undefined;
  /** Somebody waits to roll back or cancel: skip what the decision does not depend on, such as alarms. */
  readonly urgent?: boolean;
}

/** The names of a target, as in its deployments. */
export interface ListedTarget {
  readonly target: string;
  readonly qualifiedTarget: string;
  readonly which?: string;
}

export type Listing =
  | {
      readonly kind: "listed";
      /** Deployments in progress. */
      readonly refs: readonly Ref[];
      /** Targets that a route would show, whether they are deploying or not. */
      readonly targets: readonly ListedTarget[];
      /** True if no denial, deadline or limit kept any of these targets out. */
      readonly whole: boolean;
      /** Absent if everything was read. The next list begins after `after`. */
      readonly rest?: { readonly after: string; readonly read: number; readonly of: number };
    }
  | { readonly kind: "unreadable"; readonly why: string; readonly cause: unknown };

// ------------------------------------------------------------------------------------------------ Directory, Clock

/** Whether a user is an active member of this workspace, or of its Enterprise Grid. */
export type Standing =
  /** `guest`: limited to single channels. */
  | { readonly kind: "member"; readonly guest?: true }
  | { readonly kind: "outsider" }
  | { readonly kind: "failed"; readonly what: string };

/**
 * The maximum age of a lookup. `now`: a call is sent because of it; `recent`: nothing is sent because of it, a
 * refusal or a dry run.
 */
export type AsOf = "now" | "recent";

/** Lookups of usergroups, channels and users in Slack. */
export interface Directory {
  /** `now`: at most seconds old, and nothing older even if Slack is unavailable. */
  groupMembers(usergroup: string, asOf?: AsOf): Promise<Lookup>;
  channelMembers(channel: string, asOf?: AsOf): Promise<Lookup>;
  standing(user: string): Promise<Standing>;
}

/** Monotonic time and waiting. Never compared with AWS's or Redis's clock. */
export interface Clock {
  monotonicMs(): number;
  wait(ms: number): Promise<void>;
}

/** Metrics and logs. Fields never contain tokens, external ids or AWS credentials. */
export interface Telemetry {
  /** Adds `by` (default 1) to a counter. */
  count(name: keyof typeof counters, labels?: Readonly<Record<string, string>>, by?: number): void;
  observe(name: keyof typeof histograms, value: number, labels?: Readonly<Record<string, string>>): void;
  log(
    level: "debug" | "info" | "warn" | "error",
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ): void;
}
