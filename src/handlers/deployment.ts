/**
 * The vocabulary: what is known of a deployment, as data. This is what is stored and decided upon; the sentences about it
 * are made when it is drawn (`words.ts`). This file imports nothing.
 *
 * Times are milliseconds since the epoch. A snapshot is plain JSON: it is stored, and drawn again later.
 */

export const systemNames = ["ecs", "codedeploy", "appconfig", "proton"] as const;
export type SystemName = (typeof systemNames)[number];

/** Milliseconds since the epoch. Whose clock it is (AWS's or Redis's) stands at each use: they are never compared. */
export type EpochMs = number;

/**
 * Where a deployment lives. `id` is AWS's own id of the deployment (an ARN or an id), or, where an event names only
 * the service that is deployed to, the ARN of that service: a look completes it.
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

/** What people can ask of a deployment. `continue` and `terminate-old` are forward, `rollback` and `cancel` are endings. */
export const actions = ["continue", "rollback", "cancel", "terminate-old", "revert"] as const;
export type Action = (typeof actions)[number];

/** What a policy has rules for, and what a decision can be about: an action, or the edit of a deployment strategy. */
export const ruleNames = [...actions, "edit-strategy"] as const;
export type RuleName = (typeof ruleNames)[number];

/** An ending ends the running deployment, whatever call carries it out. */
export function isEnding(action: RuleName): boolean {
  return action === "rollback" || action === "cancel";
}

/** How far a deployment is. `waiting` is not a phase: it is a running deployment with an open hold. */
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

const terminalPhases: readonly Phase[] = ["succeeded", "rolled-back", "stopped", "failed"];

/** A terminal deployment never runs again. */
export function isTerminal(deployment: { readonly phase: Phase }): boolean {
  return terminalPhases.includes(deployment.phase);
}

/**
 * What AWS shows about a hold: `open` (waits for a person), the answer that it got, `expired` (AWS's own time-out),
 * `over` (its deployment went on or ended without an answer), `none` (AWS says that there never was such a hold: an
 * event was wrong), or `pending` (not asked yet, or a status that Holdpoint does not know, which is shown as it is).
 */
export type HoldShows = "open" | "pending" | "expired" | "over" | "none" | Action;

/** A point where a deployment waits for a person. */
export interface Hold {
  /** Never shown: whoever knows CodeDeploy's can answer. */
  readonly id: string;
  /** What tells it from another hold of its stage, for people to read. */
  readonly name?: string;
  /** AWS's own name of the stage, passed through. */
  readonly stage: string;
  /** AWS's own status word, passed through. */
  readonly status: string;
  readonly shows: HoldShows;
  /** An answer is possible and nobody waits for it: its end without one is the normal one. Nobody is mentioned. */
  readonly optional?: boolean;
  /** AWS's clock. */
  readonly expiresAt?: EpochMs;
  /** True where AWS names no end and Holdpoint works it out. */
  readonly expiryComputed?: boolean;
  /** Which answer AWS gives by itself when nobody does. */
  readonly onExpiryAction?: Action;
  /** For the words of its system alone. */
  readonly said?: unknown;
}

/** What AWS does at the end of a hold that nobody answers. */
export type Expiry = Pick<Hold, "onExpiryAction" | "said">;

/** False where an answer is possible and nobody waits for it. */
export function isWaitedFor(hold: Pick<Hold, "optional">): boolean {
  return hold.optional !== true;
}

/** An action that can be asked for now. Nothing else can be asked for. */
export interface Offer {
  readonly action: Action;
  /** The hold that this offer answers; absent: it is about the whole deployment. */
  readonly holdId?: string;
  /** AWS takes it only until then (AWS's clock). A finished deployment stays in sight for as long as it has an offer. */
  readonly until?: EpochMs;
  /**
   * What the person decides about, by name. These facts are hashed into the button: when one changes, the button no
   * longer acts. `null`: could not be read, so the offer can't be asked for until it is.
   */
  readonly evidence: Readonly<Record<string, string | null>>;
}

/**
 * Something that the thread tells once. `name` makes it once; `weight` orders it in the rate budget:
 * what needs a person, then endings and incidents, then progress.
 */
export interface Remark {
  readonly name: string;
  readonly weight: "person" | "incident" | "ending" | "progress";
  /** AWS's own reason, word for word. */
  readonly reason?: string;
  /** The hold that opened with this remark: approvers are mentioned once. */
  readonly holdId?: string;
  /** For the words of its system alone. */
  readonly said?: unknown;
}

/** `unknown`: not found, or not read. `since` is when it got into this state (AWS's clock). */
export interface WatchedAlarm {
  readonly name: string;
  readonly state: "ok" | "alarm" | "no-data" | "unknown";
  readonly since?: EpochMs;
}

