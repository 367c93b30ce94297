/** The read calls for deployments, applications and environments. They throw AWS's errors. */

import {
  type AppConfigClient,
  type Application,
  type DeploymentStrategy,
  type Environment,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  paginateListApplications,
  paginateListDeploymentStrategies,
  paginateListEnvironments,
} from "@aws-sdk/client-appconfig";
import { isNamed } from "../client/errors.ts";
import type { OnCut } from "../naming.ts";
import { itemsOf } from "../pages.ts";
import type { Listed } from "./facts/history.ts";
import { wentBack } from "./facts/state.ts";
import { type AwsDeployment, deploymentSchema, type Summary, summarySchema } from "./facts/stored-detail.ts";
import type { DeploymentId } from "./id.ts";

/** AWS's limit for a page. */
const pageSize = 50;
/** A deployment whose predecessor is further back than this is shown without it. */
const maxHistoryPages = 4;

export type InEnvironment = Pick<DeploymentId, "application" | "environment">;

export async function readDeployment(
  client: AppConfigClient,
  { application, environment, number }: DeploymentId,
  abortSignal: AbortSignal,
): Promise<AwsDeployment> {
  const command = new GetDeploymentCommand({
    ApplicationId: application,
    EnvironmentId: environment,
    DeploymentNumber: number,
  });
  return deploymentSchema.parse(await client.send(command, { abortSignal }));
}

/**
 * All newer deployments, and the older ones back to the last of the same configuration profile that was not rolled back
 * or reverted.
 */
export async function readHistory(
  client: AppConfigClient,
  id: DeploymentId,
  profile: string | undefined,
  abortSignal: AbortSignal,
): Promise<Listed> {
  const deployments: Summary[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < maxHistoryPages; page += 1) {
    const read = await deploymentsPage(client, id, { pageSize, NextToken }, abortSignal);
    deployments.push(...read.items);
    NextToken = read.nextToken;
    if (NextToken === undefined || deployments.some((summary) => settles(summary, id, profile))) break;
  }
  return { deployments, complete: NextToken === undefined };
}

function settles(summary: Summary, { number }: DeploymentId, profile: string | undefined): boolean {
  const { DeploymentNumber = number, ConfigurationProfileId, State } = summary;
  return DeploymentNumber < number && ConfigurationProfileId === profile && !wentBack(State);
}

/** Newest first, the order in which AWS lists them. */
export async function newestDeployments(
  client: AppConfigClient,
  environment: InEnvironment,
  atMost: number,
  abortSignal: AbortSignal,
): Promise<readonly Summary[]> {
  const { items } = await deploymentsPage(client, environment, { pageSize: atMost }, abortSignal);
  return items.toSorted((a, b) => (b.DeploymentNumber ?? 0) - (a.DeploymentNumber ?? 0));
}

async function deploymentsPage(
  client: AppConfigClient,
  { application, environment }: InEnvironment,
  page: { readonly pageSize: number; readonly NextToken?: string | undefined },
  abortSignal: AbortSignal,
): Promise<{
  readonly items: readonly Summary[];
  readonly nextToken: string | undefined;
}> {
  const command = new ListDeploymentsCommand({
    ApplicationId: application,
    EnvironmentId: environment,
    MaxResults: page.pageSize,
    NextToken: page.NextToken,
  });
  const { Items = [], NextToken } = await client.send(command, { abortSignal });
  return { items: Items.map((item) => summarySchema.parse(item)), nextToken: NextToken };
}

export function listApplications(
  client: AppConfigClient,
  abortSignal: AbortSignal,
  onCut?: OnCut,
): Promise<readonly Application[]> {
  const pages = paginateListApplications({ client, pageSize }, {}, { abortSignal });
  return itemsOf(pages, ({ Items }) => Items, { onCut });
}

export function listEnvironments(
  client: AppConfigClient,
  ApplicationId: string,
  abortSignal: AbortSignal,
  onCut?: OnCut,
): Promise<readonly Environment[]> {
  const pages = paginateListEnvironments({ client, pageSize }, { ApplicationId }, { abortSignal });
  return itemsOf(pages, ({ Items }) => Items, { onCut });
}

export function listStrategies(
  client: AppConfigClient,
  abortSignal: AbortSignal,
): Promise<readonly DeploymentStrategy[]> {
  const pages = paginateListDeploymentStrategies({ client, pageSize }, {}, { abortSignal });
  return itemsOf(pages, ({ Items }) => Items);
}

export function isMissing(error: unknown): boolean {
  return isNamed(error, "ResourceNotFoundException");
}
