/** The job queue, and the indexes that a job updates. */

import type { Numbered } from "../announce/announce.ts";
import type { LogEntry } from "../decision.ts";
import type { About, Action, AwsMs, Expiry, HoldId, RedisMs, Ref, SystemName } from "../deployment.ts";
import type { DeploymentKey, Hint, ListedTarget } from "../ports.ts";
import type { Standing } from "../standing.ts";
import type { Born } from "./view.ts";

/** The subject of a job: a deployment or service, or a whole account and region. */
export type JobKey =
  | { readonly kind: "ref"; readonly ref: Ref }
  | { readonly kind: "sweep"; readonly account: string; readonly region: string };

/** The kinds of jobs wait apart from each other. */
export type Lane = JobKey["kind"];

/** Jobs that read an account and region now. */
export interface BusyPlace extends Pick<Ref, "account" | "region"> {
  readonly jobs: number;
}

/** A dequeued job. `readAt` is Redis's time before AWS is read (docs/protocol.md, 4). */
export interface Job {
  readonly member: JobKey;
  readonly token: string;
  readonly readAt: RedisMs;
  readonly storeAgeMs: number;
  readonly note: string;
  readonly hint: Hint;
  /** How many log entries of this job's deployment are in the audit stream. */
  readonly audited: number;
  /** When the records began that the last job left, in another slot of a cluster than the queue. */
  readonly born?: RedisMs;
}

/** The subject of an audit entry, with its qualified name. */
export interface Audited {
  readonly system: SystemName;
  readonly account: string;
  readonly region: string;
  readonly target: string;
}

/** An entry of `/deploy list`. Nothing is decided from this index. */
export interface ActiveEntry {
  readonly key: DeploymentKey;
  readonly ref: Ref;
  readonly target: string;
  /** `application/group` */
  readonly qualifiedTarget?: string | undefined;
  readonly which?: string | undefined;
  /** Absent in entries of earlier releases. */
  readonly about?: About | undefined;
  readonly accountName: string;
  /** `kept`: an answer is possible but not expected. */
  readonly state: "waiting" | "kept" | "running" | "rolling-back" | "ended";
  /** The state and cause that the card shows. Absent in entries of earlier releases. */
  readonly standing?: Standing;
  /** The system's display name: "ECS". */
  readonly systemTitle?: string;
  readonly channel?: string | undefined;
  readonly ts?: string | undefined;
  readonly expiresAt?: AwsMs;
  readonly expiry?: Expiry;
  readonly votes?: {
    readonly n: number;
    readonly need: number;
    /** Not included in `n`: votes of people who may have lost the right to vote, which could not be checked. */
    readonly unknown?: number;
  };
  readonly holdIds: readonly HoldId[];
  /** How many of them wait for an answer. */
  readonly openHolds?: number;
  /** When AWS was read for this entry. Absent in entries of earlier releases. */
  readonly readAt?: RedisMs | undefined;
  readonly staleSince?: RedisMs | undefined;
  /** The action that is still available after the end, and until when AWS accepts it. */
  readonly offered?: { readonly action: Action; readonly until: AwsMs } | undefined;
  readonly endedAt?: AwsMs | undefined;
  /** Final, and without a job. Kept for a day so that people can still see it. */
  readonly over?: true;
}

/** The targets that a sweep listed in one account and region. */
export interface ListedPlace extends Pick<Ref, "system" | "account" | "region"> {
  readonly targets: readonly ListedTarget[];
  /** The list was not truncated. */
  readonly whole: boolean;
  readonly ageMs: number;
}

export interface JobQueue {
  /** Those of these deployments that have no job. A running job counts. */
  unqueued(refs: readonly Ref[]): Promise<readonly Ref[]>;
  /** Adds jobs, or makes them earlier; `delayMs` below zero is a head start. The hint is stored in the same step. */
  enqueue(
    items: readonly { readonly member: JobKey; readonly delayMs: number; readonly hint?: Hint }[],
  ): Promise<void>;
  /** `only`: jobs of one lane, and at most `perPlace` at a time in each account and region, `busy` included. */
  dequeue(
    token: string,
    count: number,
    leaseMs: number,
    only?: { readonly lane: Lane; readonly perPlace: number; readonly busy: readonly BusyPlace[] },
  ): Promise<readonly Job[]>;
  /**
   * Completes a job. `nextMs` absent: don't run it again, and keep its index entry for another day. Updates the index
   * of deployments and the audit stream in the same step.
   */
  complete(
    taken: Job,
    end: {
      readonly nextMs?: number;
      readonly note?: string;
      readonly born?: Born;
      readonly active?: ActiveEntry | { readonly remove: DeploymentKey };
      readonly audit?: {
        readonly key: DeploymentKey;
        /** How many log entries precede these. Entries that are already in the audit stream are skipped. */
        readonly from: number;
        readonly entries: readonly LogEntry[];
        /** Their subject: the key alone is only hashes. */
        readonly about?: Audited;
        /** The entries to announce. This queues each of them once. */
        readonly announce?: readonly Numbered[];
      };
    },
  ): Promise<"later" | "again" | "gone" | "lost">;
}

/** Lists and names; nothing is decided from them. */
export interface Indexes {
  /** The entries of these deployments, or of all. */
  active(keys?: readonly DeploymentKey[]): Promise<readonly ActiveEntry[]>;
  /**
   * Stores the targets that a sweep listed. A truncated list doesn't replace a whole one that is less than a day old.
   */
  keepTargets(
    place: Pick<Ref, "system" | "account" | "region">,
    listed: Pick<ListedPlace, "targets" | "whole">,
  ): Promise<void>;
  listedTargets(): Promise<readonly ListedPlace[]>;
}
