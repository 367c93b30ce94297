/** Converts the fake Proton's records to AWS's responses. */
import type {
  Component,
  Deployment,
  DeploymentState,
  DeploymentTargetResourceType,
  Environment,
  ServiceInstance,
  ServicePipeline,
} from "@aws-sdk/client-proton";
import {
  type DeploymentRecord,
  deploymentArnOf,
  type NewResource,
  type ResourceRecord,
  type Version,
} from "./records.ts";

/** False: the resource shows no deployment id, like Proton before it had a deployment history. */
export type IdsShown = boolean;

type Common = Pick<
  ServiceInstance,
  | "arn"
  | "createdAt"
  | "lastDeploymentAttemptedAt"
  | "lastDeploymentSucceededAt"
  | "deploymentStatus"
  | "deploymentStatusMessage"
  | "lastAttemptedDeploymentId"
  | "lastSucceededDeploymentId"
>;

function common(record: ResourceRecord, ids: IdsShown): Common {
  const { arn, createdAt, attemptedAt = createdAt, succeededAt = createdAt, status, message } = record;
  return {
    arn,
    createdAt: new Date(createdAt),
    lastDeploymentAttemptedAt: new Date(attemptedAt),
    lastDeploymentSucceededAt: new Date(succeededAt),
    deploymentStatus: status,
    deploymentStatusMessage: message,
    lastAttemptedDeploymentId: ids ? record.lastAttempted : undefined,
    lastSucceededDeploymentId: ids ? record.lastSucceeded : undefined,
  };
}

function template(
  version: Version | undefined,
): Pick<ServiceInstance, "templateName" | "templateMajorVersion" | "templateMinorVersion"> {
  return {
    templateName: version?.template ?? "web-service",
    templateMajorVersion: version?.major ?? "1",
    templateMinorVersion: version?.minor ?? "0",
  };
}

export function describedPipeline(record: ResourceRecord, ids: IdsShown): ServicePipeline {
  return { ...common(record, ids), ...template(record.deployed), spec: record.deployed?.spec };
}

export function describedInstance(
  record: ResourceRecord,
  of: Extract<NewResource, { kind: "service-instance" }>,
  ids: IdsShown,
): ServiceInstance {
  const { name, serviceName } = of;
  const environmentName = record.environment;
  return { ...common(record, ids), ...template(record.deployed), name, serviceName, environmentName };
}

export function describedEnvironment(record: ResourceRecord, name: string, ids: IdsShown): Environment {
  return { ...common(record, ids), ...template(record.deployed), name };
}

export function describedComponent(record: ResourceRecord, name: string, ids: IdsShown): Component {
  const lastModifiedAt = new Date(record.attemptedAt ?? record.createdAt);
  return { ...common(record, ids), name, environmentName: record.environment, lastModifiedAt };
}

const targetTypes: Readonly<Record<NewResource["kind"], DeploymentTargetResourceType>> = {
  "service-pipeline": "SERVICE_PIPELINE",
  "service-instance": "SERVICE_INSTANCE",
  environment: "ENVIRONMENT",
  component: "COMPONENT",
};

export function describedDeployment(record: DeploymentRecord, resource: ResourceRecord): Deployment {
  const { of } = resource;
  return {
    id: record.id,
    arn: deploymentArnOf(record),
    targetArn: resource.arn,
    targetResourceCreatedAt: new Date(resource.createdAt),
    targetResourceType: targetTypes[of.kind],
    environmentName: resource.environment,
    serviceName: "serviceName" in of ? of.serviceName : undefined,
    serviceInstanceName: of.kind === "service-instance" ? of.name : undefined,
    componentName: of.kind === "component" ? of.name : undefined,
    deploymentStatus: record.status,
    deploymentStatusMessage: record.message,
    createdAt: new Date(record.createdAt),
    lastModifiedAt: new Date(record.changedAt),
    completedAt: record.completedAt === undefined ? undefined : new Date(record.completedAt),
    lastAttemptedDeploymentId: record.id,
    lastSucceededDeploymentId: record.lastSucceeded,
    initialState: record.from && stateOf(of, record.from),
    targetState: stateOf(of, record.to),
  };
}

function stateOf({ kind }: NewResource, version: Version): DeploymentState {
  const state = { ...template(version), spec: version.spec };
  switch (kind) {
    case "service-pipeline":
      return { servicePipeline: state };
    case "service-instance":
      return { serviceInstance: state };
    case "environment":
      return { environment: state };
    case "component":
      return {
        component: { serviceSpec: version.spec, templateFile: `version: ${version.major}.${version.minor}` },
      };
  }
}
