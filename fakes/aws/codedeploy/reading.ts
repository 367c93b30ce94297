/** The read operations of CodeDeploy, with AWS's checks and errors. They may lag behind the actual state. */
import type * as codedeploy from "@aws-sdk/client-codedeploy";
import { AwsError, type Caller, type HandlersOf } from "../service.ts";
import { checkId, deploymentStatuses, existing, groupFor, isOf, page, targetStatuses } from "./checks.ts";
import { describedDeployment, describedGroup, type TerminationWaitShown } from "./describe.ts";
import { describedTarget } from "./describe-targets.ts";
import { styleOf } from "./plan.ts";
import type { DeploymentRecord, TargetRecord, World } from "./records.ts";

export interface ReadingOptions {
  readonly world: World;
  readonly terminationWaitShown: () => TerminationWaitShown;
  readonly pageSize: () => number;
}

/** According to the input's documentation; the text of the error says 100. */
const mostDeployments = 25;
const mostTargets = 25;

export function readingHandlers({ world, terminationWaitShown, pageSize }: ReadingOptions) {
  function deploymentFor(caller: Caller, asked: string | undefined): DeploymentRecord {
    const id = checkId(asked);
    return existing(caller, id, world.deployments.read(id));
  }

  function startedFor(caller: Caller, asked: string | undefined): DeploymentRecord {
    const record = deploymentFor(caller, asked);
    if (record.startedAt !== undefined) return record;
    throw new AwsError("DeploymentNotStartedException", `The deployment ${record.id} has not started.`);
  }

  function targetOf(record: DeploymentRecord, targetId: string): codedeploy.DeploymentTarget {
    const found = record.targets.find(({ id }) => id === targetId);
    if (found) return describedTarget(record, found);
    throw new AwsError("DeploymentTargetDoesNotExistException", `${targetId} is no target of ${record.id}.`);
  }

  return {
    GetDeployment: ({ deploymentId }, caller) => ({
      deploymentInfo: describedDeployment(deploymentFor(caller, deploymentId), terminationWaitShown()),
    }),

    // Unknown ids are left out: this operation models no error for them.
    BatchGetDeployments: ({ deploymentIds = [] }, caller) => {
      if (deploymentIds.length > mostDeployments) {
        throw new AwsError("BatchLimitExceededException", `At most ${mostDeployments} ids are allowed.`);
      }
      if (deploymentIds.length === 0) checkId(undefined);
      const found = deploymentIds.map(checkId).map((id) => world.deployments.read(id));
      return {
        deploymentsInfo: found
          .filter((record) => record !== undefined && isOf(caller, record))
          .flatMap((record) => (record ? [describedDeployment(record, terminationWaitShown())] : [])),
      };
    },

    ListDeployments: (input, caller) => {
      const { applicationName, deploymentGroupName, includeOnlyStatuses = [], createTimeRange } = input;
      const named = applicationName !== undefined || deploymentGroupName !== undefined;
      const group = named ? groupFor(world, caller, applicationName, deploymentGroupName) : undefined;
      if (includeOnlyStatuses.some((status) => !deploymentStatuses.includes(status))) {
        throw new AwsError("InvalidDeploymentStatusException", "There is no such deployment status.");
      }
      const from = createTimeRange?.start?.getTime() ?? Number.NEGATIVE_INFINITY;
      const until = createTimeRange?.end?.getTime() ?? Number.POSITIVE_INFINITY;
      if (from > until) throw new AwsError("InvalidTimeRangeException", "The range ends before it begins.");
      const newestFirst = world.deployments
        .readAll()
        .filter((record) => isOf(caller, record) && (group === undefined || record.groupKey === group.key))
        .filter(({ status }) => includeOnlyStatuses.length === 0 || includeOnlyStatuses.includes(status))
        .filter(({ createdAt }) => createdAt >= from && createdAt <= until)
        .toReversed();
      const { items, next } = page(newestFirst, pageSize(), input.nextToken);
      return { deployments: items.map(({ id }) => id), ...next };
    },

    ListApplications: ({ nextToken }, caller) => {
      const names = world.groups
        .readAll()
        .filter((group) => isOf(caller, group))
        .map(({ plan }) => plan.application);
      const { items, next } = page([...new Set(names)].toSorted(), pageSize(), nextToken);
      return { applications: [...items], ...next };
    },

    ListDeploymentGroups: ({ applicationName, nextToken }, caller) => {
      if (!applicationName) throw new AwsError("ApplicationNameRequiredException", "Name the application.");
      const groups = world.groups
        .readAll()
        .filter((group) => isOf(caller, group) && group.plan.application === applicationName);
      if (groups.length === 0)
        throw new AwsError("ApplicationDoesNotExistException", "There is no such application.");
      const { items, next } = page(groups.map(({ plan }) => plan.group).toSorted(), pageSize(), nextToken);
      return { applicationName, deploymentGroups: [...items], ...next };
    },

    GetDeploymentGroup: ({ applicationName, deploymentGroupName }, caller) => ({
      deploymentGroupInfo: describedGroup(
        groupFor(world, caller, applicationName, deploymentGroupName),
        world.deployments.read,
      ),
    }),

    ListDeploymentTargets: ({ deploymentId, nextToken, targetFilters = {} }, caller) => {
      const record = startedFor(caller, deploymentId);
      const matches = filterOf(record, targetFilters);
      const { items, next } = page(record.targets.filter(matches), pageSize(), nextToken);
      return { targetIds: items.map(({ id }) => id), ...next };
    },

    GetDeploymentTarget: ({ deploymentId, targetId }, caller) => {
      const record = startedFor(caller, deploymentId);
      if (!targetId) throw new AwsError("DeploymentTargetIdRequiredException", "Name the target.");
      return { deploymentTarget: targetOf(record, targetId) };
    },

    BatchGetDeploymentTargets: ({ deploymentId, targetIds = [] }, caller) => {
      const record = startedFor(caller, deploymentId);
      if (targetIds.length === 0)
        throw new AwsError("DeploymentTargetIdRequiredException", "Name the targets.");
      if (targetIds.length > mostTargets) {
        const message = `At most ${mostTargets} targets are allowed.`;
        throw new AwsError("DeploymentTargetListSizeExceededException", message);
      }
      return { deploymentTargets: targetIds.map((id) => targetOf(record, id)) };
    },

    GetApplicationRevision: ({ applicationName, revision }, caller) => {
      if (!applicationName) throw new AwsError("ApplicationNameRequiredException", "Name the application.");
      const mine = world.deployments
        .readAll()
        .filter((record) => isOf(caller, record) && record.plan.application === applicationName);
      if (mine.length === 0)
        throw new AwsError("ApplicationDoesNotExistException", "There is no such application.");
      const found = mine
        .flatMap(({ plan, previous }) => [plan.revision, ...(previous ? [previous] : [])])
        .find((one) => sameRevision(one, revision));
      if (found === undefined)
        throw new AwsError("RevisionDoesNotExistException", "There is no such revision.");
      return { applicationName, revision: found };
    },

    ListTagsForResource: ({ ResourceArn }, caller) => {
      const group = world.groups.readAll().find((one) => one.arn === ResourceArn && isOf(caller, one));
      if (group === undefined) throw new AwsError("ArnNotSupportedException", `${ResourceArn} is not known.`);
      return { Tags: Object.entries(group.plan.tags ?? {}).map(([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies HandlersOf<typeof codedeploy>;
}

function filterOf(
  { plan }: DeploymentRecord,
  filters: Readonly<Record<string, readonly string[]>>,
): (target: TargetRecord) => boolean {
  const { TargetStatus, ServerInstanceLabel, ...unknown } = filters;
  if (Object.keys(unknown).length > 0) {
    throw new AwsError("InvalidTargetFilterNameException", `There is no filter ${Object.keys(unknown)[0]}.`);
  }
  if (TargetStatus?.some((status) => !targetStatuses.some((known) => known === status))) {
    throw new AwsError("InvalidInstanceStatusException", "There is no such target status.");
  }
  if (ServerInstanceLabel?.some((label) => label !== "Blue" && label !== "Green")) {
    throw new AwsError("InvalidInstanceTypeException", "A label is Blue or Green.");
  }
  if (ServerInstanceLabel !== undefined && (plan.platform !== "Server" || styleOf(plan) === "IN_PLACE")) {
    throw new AwsError("InvalidDeploymentInstanceTypeException", "Only blue/green servers have labels.");
  }
  return ({ status, label }) =>
    (TargetStatus?.includes(status) ?? true) && (ServerInstanceLabel?.includes(label ?? "") ?? true);
}

function sameRevision(
  one: codedeploy.RevisionLocation,
  other: codedeploy.RevisionLocation | undefined,
): boolean {
  if (one.appSpecContent) return one.appSpecContent.sha256 === other?.appSpecContent?.sha256;
  if (one.s3Location) {
    return (
      one.s3Location.key === other?.s3Location?.key && one.s3Location.bucket === other?.s3Location?.bucket
    );
  }
  return one.gitHubLocation !== undefined && one.gitHubLocation.commitId === other?.gitHubLocation?.commitId;
}
