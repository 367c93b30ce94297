/** The three EventBridge events that ECS sends for deployments, in the format of AWS's published samples. */
import type { EventBus } from "../events.ts";
import { wholeSeconds } from "../events.ts";
import { type DeploymentRecord, type HookRecord, partsOf, type ServiceRecord } from "./records.ts";

export interface News {
  readonly hook: (deployment: DeploymentRecord, hook: HookRecord) => void;
  readonly deployment: (deployment: DeploymentRecord, name: DeploymentNews, reason: string) => void;
  readonly service: (
    service: ServiceRecord,
    type: "INFO" | "WARN" | "ERROR",
    name: string,
    reason?: string,
  ) => void;
}

type DeploymentNews =
  | "SERVICE_DEPLOYMENT_IN_PROGRESS"
  | "SERVICE_DEPLOYMENT_COMPLETED"
  | "SERVICE_DEPLOYMENT_FAILED";

export function createNews(bus: EventBus, now: () => number): News {
  const emit = (arn: string, detailType: string, detail: Readonly<Record<string, unknown>>) => {
    const { account, region } = partsOf(arn);
    bus.emit({ "detail-type": detailType, source: "aws.ecs", account, region, resources: [arn], detail });
  };
  return {
    hook: (deployment, hook) =>
      emit(deployment.arn, "ECS Hook State Change", {
        eventType: "INFO",
        eventName: `HOOK_${hook.status}`,
        hookId: hook.id,
        hookType: "PAUSE",
        expiresAt: wholeSeconds(hook.expiresAt),
        lifecycleStage: hook.stage,
        clusterArn: deployment.clusterArn,
        serviceArn: deployment.serviceArn,
        serviceDeploymentArn: deployment.arn,
        // AWS uses nanoseconds here.
        updatedAt: new Date(now()).toISOString().replace("Z", "000000Z"),
      }),
    // The event has only the service: no serviceDeploymentArn, no clusterArn.
    deployment: (deployment, eventName, reason) =>
      emit(deployment.serviceArn, "ECS Deployment State Change", {
        eventType: eventName === "SERVICE_DEPLOYMENT_FAILED" ? "ERROR" : "INFO",
        eventName,
        deploymentId: deployment.deploymentId,
        updatedAt: wholeSeconds(now()),
        reason,
      }),
    service: (service, eventType, eventName, reason) =>
      emit(service.arn, "ECS Service Action", {
        eventType,
        eventName,
        clusterArn: service.clusterArn,
        createdAt: new Date(now()).toISOString(),
        ...(reason === undefined ? {} : { reason }),
      }),
  };
}
