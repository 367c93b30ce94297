/** The records of the fake ECS. They are immutable: every change is a new version, so that reads can lag. */
import { randomBytes, randomInt } from "node:crypto";
import type {
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStatus,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
} from "@aws-sdk/client-ecs";
import type { Table } from "../table.ts";
import type { Plan, Stage } from "./plan.ts";

interface ClusterRecord {
  readonly arn: string;
  readonly name: string;
}

export interface ContainerRecord {
  readonly name: string;
  readonly image: string;
  readonly imageDigest?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly containers: readonly ContainerRecord[];
  readonly cpu: string;
  readonly memory: string;
  readonly registeredAt: number;
}

export interface RevisionRecord {
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly taskDefinition: string;
  readonly createdAt: number;
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  readonly desiredCount: number;
  /** The revision that serves, if the service was ever deployed. */
  readonly serving?: RevisionCounts;
  /** Its `ecs-svc/...` id, the name of deployments in DescribeServices and the older events. */
  readonly servingDeploymentId: string;
  readonly currentDeployment?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly messages: readonly { readonly id: string; readonly at: number; readonly message: string }[];
  readonly createdAt: number;
}

export interface RevisionCounts {
  readonly arn: string;
  readonly taskDefinition: string;
  readonly requested: number;
  readonly running: number;
  readonly pending: number;
  readonly productionWeight: number;
  readonly testWeight: number;
}

export interface HookRecord {
  readonly id: string;
  /** The step that it blocks. */
  readonly step: number;
  readonly stage: Stage;
  readonly status: DeploymentLifecycleHookStatus;
  readonly expiresAt: number;
  readonly timeoutAction: DeploymentLifecycleHookAction;
}

export interface DeploymentRecord {
  readonly arn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly deploymentId: string;
  readonly plan: Plan;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason?: string;
  readonly stage?: Stage;
  readonly step: number;
  readonly hooks: readonly HookRecord[];
  readonly source?: RevisionCounts;
  readonly target: RevisionCounts;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly stoppedAt?: number;
  readonly updatedAt: number;
  readonly rollback?: { readonly reason: string; readonly startedAt: number };
  readonly failedTasks: number;
  readonly circuitBreaker: ServiceDeploymentRollbackMonitorsStatus;
  readonly alarms: ServiceDeploymentRollbackMonitorsStatus;
  readonly triggeredAlarms: readonly string[];
}

export interface World {
  readonly clusters: Table<ClusterRecord>;
  readonly taskDefinitions: Table<TaskDefinitionRecord>;
  readonly services: Table<ServiceRecord>;
  readonly revisions: Table<RevisionRecord>;
  readonly deployments: Table<DeploymentRecord>;
}

const ended: readonly ServiceDeploymentStatus[] = [
  "STOPPED",
  "SUCCESSFUL",
  "ROLLBACK_SUCCESSFUL",
  "ROLLBACK_FAILED",
];

export function hasEnded(deployment: DeploymentRecord): boolean {
  return ended.includes(deployment.status);
}

/** The parts of an ARN: `arn:aws:ecs:eu-west-1:111122223333:service/main/api` has the path `["main", "api"]`. */
export function partsOf(arn: string): {
  readonly region: string;
  readonly account: string;
  readonly path: readonly string[];
} {
  const [, , , region = "", account = "", resource = ""] = arn.split(":");
  return { region, account, path: resource.split("/").slice(1) };
}

/**
 * Converts `arn:aws:ecs:eu-west-1:111122223333:service/main/api` to `service-deployment/main/api/...` in the same
 * account and region.
 */
export function childArn(
  { arn, clusterArn }: Pick<ServiceRecord, "arn" | "clusterArn">,
  kind: "service-deployment" | "service-revision",
  id: string,
): string {
  const names = [clusterArn.split("/")[1], arn.split("/").at(-1), id];
  return `${arn.slice(0, arn.indexOf(":service/"))}:${kind}/${names.join("/")}`;
}

export const newDeploymentId = () => randomBytes(16).toString("base64url");
export const newHookId = () => `ecs-pause-${randomBytes(32).toString("base64url")}`;

/** 19 digits, like service revisions and `ecs-svc/...` ids; the two are unrelated. */
export function newNumber(): string {
  return Array.from({ length: 19 }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join("");
}
