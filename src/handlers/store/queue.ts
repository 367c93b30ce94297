/** The queue of looks, and the indexes that a look or a sweep brings up to date. */

import type { Numbered } from "../announce/announce.ts";
import type { LogEntry } from "../decision.ts";
import type { About, Action, EpochMs, Expiry, Ref, SystemName } from "../deployment.ts";
import type { DeploymentKey, Hint, ListedTarget } from "../ports.ts";
import type { Standing } from "../state.ts";

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

export interface LookQueue {
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
}

/** Lists and names; they never decide anything. */
export interface Indexes {
  active(): Promise<readonly ActiveEntry[]>;
  /** Keeps what a sweep listed. What was cut off does not replace a whole list of the last day. */
  keepTargets(
    place: Pick<Ref, "system" | "account" | "region">,
    listed: Pick<ListedPlace, "targets" | "whole">,
  ): Promise<void>;
  listedTargets(): Promise<readonly ListedPlace[]>;
}
