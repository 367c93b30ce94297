/** Converts the fake CodeDeploy's records to AWS's responses. Pure. */
import type {
  BlueGreenDeploymentConfiguration,
  DeploymentGroupInfo,
  DeploymentInfo,
  DeploymentOverview,
  LastDeploymentInfo,
  RevisionLocation,
} from "@aws-sdk/client-codedeploy";
import { configOf, type Plan, styleOf } from "./plan.ts";
import type { DeploymentRecord, GroupRecord } from "./records.ts";

/**
 * According to the documentation `instanceTerminationWaitTimeStarted` becomes true with the termination wait. For ECS
 * it was reported to stay false (aws/containers-roadmap, issue 269); then only the target's status Succeeded shows the
 * wait.
 */
export type TerminationWaitShown = "documented" | "not-for-ecs";

export function describedDeployment(record: DeploymentRecord, shown: TerminationWaitShown): DeploymentInfo {
  const { plan, rollback } = record;
  const hidden = shown === "not-for-ecs" && plan.platform === "ECS";
  return {
    applicationName: plan.application,
    deploymentGroupName: plan.group,
    deploymentConfigName: configOf(plan),
    deploymentId: record.id,
    ...(record.previous ? { previousRevision: withoutContent(record.previous) } : {}),
    revision: withoutContent(plan.revision),
    status: record.status,
    ...(record.error ? { errorInformation: { ...record.error } } : {}),
    createTime: new Date(record.createdAt),
    ...(record.startedAt === undefined ? {} : { startTime: new Date(record.startedAt) }),
    ...(record.completedAt === undefined ? {} : { completeTime: new Date(record.completedAt) }),
    ...(record.startedAt === undefined ? {} : { deploymentOverview: overview(record) }),
    description: plan.description,
    creator: record.creator,
    ignoreApplicationStopFailures: false,
    ...settings(plan),
    updateOutdatedInstancesOnly: false,
    ...(rollback
      ? {
          rollbackInfo: {
            ...(rollback.deploymentId ? { rollbackDeploymentId: rollback.deploymentId } : {}),
            ...(rollback.triggeringDeploymentId
              ? { rollbackTriggeringDeploymentId: rollback.triggeringDeploymentId }
              : {}),
            rollbackMessage: rollback.message,
          },
        }
      : {}),
    instanceTerminationWaitTimeStarted: record.terminationWait !== "not yet" && !hidden,
    fileExistsBehavior: "DISALLOW",
    deploymentStatusMessages: [],
    computePlatform: plan.platform,
  };
}

export function describedGroup(
  { plan, id, ...group }: GroupRecord,
  deploymentOf: (id: string) => DeploymentRecord | undefined,
): DeploymentGroupInfo {
  const attempted = group.lastAttempted === undefined ? undefined : deploymentOf(group.lastAttempted);
  const successful = group.lastSuccessful === undefined ? undefined : deploymentOf(group.lastSuccessful);
  return {
    applicationName: plan.application,
    deploymentGroupId: id,
    deploymentGroupName: plan.group,
    deploymentConfigName: configOf(plan),
    serviceRoleArn: `arn:aws:iam::${plan.account}:role/codedeploy`,
    targetRevision: withoutContent((successful?.plan ?? plan).revision),
    triggerConfigurations: [],
    alarmConfiguration: {
      enabled: plan.alarms !== undefined,
      ignorePollAlarmFailure: false,
      alarms: (plan.alarms ?? []).map((name) => ({ name })),
    },
    ...settings(plan),
    ...(attempted ? { lastAttemptedDeployment: last(attempted) } : {}),
    ...(successful ? { lastSuccessfulDeployment: last(successful) } : {}),
    computePlatform: plan.platform,
    ...(plan.ecs ? { ecsServices: [{ clusterName: plan.ecs.cluster, serviceName: plan.ecs.service }] } : {}),
  };
}

/** The settings that a deployment copies from its group. */
function settings(plan: Plan) {
  const style = styleOf(plan);
  const controlled = style === "BLUE_GREEN" || plan.trafficControl === true;
  return {
    autoRollbackConfiguration: {
      enabled: plan.autoRollback?.enabled ?? false,
      events: [...(plan.autoRollback?.events ?? [])],
    },
    deploymentStyle: {
      deploymentType: style,
      deploymentOption: controlled ? "WITH_TRAFFIC_CONTROL" : "WITHOUT_TRAFFIC_CONTROL",
    },
    ...(style === "BLUE_GREEN" && plan.platform !== "Lambda"
      ? { blueGreenDeploymentConfiguration: blueGreen(plan) }
      : {}),
  } satisfies Partial<DeploymentInfo>;
}

function blueGreen(plan: Plan): BlueGreenDeploymentConfiguration {
  const { readyWait } = plan;
  return {
    terminateBlueInstancesOnDeploymentSuccess: plan.keepOld
      ? { action: "KEEP_ALIVE" }
      : { action: "TERMINATE", terminationWaitTimeInMinutes: plan.terminationWaitMinutes ?? 0 },
    deploymentReadyOption: {
      actionOnTimeout: readyWait?.action ?? "CONTINUE_DEPLOYMENT",
      waitTimeInMinutes: readyWait?.minutes ?? 0,
    },
    ...(plan.platform === "Server" ? { greenFleetProvisioningOption: { action: "DISCOVER_EXISTING" } } : {}),
  };
}

function overview({ targets }: DeploymentRecord): DeploymentOverview {
  const count = (status: keyof DeploymentOverview) =>
    targets.filter((target) => target.status === status).length;
  return {
    Pending: count("Pending"),
    InProgress: count("InProgress"),
    Succeeded: count("Succeeded"),
    Failed: count("Failed"),
    Skipped: count("Skipped"),
    Ready: count("Ready"),
  };
}

function last(record: DeploymentRecord): LastDeploymentInfo {
  return {
    deploymentId: record.id,
    status: record.status,
    createTime: new Date(record.createdAt),
    ...(record.completedAt === undefined ? {} : { endTime: new Date(record.completedAt) }),
  };
}

/** GetDeployment never returns the text of an AppSpec file; GetApplicationRevision does. */
function withoutContent({ appSpecContent, ...revision }: RevisionLocation): RevisionLocation {
  if (appSpecContent === undefined) return revision;
  const { sha256 } = appSpecContent;
  return { ...revision, appSpecContent: sha256 === undefined ? {} : { sha256 } };
}
