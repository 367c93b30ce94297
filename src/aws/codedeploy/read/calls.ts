/** The read calls to CodeDeploy. They throw the SDK's errors; the caller decides what a failure means. */

import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  type CodeDeployClient,
  type DeploymentInfo,
  type DeploymentStatus,
  GetDeploymentCommand,
  ListDeploymentTargetsCommand,
  paginateListApplications,
  paginateListDeploymentGroups,
  paginateListDeployments,
} from "@aws-sdk/client-codedeploy";
import { isNamed } from "../../client/errors.ts";
import type { OnCut } from "../../naming.ts";
import { itemsOf, pagesOf } from "../../pages.ts";
import { type Target, type Targets, targetOf } from "../facts/targets.ts";

/** AWS's limit for both batch calls, according to the documentation of their inputs. */
const perBatch = 25;
/** Four calls per read. A larger fleet is counted from CodeDeploy's overview and shown as partly read. */
const targetsAtMost = 100;
const targetPagesAtMost = 10;

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

/** Reads up to `targetsAtMost` targets; if there are more, failed ones first. */
export async function readTargets(
  codedeploy: CodeDeployClient,
  deploymentId: string,
  abortSignal: AbortSignal,
): Promise<Extract<Targets, { readonly kind: "read" }>> {
  let more = false;
  const onCut: OnCut = () => {
    more = true;
  };
  const all = { atMost: targetPagesAtMost, onCut };
  const items = await listTargets(codedeploy, deploymentId, {}, all, abortSignal);
  const failed =
    items.length <= targetsAtMost
      ? []
      : await listTargets(
          codedeploy,
          deploymentId,
          { targetFilters: { TargetStatus: ["Failed"] } },
          { atMost: 1 },
          abortSignal,
        );
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
  filter: { readonly targetFilters?: { TargetStatus: string[] } },
  bounds: { readonly atMost: number; readonly onCut?: OnCut },
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const pages = pagesOf((token) => {
    const command = new ListDeploymentTargetsCommand({ deploymentId, ...filter, ...token });
    return codedeploy.send(command, { abortSignal });
  });
  return itemsOf(pages, ({ targetIds }) => targetIds, bounds);
}

export function listRunning(client: CodeDeployClient, abortSignal: AbortSignal): Promise<readonly string[]> {
  const pages = paginateListDeployments({ client }, { includeOnlyStatuses: inProgress }, { abortSignal });
  return itemsOf(pages, ({ deployments }) => deployments);
}

/** Reads application and group of up to 25 deployments. */
export async function readDeployments(
  codedeploy: CodeDeployClient,
  deploymentIds: string[],
  abortSignal: AbortSignal,
): Promise<readonly DeploymentInfo[]> {
  const command = new BatchGetDeploymentsCommand({ deploymentIds });
  const { deploymentsInfo = [] } = await codedeploy.send(command, { abortSignal });
  return deploymentsInfo;
}

/** AWS allows 1,000 applications per region and 1,000 groups per application. */
export function listApplications(
  client: CodeDeployClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  const pages = paginateListApplications({ client }, {}, { abortSignal });
  return itemsOf(pages, ({ applications }) => applications, { onCut });
}

/** Empty if the application was deleted since it was listed. */
export async function listDeploymentGroups(
  client: CodeDeployClient,
  applicationName: string,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  const pages = paginateListDeploymentGroups({ client }, { applicationName }, { abortSignal });
  try {
    return await itemsOf(pages, ({ deploymentGroups }) => deploymentGroups, { onCut });
  } catch (error) {
    if (isNamed(error, "ApplicationDoesNotExistException")) return [];
    throw error;
  }
}

export function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / perBatch) }, (_, index) =>
    ids.slice(index * perBatch, (index + 1) * perBatch),
  );
}
