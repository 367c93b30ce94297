/**
 * Types: the facts about a deployment, as data. Facts are stored and decided on; their texts are made at rendering
 * (`words.ts`). This file imports nothing.
 *
 * Times are milliseconds since the epoch. A snapshot is plain JSON: it is stored, and can be rendered again later.
 */

export const systemNames = ["ecs", "codedeploy", "appconfig", "proton"] as const;
export type SystemName = (typeof systemNames)[number];

/** Milliseconds since the epoch by AWS's clock. Not assignable to `RedisMs`, nor the other way round. */
export type AwsMs = number & { readonly clock?: "aws" };
/** Milliseconds since the epoch by Redis's clock: all records and leases. */
export type RedisMs = number & { readonly clock?: "redis" };
/** Milliseconds since the epoch by either clock, for display. */
export type EpochMs = AwsMs | RedisMs;

/**
 * The only place where the two clocks are compared. They may differ by minutes, so the result may choose a text, a search or the
 * time of the next read; no call depends on it.
 */
export function msUntil(deadline: AwsMs, now: RedisMs): number {
  return deadline - now;
}

/** A CodeDeploy hold id lets anyone who has it answer the hook, so it is never shown. It is not a decision id. */
export type HoldId = string & { readonly names?: "hold" };

/**
 * A deployment's location. `id` is AWS's id of the deployment (an ARN or an id), or the service's ARN if an event
 * names only the service; the next read completes it.
 */
export interface Ref {
  readonly system: SystemName;
  readonly account: string;
  readonly region: string;
  readonly id: string;
}

export function isSameRef(a: Ref, b: Ref): boolean {
  return a.system === b.system && a.account === b.account && a.region === b.region && a.id === b.id;
}

/** The actions that people can choose. `decisionOf` in identity.ts says where each is decided. */
export const actions = ["continue", "rollback", "cancel", "terminate-old", "revert"] as const;
export type Action = (typeof actions)[number];

/** The subjects of policy rules and decisions: an action, or the edit of a deployment strategy. */
export const ruleNames = [...actions, "edit-strategy"] as const;
export type RuleName = (typeof ruleNames)[number];

/** Progress of a deployment. `waiting` is not a phase: it is a running deployment with an open hold. */
export const phases = [
  "running",
  "stopping",
  "rolling-back",
  "succeeded",
  "rolled-back",
  "stopped",
  "failed",
] as const;
export type Phase = (typeof phases)[number];

interface PhaseMeaning {
  readonly progress: "running" | "ending" | "ended";
  readonly direction: "forward" | "stop" | "rollback" | "failure";
}

/** Everything that depends on a phase is looked up here, so that a new phase has to be decided on here first. */
const phaseMeanings: Readonly<Record<Phase, PhaseMeaning>> = {
  running: { progress: "running", direction: "forward" },
  stopping: { progress: "ending", direction: "stop" },
  "rolling-back": { progress: "ending", direction: "rollback" },
  succeeded: { progress: "ended", direction: "forward" },
  "rolled-back": { progress: "ended", direction: "rollback" },
  stopped: { progress: "ended", direction: "stop" },
  failed: { progress: "ended", direction: "failure" },
};

type InPhase = Pick<Deployment, "phase">;

export function progressOf({ phase }: InPhase): PhaseMeaning["progress"] {
  return phaseMeanings[phase].progress;
}

export function directionOf({ phase }: InPhase): PhaseMeaning["direction"] {
  return phaseMeanings[phase].direction;
}

/** False while it is being ended, and afterwards. */
export function isRunning(deployment: InPhase): boolean {
  return progressOf(deployment) === "running";
}

/** A terminal deployment never runs again. */
export function isTerminal(deployment: InPhase): boolean {
  return progressOf(deployment) === "ended";
}

/** It runs or it succeeded: nothing stops it or rolls it back. */
export function isGoingForward(deployment: InPhase): boolean {
  return directionOf(deployment) === "forward";
}

