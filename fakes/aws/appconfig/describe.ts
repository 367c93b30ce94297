/** Converts the fake AppConfig's records to AWS's responses. Pure. */
import type {
  Deployment,
  DeploymentEvent,
  DeploymentStrategy,
  DeploymentSummary,
  Environment,
  EnvironmentState,
} from "@aws-sdk/client-appconfig";
import type {
  DeploymentRecord,
  EnvironmentRecord,
  LogEntry,
  ProfileRecord,
  StrategyRecord,
} from "./records.ts";

/** AWS's own extension that sends deployment events to EventBridge. */
const extension = "AWS.AppConfig.DeploymentNotificationsToEventBridge";

export function describedDeployment(
  record: DeploymentRecord,
  profile: ProfileRecord,
  environment: EnvironmentRecord,
): Deployment {
  const associationId = environment.extensionAssociationId;
  return {
    ApplicationId: record.applicationId,
    EnvironmentId: record.environmentId,
    DeploymentStrategyId: record.strategyId,
    ConfigurationLocationUri: profile.locationUri,
    Description: record.description,
    EventLog: record.log.map(describedEntry),
    AppliedExtensions:
      associationId === undefined
        ? []
        : [
            {
              ExtensionId: extension,
              ExtensionAssociationId: associationId,
              VersionNumber: 1,
              Parameters: {},
            },
          ],
    ...common(record, profile),
  };
}

export function describedSummary(record: DeploymentRecord, profile: ProfileRecord): DeploymentSummary {
  return { ...common(record, profile), Type: "USER" };
}

function common(record: DeploymentRecord, profile: ProfileRecord) {
  return {
    DeploymentNumber: record.number,
    ConfigurationProfileId: record.profileId,
    ConfigurationName: profile.name,
    ConfigurationVersion: record.version,
    VersionLabel: record.versionLabel,
    ...record.pace,
    State: record.state,
    PercentageComplete: record.percent,
    StartedAt: new Date(record.startedAt),
    ...(record.completedAt === undefined ? {} : { CompletedAt: new Date(record.completedAt) }),
  } satisfies DeploymentSummary;
}

function describedEntry(entry: LogEntry): DeploymentEvent {
  const invocation = { ExtensionIdentifier: extension, InvocationId: entry.invocationId };
  return {
    EventType: entry.type,
    TriggeredBy: entry.triggeredBy,
    Description: entry.description,
    ...(entry.invocationId === undefined ? {} : { ActionInvocations: [invocation] }),
    OccurredAt: new Date(entry.at),
  };
}

/** The response of StopDeployment: all zeros, as in AWS CLI's sample. */
export const stopped: Deployment = {
  DeploymentNumber: 0,
  DeploymentDurationInMinutes: 0,
  GrowthFactor: 0,
  FinalBakeTimeInMinutes: 0,
  PercentageComplete: 0,
};

export function describedStrategy(record: StrategyRecord): DeploymentStrategy {
  return {
    Id: record.id,
    Name: record.name,
    Description: record.description,
    ...record.pace,
    ReplicateTo: record.replicateTo,
  };
}

/** `latest` is the environment's latest deployment. */
export function describedEnvironment(
  record: EnvironmentRecord,
  latest: DeploymentRecord | undefined,
): Environment {
  return {
    ApplicationId: record.applicationId,
    Id: record.id,
    Name: record.name,
    State: stateOf(latest),
    Monitors: record.alarms.map((AlarmArn) => ({ AlarmArn })),
  };
}

function stateOf(latest: DeploymentRecord | undefined): EnvironmentState {
  switch (latest?.state) {
    case undefined:
    case "COMPLETE":
      return "READY_FOR_DEPLOYMENT";
    case "ROLLING_BACK":
    case "ROLLED_BACK":
    case "REVERTED":
      return latest.state;
    default:
      return "DEPLOYING";
  }
}
