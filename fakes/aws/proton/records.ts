/** The records of the fake Proton. They are immutable: every change is a new version, so that reads can lag. */
import { randomUUID } from "node:crypto";
import type { DeploymentStatus } from "@aws-sdk/client-proton";
import type { Table } from "../table.ts";

export type NewResource =
  | { readonly kind: "service-pipeline"; readonly serviceName: string }
  | { readonly kind: "service-instance"; readonly serviceName: string; readonly name: string }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "component"; readonly name: string };

export interface Version {
  readonly template: string;
  readonly major: string;
  readonly minor: string;
  /** The requested content, as YAML. */
  readonly spec: string;
}

export interface ResourceRecord {
  readonly arn: string;
  readonly of: NewResource;
  /** Pipelines belong to no environment; an environment is its own. */
  readonly environment: string;
  /** The version that was last deployed successfully. Absent before the first. */
  readonly deployed?: Version;
  readonly createdAt: number;
  readonly attemptedAt?: number;
  readonly succeededAt?: number;
  readonly status: DeploymentStatus;
  readonly message?: string;
  readonly lastAttempted?: string;
  readonly lastSucceeded?: string;
}

/** The outcome of a deployment, and of its cancellation. */
export interface Plan {
  /** Default: the minor version after the deployed one, or `1.0`. */
  readonly version?: Partial<Version>;
  /** Duration. Default: five minutes. */
  readonly durationMs?: number;
  /** The reason of its failure. Absent: it succeeds. */
  readonly failure?: string;
  /** The outcome of a cancel. Default: CANCELLED after 30 s. */
  readonly cancel?: {
    readonly ends: "CANCELLED" | "FAILED" | "SUCCEEDED";
    readonly afterMs?: number;
    readonly message?: string;
  };
}

export interface DeploymentRecord {
  readonly id: string;
  readonly resource: string;
  readonly plan: Plan;
  readonly status: DeploymentStatus;
  readonly message?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly completedAt?: number;
  readonly from?: Version | undefined;
  readonly to: Version;
  readonly lastSucceeded?: string | undefined;
}

export interface World {
  readonly resources: Table<ResourceRecord>;
  readonly deployments: Table<DeploymentRecord>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

export function arnOf({ account, region }: Place, of: NewResource): string {
  return `arn:aws:proton:${region}:${account}:${pathOf(of)}`;
}

export function serviceArnOf({ account, region }: Place, serviceName: string): string {
  return `arn:aws:proton:${region}:${account}:service/${serviceName}`;
}

function pathOf(of: NewResource): string {
  switch (of.kind) {
    case "service-pipeline":
      return `service/${of.serviceName}/pipeline`;
    case "service-instance":
      return `service/${of.serviceName}/service-instance/${of.name}`;
    default:
      return `${of.kind}/${of.name}`;
  }
}

export function placeOf(arn: string): Place {
  const [, , , region = "", account = ""] = arn.split(":");
  return { account, region };
}

export function deploymentArnOf({ resource, id }: Pick<DeploymentRecord, "resource" | "id">): string {
  const { account, region } = placeOf(resource);
  return `arn:aws:proton:${region}:${account}:deployment/${id}`;
}

export const newDeploymentId = (): string => randomUUID();
