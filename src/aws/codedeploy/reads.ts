/** The calls that read CodeDeploy. They throw what the SDK throws; who asks knows what a failure means. */

import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  type CodeDeployClient,
  type DeploymentInfo,
  type DeploymentStatus,
  GetDeploymentCommand,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
  type ListDeploymentGroupsCommandOutput,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
} from "@aws-sdk/client-codedeploy";
import type { OnCut } from "../naming.ts";
import { type Target, type Targets, targetOf } from "./targets.ts";

/** AWS's limit for both batch calls, by the documentation of their inputs. */
const perBatch = 25;
/** Four calls for a look. A larger fleet is counted by CodeDeploy's overview, and shown as read in part. */
const targetsAtMost = 100;
const targetPagesAtMost = 10;
/** Nobody has more than this in progress, and a loop has to end. */
const deploymentPagesAtMost = 50;
/** AWS allows 1,000 applications in a region and as many groups in one of them. */
const namePagesAtMost = 50;

const inProgress: DeploymentStatus[] = ["Created", "Queued", "InProgress", "Baking", "Ready"];

export async function readDeployment(
  codedeploy: CodeDeployClient,
  deploymentId: string,
  abortSignal: AbortSignal,
): Promise<DeploymentInfo> {
  const command = new GetDeploymentCommand({ deploymentId });
  const { deploymentInfo } = await codedeploy.send(command, { abortSignal });
  if (deploymentInfo === undefined) throw new Error("GetDeployment answered without one");
  return deploymentInfo;
}

/** The targets in full as far as they are few; of many, those that failed come first. */
export async function readTargets(
  codedeploy: CodeDeployClient,
  deploymentId: string,
  abortSignal: AbortSignal,
): Promise<Extract<Targets, { readonly kind: "read" }>> {
  const { items, more } = await listTargets(codedeploy, deploymentId, targetPagesAtMost, {}, abortSignal);
  const failed =
    items.length <= targetsAtMost
      ? []
      : await listTargets(
          codedeploy,
          deploymentId,
          1,
          { targetFilters: { TargetStatus: ["Failed"] } },
          abortSignal,
        ).then((page) => page.items);
  const chosen = [...new Set([...failed, ...items])].slice(0, targetsAtMost);
  const batches = await Promise.all(
    chunks(chosen).map(async (targetIds): Promise<readonly Target[]> => {
      const command = new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds });
      const { deploymentTargets = [] } = await codedeploy.send(command, { abortSignal });
      return deploymentTargets.flatMap(targetOf);
    }),
  );
  return { kind: "read", targets: batches.flat(), total: items.length, more };
}

function listTargets(
  codedeploy: CodeDeployClient,
  deploymentId: string,
  pagesAtMost: number,
  filter: { readonly targetFilters?: { TargetStatus: string[] } },
  abortSignal: AbortSignal,
): Promise<Pages> {
  return pages(pagesAtMost, async (nextToken) => {
    const command = new ListDeploymentTargetsCommand({ deploymentId, ...filter, ...nextToken });
    const page = await codedeploy.send(command, { abortSignal });
    return { items: page.targetIds ?? [], nextToken: page.nextToken };
  });
}

export async function listRunning(
  codedeploy: CodeDeployClient,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const { items } = await pages(deploymentPagesAtMost, async (nextToken) => {
    const command = new ListDeploymentsCommand({ includeOnlyStatuses: inProgress, ...nextToken });
    const page = await codedeploy.send(command, { abortSignal });
    return { items: page.deployments ?? [], nextToken: page.nextToken };
  });
  return items;
}

/** Application and group of some deployments; at most 25 at a time. */
export async function readDeployments(
  codedeploy: CodeDeployClient,
  deploymentIds: string[],
  abortSignal: AbortSignal,
): Promise<readonly DeploymentInfo[]> {
  const command = new BatchGetDeploymentsCommand({ deploymentIds });
  const { deploymentsInfo = [] } = await codedeploy.send(command, { abortSignal });
  return deploymentsInfo;
}

export async function listApplications(
  codedeploy: CodeDeployClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  const { items, more } = await pages(namePagesAtMost, async (nextToken) => {
    const page = await codedeploy.send(new ListApplicationsCommand(nextToken), { abortSignal });
    return { items: page.applications ?? [], nextToken: page.nextToken };
  });
  if (more) onCut();
  return items;
}

export async function listGroups(
  codedeploy: CodeDeployClient,
  applicationName: string,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  const { items, more } = await pages(namePagesAtMost, async (nextToken) => {
    const command = new ListDeploymentGroupsCommand({ applicationName, ...nextToken });
    const page = await codedeploy.send(command, { abortSignal }).catch(noGroupsWhereDeleted);
    return { items: page.deploymentGroups ?? [], nextToken: page.nextToken };
  });
  if (more) onCut();
  return items;
}

/** An application that was deleted since it was listed. */
function noGroupsWhereDeleted(
  error: unknown,
): Pick<ListDeploymentGroupsCommandOutput, "deploymentGroups" | "nextToken"> {
  if (error instanceof Error && error.name === "ApplicationDoesNotExistException") return {};
  throw error;
}

export function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / perBatch) }, (_, index) =>
    ids.slice(index * perBatch, (index + 1) * perBatch),
  );
}

interface Pages {
  readonly items: readonly string[];
  /** There are pages that were not read. */
  readonly more: boolean;
}

async function pages(
  atMost: number,
  read: (token: { readonly nextToken?: string }) => Promise<{
    readonly items: readonly string[];
    readonly nextToken: string | undefined;
  }>,
): Promise<Pages> {
  const all: string[] = [];
  let token: { readonly nextToken?: string } = {};
  for (let page = 0; page < atMost; page += 1) {
    const { items, nextToken } = await read(token);
    all.push(...items);
    if (nextToken === undefined) return { items: all, more: false };
    token = { nextToken };
  }
  return { items: all, more: true };
}
