/** The records of the fake AppConfig. Ids are unique across the fake, so they are the only keys. */
import { randomInt } from "node:crypto";
import type { DeploymentEventType, DeploymentState, TriggeredBy } from "@aws-sdk/client-appconfig";
import type { Table } from "../table.ts";
import type { Pace } from "./curve.ts";

export interface Place {
  readonly account: string;
  readonly region: string;
}

export interface ApplicationRecord extends Place {
  readonly id: string;
  readonly name: string;
}

export interface EnvironmentRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly name: string;
  /** ARNs of the alarms that AppConfig watches during deployments here. */
  readonly alarms: readonly string[];
  /** The association of the EventBridge extension. Absent: no events are sent. */
  readonly extensionAssociationId?: string;
}

export interface ProfileRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly name: string;
  readonly locationUri: string;
}

export interface StrategyRecord extends Place {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly pace: Pace;
  readonly replicateTo: "NONE" | "SSM_DOCUMENT";
}

export interface LogEntry {
  readonly type: DeploymentEventType;
  readonly triggeredBy: TriggeredBy;
  readonly description: string;
  readonly at: number;
  /** The extension's invocation id, if an event was sent. */
  readonly invocationId?: string;
}

/** Identifies a deployment: AWS numbers them per environment. */
export interface DeploymentKey extends Place {
  readonly applicationId: string;
  readonly environmentId: string;
  readonly number: number;
}

export interface DeploymentRecord extends DeploymentKey {
  readonly profileId: string;
  readonly strategyId: string;
  readonly version: string;
  readonly versionLabel?: string;
  readonly description?: string | undefined;
  readonly pace: Pace;
  readonly state: DeploymentState;
  readonly percent: number;
  /** Newest first, like AWS. */
  readonly log: readonly LogEntry[];
  readonly startedAt: number;
  readonly completedAt?: number;
  readonly rollbackMs: number;
}

export interface World {
  readonly applications: Table<ApplicationRecord>;
  readonly environments: Table<EnvironmentRecord>;
  readonly profiles: Table<ProfileRecord>;
  readonly strategies: Table<StrategyRecord>;
  /** By `keyOf`. */
  readonly deployments: Table<DeploymentRecord>;
}

export function keyOf({ environmentId, number }: Pick<DeploymentKey, "environmentId" | "number">): string {
  return `${environmentId}/${number}`;
}

export function isUnderWay({ state }: Pick<DeploymentRecord, "state">): boolean {
  return state === "VALIDATING" || state === "DEPLOYING" || state === "BAKING" || state === "ROLLING_BACK";
}

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Seven characters, like AWS's ids of applications, environments, profiles, strategies and invocations. */
export function newId(): string {
  return Array.from({ length: 7 }, () => alphabet[randomInt(alphabet.length)]).join("");
}

export function isOf(place: Place, record: Place): boolean {
  return record.account === place.account && record.region === place.region;
}