/** The part of `health` that can get worse while nobody looks. A count that was not read is absent. */
export interface Watched {
  readonly alarms: readonly WatchedAlarm[];
  /** What the counts count. */
  readonly unit: "task" | "instance";
  /** ECS's circuit breaker: tasks that failed. CodeDeploy: instances that failed. */
  readonly failed?: number;
  /** Of the new version, those that run. */
  readonly healthy?: number;
  /** How many of them are to run. Absent: not read, or recorded by an earlier release. */
  readonly wanted?: number;
}

/** `mixed`: parts of both versions. `none`: no task or instance runs. `unknown`: not read, or AWS does not say. */
export const servings = ["new", "previous", "mixed", "none", "unknown"] as const;
export type Serving = (typeof servings)[number];

/** A hold that is configured and has not begun. */
export interface Gate {
  /** AWS's own name of the stage, passed through. */
  readonly stage: string;
  /** It stands between two steps: percent of production on the new version before and after the step it holds up. */
  readonly step?: { readonly from: number; readonly to: number };
}

/** How many holds a deployment has behind it, of all that are configured, and the one that comes next. */
export interface Gates {
  readonly passed: number;
  readonly total: number;
  readonly next?: Gate;
}

/** CodeDeploy rolls back by a deployment of its own. AWS may leave out of which one. */
export interface Related {
  readonly relation: "rollback-of" | "rolled-back-by";
  readonly ref?: Ref;
}

/** It has ended, and AWS started another deployment that rolls it back: only the end of that one says what serves. */
export function isRolledBackByAnother({ related }: { readonly related?: Related }): boolean {
  return related?.relation === "rolled-back-by";
}

/** A deployment that rolls another one back. */
export function isRollback({ related }: { readonly related?: Related }): boolean {
  return related?.relation === "rollback-of";
}

/** What tells a deployment from another one of the same target. */
export interface About {
  /** Where a target holds several things that are deployed alone: the AppConfig configuration, the kind of a Proton resource. */
  readonly subject?: string;
  /** AWS's number or id of it, short enough for a line. */
  readonly number: string;
}

/** What AWS says about one deployment at one moment. */
export interface Deployment {
  readonly ref: Ref;
  /** What one lease covers: the deployment, or for Proton the resource, because its calls go by name. */
  readonly lane: string;
  /** The name that people use: the ECS service, the CodeDeploy application. */
  readonly target: string;
  /** The same with what narrows it, where that is needed to tell two of them apart: `application/group`. */
  readonly qualifiedTarget?: string;
  /** What tells it from others of the same names in one account and region, in words: "Proton component". */
  readonly which?: string;
  /** Absent in what earlier releases recorded. */
  readonly about?: About;
  /** The name of the system in a sentence: "ECS". */
  readonly systemTitle: string;
  readonly phase: Phase;
  /** AWS's own status word, passed through. */
  readonly status: string;
  readonly stage?: string;
  /** AWS's clock. */
  readonly startedAt?: EpochMs;
  /** AWS's clock. */
  readonly endedAt?: EpochMs;
  readonly holds: readonly Hold[];
  readonly offers: readonly Offer[];
  /** What has become worse since the card was drawn is shown before anything goes forward. */
  readonly watched?: Watched;
  /** AWS's clock: about then the old tasks go, and with them the quick way back. */
  readonly rollbackUntil?: EpochMs;
  /** The holds that it comes to. Absent: AWS does not say whether there are any. */
  readonly gates?: Gates;
  /** What serves now. Absent: not known. */
  readonly serving?: Serving;
  /** A later deployment was read that decides what serves now. */
  readonly replaced?: true;
  /** With an incident: AWS says that it goes or went back, and not what brought this about. */
  readonly causeUnknown?: true;
  /** It failed while it went back, or it was a rollback itself. */
  readonly rollbackFailed?: true;
  /** The other deployment of a rollback. */
  readonly related?: Related;
  /** It has ended, and AWS rolls back such an end by another deployment, which it does not show yet. */
  readonly rollbackMayCome?: true;
  /** Auto Scaling starts one for each new instance. It gets a card only where it fails or asks. */
  readonly startedBy?: "auto-scaling";
  /** AWS's own sentence about a failure or a rollback. */
  readonly reason?: string;
  /** True when it failed, or AWS rolled it back by itself. */
  readonly incident: boolean;
  /** It is over, and how it ended is not known: AWS no longer knows it, unless its record is `unread`. */
  readonly vanished?: boolean;
  /** With `vanished`: AWS may know how it ended, and that can't be read. */
  readonly unread?: true;
  /** It ended by itself, whatever was asked: AWS shows that no rollback or cancel brought this about. */
  readonly overtaken?: boolean;
  /** What only events have told and no read returns, by name. The card carries it too, for a store that forgets. */
  readonly carried?: Readonly<Record<string, string>>;
  /** The AppConfig strategy that sets its pace. */
  readonly strategy?: { readonly id: string; readonly name: string };
  readonly consoleUrl?: string;
  readonly remarks: readonly Remark[];
  /** What AWS said, as far as the words of its system need it. Opaque to all others, and plain JSON. */
  readonly said: unknown;
}
