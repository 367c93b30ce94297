/** What the store knows of one deployment. */

import type { Decision, DecisionId, LogEntry, Vote } from "../decision.ts";
import type { Deployment, EpochMs } from "../deployment.ts";
import type { DeploymentKey } from "../ports.ts";

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

export type SaveReply = { readonly kind: "saved" | "old" | "newer"; readonly view: View };

/** What a look saves and reads. */
export interface LookStore {
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
}
