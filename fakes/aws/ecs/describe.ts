/** Converts the fake ECS's records to AWS's responses. Pure. */
import type {
  Deployment,
  DeploymentLifecycleHookDetail,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
  ServiceRevisionSummary,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { configurationOf, type Stage, strategyOf } from "./plan.ts";
import {
  type DeploymentRecord,
  type HookRecord,
  hasEnded,
  type RevisionCounts,
  type RevisionRecord,
  type ServiceRecord,
  type TaskDefinitionRecord,
} from "./records.ts";

/**
 * Selects the hooks in `lifecycleHookDetails`. The documentation mentions active hooks but also lists their resolved
 * states, so a client must handle all of these.
 */
export type HooksShown = "all" | "of-this-stage" | "open";

/** The SDK's type lacks one stage that ECS reports (see plan.ts). */
export type DescribedDeployment = Omit<ServiceDeployment, "lifecycleStage"> & {
  lifecycleStage?: Stage | undefined;
};

export function describedDeployment(record: DeploymentRecord, shown: HooksShown): DescribedDeployment {
  const { plan, source, rollback } = record;
  const weighted = strategyOf(plan) !== "ROLLING";
  return {
    ...briefly(record),
    ...(record.stoppedAt === undefined ? {} : { stoppedAt: new Date(record.stoppedAt) }),
    updatedAt: new Date(record.updatedAt),
    sourceServiceRevisions: source ? [summary(source, weighted)] : [],
    targetServiceRevision: summary(record.target, weighted),
    lifecycleStage: record.stage,
    lifecycleHookDetails: record.hooks.filter((hook) => shows(record, hook, shown)).map(describedHook),
    deploymentConfiguration: configurationOf(plan),
    ...(rollback
      ? {
          rollback: {
            reason: rollback.reason,
            startedAt: new Date(rollback.startedAt),
            ...(source ? { serviceRevisionArn: source.arn } : {}),
          },
        }
      : {}),
    deploymentCircuitBreaker: {
      status: record.circuitBreaker,
      failureCount: record.failedTasks,
      threshold: plan.circuitBreaker?.threshold ?? 0,
    },
    ...(plan.alarms
      ? {
          alarms: {
            status: record.alarms,
            alarmNames: [...plan.alarms.names],
            triggeredAlarmNames: [...record.triggeredAlarms],
          },
        }
      : {}),
  };
}

export function describedBrief(record: DeploymentRecord): ServiceDeploymentBrief {
  return { ...briefly(record), targetServiceRevisionArn: record.target.arn };
}

function briefly(record: DeploymentRecord) {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: record.serviceArn,
    clusterArn: record.clusterArn,
    createdAt: new Date(record.createdAt),
    ...(record.startedAt === undefined ? {} : { startedAt: new Date(record.startedAt) }),
    ...(record.finishedAt === undefined ? {} : { finishedAt: new Date(record.finishedAt) }),
    status: record.status,
    statusReason: record.statusReason,
  } satisfies ServiceDeploymentBrief;
}

function shows(record: DeploymentRecord, hook: HookRecord, shown: HooksShown): boolean {
  if (shown === "all") return true;
  return shown === "open" ? hook.status === "AWAITING_ACTION" : hook.step === record.step;
}

function describedHook(hook: HookRecord): DeploymentLifecycleHookDetail {
  return {
    hookId: hook.id,
    targetType: "PAUSE",
    status: hook.status,
    expiresAt: new Date(hook.expiresAt),
    timeoutAction: hook.timeoutAction,
  };
}

function summary(counts: RevisionCounts, weighted: boolean): ServiceRevisionSummary {
  return {
    arn: counts.arn,
    requestedTaskCount: counts.requested,
    runningTaskCount: counts.running,
    pendingTaskCount: counts.pending,
    ...(weighted
      ? {
          requestedProductionTrafficWeight: counts.productionWeight,
          requestedTestTrafficWeight: counts.testWeight,
        }
      : {}),
  };
}

export function describedService(
  service: ServiceRecord,
  current: DeploymentRecord | undefined,
  include: { readonly tags: boolean },
): Service {
  const rolling = current !== undefined && !hasEnded(current) ? current : undefined;
  const sides = rolling ? [rolling.target, ...(rolling.source ? [rolling.source] : [])] : [service.serving];
  const revisions = sides.filter((side) => side !== undefined);
  const taskDefinition = revisions[0]?.taskDefinition;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    status: "ACTIVE",
    desiredCount: service.desiredCount,
    runningCount: revisions.reduce((sum, side) => sum + side.running, 0),
    pendingCount: revisions.reduce((sum, side) => sum + side.pending, 0),
    launchType: "FARGATE",
    schedulingStrategy: "REPLICA",
    deploymentController: { type: "ECS" },
    taskDefinition,
    deployments: revisions.map((side, index) => describedRollout(service, rolling, side, index)),
    events: service.messages.map(({ id, at, message }) => ({ id, createdAt: new Date(at), message })),
    createdAt: new Date(service.createdAt),
    currentServiceDeployment: service.currentDeployment,
    currentServiceRevisions: revisions.map((side) => summary(side, false)),
    ...(include.tags ? { tags: Object.entries(service.tags).map(([key, value]) => ({ key, value })) } : {}),
  };
}

function describedRollout(
  service: ServiceRecord,
  rolling: DeploymentRecord | undefined,
  side: RevisionCounts,
  index: number,
): Deployment {
  const primary = index === 0;
  return {
    id: primary && rolling ? rolling.deploymentId : service.servingDeploymentId,
    status: primary ? "PRIMARY" : "ACTIVE",
    taskDefinition: side.taskDefinition,
    desiredCount: side.requested,
    runningCount: side.running,
    pendingCount: side.pending,
    failedTasks: primary && rolling ? rolling.failedTasks : 0,
    createdAt: new Date(primary && rolling ? rolling.createdAt : service.createdAt),
    updatedAt: new Date(rolling?.updatedAt ?? service.createdAt),
    launchType: "FARGATE",
    rolloutState: primary && rolling ? "IN_PROGRESS" : "COMPLETED",
  };
}

export function describedRevision(record: RevisionRecord, definition: TaskDefinitionRecord): ServiceRevision {
  return {
    serviceRevisionArn: record.arn,
    serviceArn: record.serviceArn,
    clusterArn: record.clusterArn,
    taskDefinition: record.taskDefinition,
    launchType: "FARGATE",
    containerImages: definition.containers.map(({ name, image, imageDigest }) => ({
      containerName: name,
      image,
      ...(imageDigest === undefined ? {} : { imageDigest }),
    })),
    createdAt: new Date(record.createdAt),
  };
}

export function describedTaskDefinition(record: TaskDefinitionRecord): TaskDefinition {
  return {
    taskDefinitionArn: record.arn,
    family: record.family,
    revision: record.revision,
    status: "ACTIVE",
    cpu: record.cpu,
    memory: record.memory,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    registeredAt: new Date(record.registeredAt),
    containerDefinitions: record.containers.map(({ name, image, environment }) => ({
      name,
      image,
      essential: true,
      environment: Object.entries(environment ?? {}).map(([key, value]) => ({ name: key, value })),
    })),
  };
}