/**
 * State of a hold at AWS: `open` (waits for a person), the answer that it got, `expired` (AWS's own timeout), `over`
 * (the deployment went on or ended without an answer), `none` (AWS has no such hold: the event was wrong), or
 * `pending` (not open yet, or a status unknown to Holdpoint, which is shown as it is).
 */
export type HoldShows = "open" | "pending" | "expired" | "over" | "none" | Action;

/** In place of AWS's stage name, where it was not read. */
export const unknownStage = "unknown";

/** A point where a deployment waits for a person. */
export interface Hold {
  /** Never shown: anyone who knows a CodeDeploy hook's id can answer it. */
  readonly id: HoldId;
  /** Distinguishes it from other holds of its stage, in readable form. */
  readonly name?: string;
  /** AWS's stage name, unchanged, or `unknownStage`. */
  readonly stage: string;
  /** AWS's status, unchanged. */
  readonly status: string;
  readonly shows: HoldShows;
  /** An answer is possible but not expected: the hold normally ends without one. Nobody is mentioned. */
  readonly optional?: boolean;
  /** AWS's clock. */
  readonly expiresAt?: AwsMs;
  /** True if AWS gives no deadline and Holdpoint computed it. */
  readonly expiryComputed?: boolean;
  /** The answer that AWS gives itself on timeout. */
  readonly onExpiryAction?: Action | undefined;
  /** Used only by its system's texts. */
  readonly said?: unknown;
}

/** What AWS does when a hold times out. */
export type Expiry = Pick<Hold, "onExpiryAction" | "said">;

/** False if an answer is possible but not expected. */
export function isWaitedFor(hold: Pick<Hold, "optional">): boolean {
  return hold.optional !== true;
}

/** An action that is available now. No other action is. */
export interface Offer {
  readonly action: Action;
  /** The hold that this offer answers; absent: it is about the whole deployment. */
  readonly holdId?: HoldId;
  /** Deadline at AWS (AWS's clock). A finished deployment stays visible while it has an offer. */
  readonly until?: AwsMs;
  /**
   * The facts that the person decides on, by name. Their hash is in the button: if one changes, the button stops
   * working. `null`: could not be read; the offer can't be chosen until it is.
   */
  readonly evidence: Readonly<Record<string, string | null>>;
}

/**
 * An event that is posted to the thread once per `name`. `weight` is its priority in the rate budget: first what
 * needs a person, then rollbacks, cancels and incidents, then progress.
 */
export interface Remark {
  readonly name: string;
  readonly weight: "person" | "incident" | "ending" | "progress";
  /** AWS's reason, unchanged. */
  readonly reason?: string;
  /** The hold that opened with this remark: approvers are mentioned once. */
  readonly holdId?: HoldId;
  /** Used only by its system's texts. */
  readonly said?: unknown;
}

/** `unknown`: not found, or not read. `since`: when it entered this state. */
export interface WatchedAlarm {
  readonly name: string;
  readonly state: "ok" | "alarm" | "no-data" | "unknown";
  readonly since?: AwsMs | undefined;
}

/** The health figures that can get worse while a hold is open. A count that was not read is absent. */
export interface Watched {
  readonly alarms: readonly WatchedAlarm[];
  /** The unit of the counts. */
  readonly unit: "task" | "instance";
  /** ECS: failed tasks, from the circuit breaker. CodeDeploy: failed instances. */
  readonly failed?: number;
  /** Running tasks or instances of the new version. */
  readonly healthy?: number;
  /** The desired number of them. Absent: not read, or stored by an earlier release. */
  readonly wanted?: number;
}

/** `mixed`: parts of both versions. `none`: no task or instance runs. `unknown`: not read, or not given by AWS. */
export const servings = ["new", "previous", "mixed", "none", "unknown"] as const;
export type Serving = (typeof servings)[number];

/** A hold that is configured but has not opened yet. */
export interface Gate {
  /** AWS's stage name, unchanged. */
  readonly stage: string;
  /** The traffic step that it holds up: percent of production on the new version before and after. */
  readonly step?: { readonly from: number; readonly to: number };
}

/** How many of the configured holds a deployment has passed, and the next one. */
export interface Gates {
  readonly passed: number;
  readonly total: number;
  readonly next?: Gate;
}

