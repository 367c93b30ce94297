/** The stored state of one deployment. */

import type { Decision, DecisionId, LogEntry, Vote } from "../decision.ts";
import type { Deployment, RedisMs } from "../deployment.ts";
import type { DeploymentKey } from "../ports.ts";

/**
 * When the records of a deployment began (Redis's clock). They are lost together with it, so whoever has read them says
 * which: a script that finds other ones refuses. Absent: there were none, or an earlier release began them.
 */
export type Born = RedisMs | undefined;

/** The record of a deployment's card (`hp:{L}:D:board`). */
export interface BoardRecord {
  readonly channel?: string;
  /** The ts of the card's message, which identifies it in Slack. */
  readonly ts?: string;
  /**
   * The length of the log that the posted card was rendered from: it has notified people about these entries. Absent:
   * the card was posted before Redis lost its data, or by an earlier release.
   */
  readonly cardLog?: number;
  /** The broadcast reply about the incident, stored because its button has to be removed when it no longer applies. */
  readonly incidentTs?: string;
  readonly incidentShown?: string;
  /** People were notified about the incident's bad end: nothing worse can follow. */
  readonly incidentBad?: true;
  /** The card was posted before Redis lost its data; what was recorded about it then is gone. */
  readonly older?: true;
  /** How many log entries are in the thread. */
  readonly said: number;
  /** The newest thread message, if it contains only progress: further progress is added to it. */
  readonly progress?: Progress;
  /** The hash of what the card shows. */
  readonly shown?: string;
  readonly shownReadAt?: RedisMs;
  /** The health that the card shows, in the format of `worse.ts`. Absent: unknown. */
  readonly seen?: string;
  /** An intent to post has been open since then (Redis's clock). */
  readonly postingSince?: RedisMs;
}

/** A message, and the first and last log entry in it. */
export interface Progress {
  readonly ts: string;
  readonly from: number;
  readonly to: number;
}

export type IncidentStage = "open" | "bad";

/** The whole stored state of one deployment, from one round trip. */
export interface View {
  readonly now: RedisMs;
  readonly snapshot?: Deployment | undefined;
  /** Redis's time when the job that wrote the snapshot began. */
  readonly readAt?: RedisMs;
  /** Consecutive failed reads. */
  readonly fails: number;
  readonly staleSince?: RedisMs;
  readonly staleWhy?: string;
  readonly born?: RedisMs;
  /** A job or a person knew earlier records, which Redis has lost. */
  readonly emptied?: true;
  /** The records began in a store that was so young that it may have lost earlier ones. */
  readonly young?: true;
  readonly board: BoardRecord;
  readonly votes: readonly Vote[];
  /** A rollback or cancel with enough votes waits for the lane, or its process stopped while it waited. */
  readonly endingWaits?: true;
  /**
   * The newest 50 entries and all that are not in the thread yet (at most 500), oldest first; the last one has the
   * sequence number `logLength`.
   */
  readonly log: readonly LogEntry[];
  readonly logLength: number;
  /** The token that holds the lane's lease. */
  readonly lease?: string;
  /** The requested decisions that exist. */
  readonly decisions: ReadonlyMap<DecisionId, Decision>;
}

/** `emptied`: Redis lost the records that the job knew. */
type SaveReply = { readonly kind: "saved" | "old" | "newer" | "emptied"; readonly view: View };

/** A job's reads and writes for one deployment. */
export interface LookStore {
  /** Stores a newer snapshot and logs each remark once by its name; returns the view after that. */
  save(
    key: DeploymentKey,
    look: {
      readonly readAt: RedisMs;
      readonly deployment: Deployment;
      readonly decisions: readonly DecisionId[];
      readonly born?: Born;
      /** Redis lost its data a short while ago, and with it perhaps an earlier record of this deployment. */
      readonly young?: boolean;
    },
  ): Promise<SaveReply>;
  /** Counts a failed read; the first of consecutive failures sets `staleSince`. */
  fail(key: DeploymentKey, why: string, decisions: readonly DecisionId[]): Promise<View>;
  view(key: DeploymentKey, decisions: readonly DecisionId[]): Promise<View>;
}
