/** AppConfig's deployment strategies, which people may read and edit. Types and port. */

import type { CallResult } from "../decision.ts";
import type { AwsMs } from "../deployment.ts";

export const growthTypes = ["linear", "exponential"] as const;
export type GrowthType = (typeof growthTypes)[number];

/** The settings that can be edited. */
export interface RolloutSettings {
  /** Minutes from the first step to 100%, 0 to 1440. */
  readonly durationMinutes: number;
  /** Percent, 1 to 100: each step of a linear rollout, the first one of an exponential. */
  readonly growthFactor: number;
  readonly growthType: GrowthType;
  /** Minutes for which AppConfig watches the alarms after 100%, 0 to 1440. */
  readonly finalBakeMinutes: number;
  /** At most 1024 characters. */
  readonly description: string;
}

export interface StrategyRef {
  readonly account: string;
  readonly region: string;
  readonly id: string;
}

/** AWS's own strategies are recognized by their id. */
export function isPredefined(id: string): boolean {
  return id.startsWith("AppConfig.");
}

export interface Strategy {
  readonly ref: StrategyRef;
  readonly name: string;
  readonly pace: RolloutSettings;
  /** AWS's own (`AppConfig.*`): shown, never edited. */
  readonly predefined: boolean;
}

/** An environment whose latest deployment used a strategy. */
export interface StrategyUse {
  readonly application: string;
  readonly environment: string;
  readonly deploymentNumber: number;
  readonly startedAt?: AwsMs | undefined;
  /** A running deployment has its own copy of the settings. */
  readonly running: boolean;
}

/** A read value, or why there is none. */
export type Reading<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly why: string; readonly cause: unknown };

/** The strategies of a system. Never throws because of AWS or the network. */
export interface Strategies {
  list(account: string, region: string): Promise<Reading<readonly Strategy[]>>;
  read(ref: StrategyRef): Promise<Reading<Strategy>>;
  /** The environments whose latest deployment used it; `complete` false: not all could be read in time. */
  uses(
    ref: StrategyRef,
  ): Promise<Reading<{ readonly uses: readonly StrategyUse[]; readonly complete: boolean }>>;
  /** Sends only the given fields. One call, one attempt within `callTimeoutMs`. */
  update(ref: StrategyRef, change: Partial<RolloutSettings>): Promise<CallResult>;
}
