/**
 * The vocabulary. Everything that Holdpoint thinks is said in these words; this file imports nothing.
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

/**
 * What people can ask for. `continue` and `terminate-old` are forward, `rollback` and `cancel` are endings. All but
 * `edit-strategy` are asked of a deployment.
 */
export const actions = [
  "continue",
  "rollback",
  "cancel",
  "terminate-old",
  "revert",
  "edit-strategy",
] as const;
export type Action = (typeof actions)[number];

/** An ending ends the running deployment, whatever call carries it out. */
export function isEnding(action: Action): boolean {
  return action === "rollback" || action === "cancel";
}

/**
 * One piece of a sentence. A bare string is Holdpoint's own wording. Everything that AWS or a person wrote is a
 * `code` or a `quote`: only what draws it knows how to make it harmless (P10).
 */
export type Part =
  | string
  | { readonly code: string; readonly atMost?: number }
  | { readonly quote: string }
  | { readonly bold: Phrase }
  | { readonly time: EpochMs; readonly show: "deadline" | "minute" | "second" }
  | { readonly person: string }
  | { readonly group: string }
  /** A page of the AWS console. The words are Holdpoint's own: a name is never a link's label. */
  | { readonly link: string; readonly words: string };
export type Phrase = readonly Part[];

/** One line of a card. `unknown` says since when and why it could not be read; it never looks like a good value. */
export type Fact =
  | {
      readonly kind: "value";
      readonly label: string;
      readonly value: Phrase;
      /** Worth knowing and nothing that a decision hangs on: it stands in the small line below the buttons. */
      readonly expert?: boolean;
    }
  | { readonly kind: "unknown"; readonly label: string; readonly why: Phrase };

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
  /** The same as a sentence: "ECS rolls back." */
  readonly onExpiry?: Phrase;
  /** And as a clause for fallbacks and lists: "ECS rolls back". */
  readonly onExpiryShort?: string;
}

/** False where an answer is possible and nobody waits for it. */
export function isWaitedFor(hold: Pick<Hold, "optional">): boolean {
  return hold.optional !== true;
}

/** An action that can be asked for now, with its consequence in words. Nothing else can be asked for. */
export interface Offer {
  readonly action: Action;
  /** The hold that this offer answers; absent: it is about the whole deployment. */
  readonly holdId?: string;
  /** AWS takes it only until then (AWS's clock). A finished deployment stays in sight for as long as it has an offer. */
  readonly until?: EpochMs;
  /** At most 30 characters, begins with the verb: "Continue", "Roll back". */
  readonly label: string;
  /** One line for the card: "all production traffic moves to the new version." */
  readonly consequence: Phrase;
  /** Two or three sentences for the dialog: what moves where, what stays possible. */
  readonly dialog: Phrase;
  /** The answer that leaves everything as it is: "Not yet". */
  readonly deny: string;
  /**
   * What the person decides about, by name. These facts are hashed into the button: when one changes, the button no
   * longer acts. `null`: could not be read, so the offer can't be asked for until it is.
   */
  readonly evidence: Readonly<Record<string, string | null>>;
  /** Why a fact of the evidence could not be read, where the system knows. */
  readonly unread?: Phrase;
}

/**
 * Something that the thread tells once. `name` makes it once; `weight` orders it in the rate budget:
 * what needs a person, then endings and incidents, then progress.
 */
export interface Remark {
  readonly name: string;
  readonly weight: "person" | "incident" | "ending" | "progress";
  readonly emoji: string;
  readonly words: Phrase;
  /** Of an incident: why it happened, without what became of it. Absent: `words`. Empty: nothing is known. */
  readonly cause?: Phrase;
  /** AWS's own reason, word for word. */
  readonly reason?: string;
  /** The hold that opened with this remark: approvers are mentioned once. */
  readonly holdId?: string;
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
  /** "before production" */
  readonly where: string;
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
  /** Where it runs beyond account and region: "cluster `main`". */
  readonly where: Phrase;
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
  /** What changes, at most four facts. */
  readonly changes: readonly Fact[];
  /** Is it healthy: alarms, then tasks, then traffic; at most four facts. */
  readonly health: readonly Fact[];
  /** The same as data: what has become worse since the card was drawn is shown before anything goes forward. */
  readonly watched?: Watched;
  /** What is happening while nobody has to answer, and what comes next. */
  readonly progress?: { readonly headline: Phrase; readonly percent?: number; readonly next: Phrase };
  /** AWS's clock: about then the old tasks go, and with them the quick way back. */
  readonly rollbackUntil?: EpochMs;
  /** The holds that it comes to. Absent: AWS does not say whether there are any. */
  readonly gates?: Gates;
  /** What serves now, for the final card. */
  readonly outcome?: Phrase;
  /** The same as data. Absent: not known. */
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
  /** It is over, and how it ended is not known: AWS no longer knows it, unless `unread` says otherwise. */
  readonly vanished?: boolean;
  /** With `vanished`: AWS may know how it ended, and why that can't be read. */
  readonly unread?: Phrase;
  /** It ended by itself, whatever was asked: AWS shows that no rollback or cancel brought this about. */
  readonly overtaken?: boolean;
  /** What only events have told and no read returns, by name. The card carries it too, for a store that forgets. */
  readonly carried?: Readonly<Record<string, string>>;
  /** The AppConfig strategy that sets its pace. */
  readonly strategy?: { readonly id: string; readonly name: string };
  /** One line for experts: strategy, stage, requester. */
  readonly expert: Phrase;
  /**
   * Full names, digests and differences, for the thread. A value stays as it is while the deployment runs; what is not
   * read yet is `unknown`.
   */
  readonly details: readonly Fact[];
  readonly consoleUrl?: string;
  readonly remarks: readonly Remark[];
}
