/** The events of AWS's EventBridge extension, in the format of the only sample that AWS publishes. */
import type { EventBus } from "../events.ts";
import { type DeploymentRecord, newId, type World } from "./records.ts";

/**
 * AWS's event reference and its docs on action points spell the rollback differently, and no sample shows which one is
 * sent.
 */
export type RollbackSpelling = "On Deployment Rollback" | "On Deployment Rolled Back";

export interface News {
  /** A new invocation id of the extension; undefined if no extension is associated, and then no event is sent. */
  readonly invocation: (deployment: DeploymentRecord) => string | undefined;
  readonly started: (deployment: DeploymentRecord, invocation: string | undefined) => void;
  readonly completed: (deployment: DeploymentRecord, invocation: string | undefined) => void;
  readonly rolledBack: (deployment: DeploymentRecord, invocation: string | undefined) => void;
}

export function createNews(bus: EventBus, world: World, spelling: () => RollbackSpelling): News {
  function tell(deployment: DeploymentRecord, detailType: string, invocation: string | undefined): void {
    const application = world.applications.get(deployment.applicationId);
    const environment = world.environments.get(deployment.environmentId);
    const profile = world.profiles.get(deployment.profileId);
    if (application === undefined || environment === undefined || profile === undefined) return;
    if (environment.extensionAssociationId === undefined || invocation === undefined) return;
    const { account, region } = deployment;
    const association = `extensionassociation/${environment.extensionAssociationId}`;
    bus.emit({
      "detail-type": detailType,
      source: "aws.appconfig",
      account,
      region,
      resources: [`arn:aws:appconfig:${region}:${account}:${association}`],
      detail: {
        InvocationId: invocation,
        Parameters: {},
        Type: detailType.replaceAll(" ", ""),
        Application: { Id: application.id, Name: application.name },
        Environment: { Id: environment.id, Name: environment.name },
        ConfigurationProfile: { Id: profile.id, Name: profile.name },
        DeploymentNumber: deployment.number,
        ConfigurationVersion: deployment.version,
      },
    });
  }

  return {
    invocation: ({ environmentId }) =>
      world.environments.get(environmentId)?.extensionAssociationId === undefined ? undefined : newId(),
    started: (deployment, invocation) => tell(deployment, "On Deployment Start", invocation),
    completed: (deployment, invocation) => tell(deployment, "On Deployment Complete", invocation),
    rolledBack: (deployment, invocation) => tell(deployment, spelling(), invocation),
  };
}
