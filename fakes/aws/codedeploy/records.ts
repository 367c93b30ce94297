/** The records of the fake CodeDeploy. They are immutable: every change is a new version, so that reads can lag. */
import { randomBytes, randomInt } from "node:crypto";
import type {
  DeploymentCreator,
  DeploymentStatus,
  Diagnostics,
  ErrorCode,
  LifecycleEventStatus,
  RevisionLocation,
  TargetLabel,
  TargetStatus,
} from "@aws-sdk/client-codedeploy";
import type { Table } from "../table.ts";
import type { Plan } from "./plan.ts";

export interface LifecycleRecord {
  readonly name: string;
  readonly status: LifecycleEventStatus;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly diagnostics?: Diagnostics;
}

export interface TargetRecord {
  readonly id: string;
  readonly arn: string;
  readonly label?: TargetLabel;
  readonly status: TargetStatus;
  readonly updatedAt: number;
  readonly events: readonly LifecycleRecord[];
}

/** One run of a Lambda hook. `over`: the deployment ended without its result. */
export interface HookRecord {
  readonly executionId: string;
  readonly name: string;
  readonly event: string;
  readonly status: "open" | "Succeeded" | "Failed" | "over";
}

export interface DeploymentRecord {
  readonly id: string;
  readonly groupKey: string;
  readonly plan: Plan;
  readonly previous?: RevisionLocation;
  readonly status: DeploymentStatus;
  readonly step: number;
  readonly creator: DeploymentCreator;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly completedAt?: number;
  readonly targets: readonly TargetRecord[];
  readonly hooks: readonly HookRecord[];
  /** Percent of traffic on the new version. */
  readonly weight: number;
  /** The number of running tasks in the new ECS task set. */
  readonly running: number;
  readonly taskSets: { readonly blue: string; readonly green: string };
  readonly instanceGroupId: string;
  /** A stop was requested and has not happened yet. */
  readonly stopping: boolean;
  readonly terminationWait: "not yet" | "now" | "over";
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  readonly rollback?: {
    readonly deploymentId?: string;
    readonly triggeringDeploymentId?: string;
    readonly message: string;
  };
}

export interface GroupRecord {
  readonly key: string;
  readonly id: string;
  readonly arn: string;
  /** The latest deployment's plan, which determines the group's settings. */
  readonly plan: Plan;
  /** Ids of the serving instances. */
  readonly instances: readonly string[];
  readonly lastAttempted?: string;
  readonly lastSuccessful?: string;
}

export interface World {
  readonly groups: Table<GroupRecord>;
  readonly deployments: Table<DeploymentRecord>;
}

const ended: readonly DeploymentStatus[] = ["Succeeded", "Failed", "Stopped"];

export function hasEnded({ status }: DeploymentRecord): boolean {
  return ended.includes(status);
}

type Home = Pick<Plan, "account" | "region" | "application" | "group">;

/** Names are unique only within an account and region. */
export function groupKey({ account, region, application, group }: Home): string {
  return `${account}/${region}/${application}/${group}`;
}

export function arnOf({ account, region }: Pick<Home, "account" | "region">, resource: string): string {
  return `arn:aws:codedeploy:${region}:${account}:${resource}`;
}

const idLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export function newDeploymentId(): string {
  return `d-${Array.from({ length: 9 }, () => idLetters[randomInt(idLetters.length)]).join("")}`;
}

export const newInstanceId = () => `i-0${randomBytes(8).toString("hex")}`;

/** An encrypted JSON document in base64, about 300 characters long, like AWS's. */
export function newExecutionId(): string {
  const content = {
    encryptedData: randomBytes(120).toString("base64"),
    ivParameterSpec: randomBytes(12).toString("base64"),
    materialSetSerial: 1,
  };
  return Buffer.from(JSON.stringify(content)).toString("base64");
}

export function newTaskSetId(): string {
  return `ecs-svc/${Array.from({ length: 19 }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join("")}`;
}