/** CodeDeploy rolls back with a deployment of its own. AWS may omit which deployment is related. */
export interface Related {
  readonly relation: "rollback-of" | "rolled-back-by";
  readonly ref?: Ref;
}

/** It ended, and AWS started another deployment that rolls it back: which version serves depends on that one's end. */
export function isRolledBackByAnother({ related }: { readonly related?: Related }): boolean {
  return related?.relation === "rolled-back-by";
}

export function isRollback({ related }: { readonly related?: Related }): boolean {
  return related?.relation === "rollback-of";
}

/** Distinguishes a deployment from others of the same target. */
export interface About {
  /** The part of the target, if parts deploy on their own: an AppConfig configuration, a kind of Proton resource. */
  readonly subject?: string;
  /** AWS's number or id of the deployment, short enough for one line. */
  readonly number: string;
}

/** The facts that AWS shows about one deployment at one moment. */
export interface Deployment {
  readonly ref: Ref;
  /** The scope of a lease: the deployment, or for Proton the resource, because its calls go by name. */
  readonly lane: string;
  /** The name that people use: the ECS service, the CodeDeploy application. */
  readonly target: string;
  /** The qualified name, if it is needed to tell two targets apart: `application/group`. */
  readonly qualifiedTarget?: string;
  /** Distinguishes it from targets of the same name in one account and region, in text form: "Proton component". */
  readonly which?: string;
  /** Absent in snapshots of earlier releases. */
  readonly about?: About;
  /** The system's display name: "ECS". */
  readonly systemTitle: string;
  readonly phase: Phase;
  /** AWS's status, unchanged. */
  readonly status: string;
  readonly stage?: string;
  readonly startedAt?: AwsMs;
  readonly endedAt?: AwsMs;
  readonly holds: readonly Hold[];
  readonly offers: readonly Offer[];
  /** Health figures to compare with the card: changes for the worse are shown before anything goes forward. */
  readonly watched?: Watched;
  /** AWS's clock: about when the old tasks are removed, and with them the fast rollback. */
  readonly rollbackUntil?: AwsMs;
  /** Its configured holds. Absent: unknown whether there are any. */
  readonly gates?: Gates;
  /** The version that serves now. Absent: unknown. */
  readonly serving?: Serving;
  /** A later deployment was read, and that one decides which version serves now. */
  readonly replaced?: true;
  /** With an incident: AWS shows that it rolls or rolled back, or stopped after failures, but not why. */
  readonly causeUnknown?: true;
  /** It was cancelled, which AWS undoes as far as it can, and no earlier version was read that it can have gone back to. */
  readonly noEarlier?: true;
  /** It failed while rolling back, or it was a rollback itself. */
  readonly rollbackFailed?: true;
  /** The other deployment of a rollback. */
  readonly related?: Related;
  /** It ended in a way that AWS rolls back with another deployment, and that one can't be seen yet. */
  readonly rollbackMayCome?: true;
  /** Auto Scaling starts one for each new instance. It gets a card only if it fails or waits for an answer. */
  readonly startedBy?: "auto-scaling";
  /** AWS's text about a failure or rollback. */
  readonly reason?: string;
  /** True if it failed, or if AWS rolled it back on its own. */
  readonly incident: boolean;
  /** It is over with an unknown outcome: AWS no longer has it, or its record is `unread`. */
  readonly vanished?: boolean;
  /** With `vanished`: AWS may have the outcome, but it can't be read. */
  readonly unread?: true;
  /** It ended on its own: AWS shows that no rollback or cancel caused this. */
  readonly overtaken?: boolean;
  /** Event data, by name, that no read returns. The card's metadata has it too, in case Redis loses its data. */
  readonly carried?: Readonly<Record<string, string>>;
  /** The AppConfig strategy of this rollout. */
  readonly strategy?: { readonly id: string; readonly name: string };
  readonly consoleUrl?: string;
  readonly remarks: readonly Remark[];
  /** AWS's data that its system's texts need. Plain JSON, opaque to everything else. */
  readonly said: unknown;
}
