/** What the handlers need from outside. A port exists where there are two implementations, or where a test needs a fake. */

import type { Answer } from "./decision.ts";
import type { Action, Deployment, EpochMs, Ref, Remark, RuleName, SystemName } from "./deployment.ts";
import type { Lookup } from "./policy.ts";
import type { Strategies } from "./strategy/strategy.ts";
import type { Words } from "./words.ts";

/** Identifies the keys of one deployment: 16 hex digits of its lane and 10 of its own id (docs/protocol.md, 8). */
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
  /** One of many of its kind: a look a moment later serves all of them. */
  readonly unhurried?: boolean;
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

/** The call that an action would send. Never with what whoever reads it could answer with: ids of hooks and executions. */
export interface DescribedCall {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Events of one source: an EventBridge rule is made from it. */
export interface EventPattern {
  readonly source: string;
  readonly detailTypes: readonly string[];
}

/** One AWS deployment system. It is one folder in `src/aws`, and everything that differs per system is what it offers here. */
export interface System {
  readonly name: SystemName;
  /** "ECS" */
  readonly title: string;
  readonly listensTo: readonly EventPattern[];
  /** It is left out, events and sweeps included, unless a route names it. */
  readonly optIn?: boolean;
  /** What people can ask for at one time or another, each action once, and when: for documents. */
  readonly offers: readonly { readonly action: RuleName; readonly when: string }[];
  /** IAM actions that its calls need, each with the resource it is granted on. */
  readonly permissions: readonly {
    readonly actions: readonly string[];
    readonly resource: string;
    readonly why: string;
  }[];
  /** What one lease covers for this ref. */
  laneOf(ref: Ref): string;
  /** Pure: reads an event, calls nobody. */
  locate(event: AwsEvent): Location;
  /** Reads AWS. Never throws for anything that AWS or the network does. */
  inspect(ref: Ref, context: LookContext): Promise<Inspection>;
  /** True when the read agrees with what the event said; until then the look is repeated. */
  confirms(inspection: Inspection, claim: Claim): boolean;
  /** Pure: the sentences about its deployments. */
  readonly words: Words;
  /** Pure: what `act` would send; undefined where it would send nothing. */
  describeCall(
    deployment: Deployment,
    request: { readonly action: Action; readonly holdId?: string },
  ): DescribedCall | undefined;
  /** Sends the one mutating call. One attempt, `callTimeoutMs` in all, never throws for anything that AWS or the network does. */
  act(
    deployment: Deployment,
    request: {
      readonly action: Action;
      readonly holdId?: string | undefined;
      readonly by: readonly string[];
    },
  ): Promise<Answer>;
  /** The deployment strategies that people may read and edit, where a system has any. */
  readonly strategies?: Strategies;
  /** Lists what is in progress, and what exists, in one account and region, of what is wanted. */
  list(account: string, region: string, wanted: Wanted): Promise<Listing>;
}

/** Whether a route would show this target. `qualifiedTarget` absent: nothing narrows its name. */
export type Wanted = (target: string, qualifiedTarget?: string) => boolean;

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
  /** Somebody waits for an ending: what nothing is decided by, such as alarms, is not read. */
  readonly urgent?: boolean;
}

/** The names of something that can be deployed to, as its deployments bear them. */
export interface ListedTarget {
  readonly target: string;
  readonly qualifiedTarget: string;
  readonly which?: string;
}

export type Listing =
  | {
      readonly kind: "listed";
      /** What is in progress. */
      readonly refs: readonly Ref[];
      /** What a route would show, whether it deploys now or not. */
      readonly targets: readonly ListedTarget[];
      /** No denial, deadline or bound kept any of these targets out. */
      readonly whole: boolean;
    }
  | { readonly kind: "unreadable"; readonly why: string; readonly cause: unknown };

// ------------------------------------------------------------------------------------------------ Directory, Clock

/** Whether somebody is an active member of this workspace, or of its enterprise grid. */
export type Standing =
  /** `guest`: Slack lets them into single channels only. */
  | { readonly kind: "member"; readonly guest?: true }
  | { readonly kind: "outsider" }
  | { readonly kind: "failed"; readonly what: string };

/** How old an answer may be. `now`: it decides what is sent; `recent`: it decides whether somebody is refused. */
export type AsOf = "now" | "recent";

/** Who is in a group or a channel, and who is still there. */
export interface Directory {
  /** `now`: what was found seconds ago at the most, and nothing older while Slack fails. */
  groupMembers(usergroup: string, asOf?: AsOf): Promise<Lookup>;
  channelMembers(channel: string, asOf?: AsOf): Promise<Lookup>;
  standing(user: string): Promise<Standing>;
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
