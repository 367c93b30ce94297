/** The read calls to ECS. They throw the SDK's errors; the caller decides what a failure means. */

import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  paginateListClusters,
  paginateListServices,
  type Service,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  type ServiceRevision,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { OnCut } from "../naming.ts";
import { itemsOf, pagesOf } from "../pages.ts";
import { parseArn } from "./arn.ts";

/** AWS's limits for DescribeServiceRevisions and DescribeServices. */
const maxRevisions = 20;
export const servicesPerCall = 10;
/** AWS's limit for a page. */
const pageSize = 100;

const inProgress: ServiceDeploymentStatus[] = [
  "PENDING",
  "IN_PROGRESS",
  "STOP_REQUESTED",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
];

export type Found<Value> =
  | { readonly kind: "found"; readonly value: Value }
  | { readonly kind: "missing"; readonly why: string };

export async function readDeployment(
  ecs: ECSClient,
  arn: string,
  abortSignal: AbortSignal,
): Promise<Found<ServiceDeployment>> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  const { serviceDeployments = [], failures = [] } = await ecs.send(command, { abortSignal });
  const value = serviceDeployments.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
  if (value !== undefined) return { kind: "found", value };
  const reason = failures[0]?.reason ?? "MISSING";
  if (reason !== "MISSING") throw new Error(`DescribeServiceDeployments: ${reason}`);
  return { kind: "missing", why: "ECS does not know this service deployment" };
}

export async function readRevisions(
  ecs: ECSClient,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<ReadonlyMap<string, ServiceRevision>> {
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: arns.slice(0, maxRevisions) });
  const { serviceRevisions = [] } = await ecs.send(command, { abortSignal });
  return new Map(
    serviceRevisions.flatMap((revision) =>
      revision.serviceRevisionArn === undefined ? [] : [[revision.serviceRevisionArn, revision] as const],
    ),
  );
}

export async function readTaskDefinition(
  ecs: ECSClient,
  arn: string,
  abortSignal: AbortSignal,
): Promise<TaskDefinition> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
  const { taskDefinition } = await ecs.send(command, { abortSignal });
  if (taskDefinition === undefined) throw new Error("DescribeTaskDefinition answered without one");
  return taskDefinition;
}

export async function readService(
  ecs: ECSClient,
  serviceArn: string,
  abortSignal: AbortSignal,
): Promise<Found<Service>> {
  const { service, ...cluster } = namesIn(serviceArn);
  const command = new DescribeServicesCommand({ ...cluster, services: [service] });
  const { services = [], failures = [] } = await ecs.send(command, { abortSignal });
  const [value] = services;
  if (value !== undefined) return { kind: "found", value };
  return { kind: "missing", why: `ECS does not know this service (${failures[0]?.reason ?? "MISSING"})` };
}

/** Up to `servicesPerCall` services of one cluster. Those that were deleted are left out. */
export async function readServices(
  ecs: ECSClient,
  serviceArns: readonly string[],
  abortSignal: AbortSignal,
): Promise<readonly Service[]> {
  const names = serviceArns.map(namesIn);
  const cluster = names[0]?.cluster;
  const command = new DescribeServicesCommand({
    services: names.map(({ service }) => service),
    ...(cluster === undefined ? {} : { cluster }),
  });
  return (await ecs.send(command, { abortSignal })).services ?? [];
}

/** Up to 20 deployments. Those that AWS does not know are left out. */
export async function readDeployments(
  ecs: ECSClient,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<readonly ServiceDeployment[]> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] });
  return (await ecs.send(command, { abortSignal })).serviceDeployments ?? [];
}

/** `newest`: the newest ones in any state, one page at most. */
export async function listDeployments(
  ecs: ECSClient,
  serviceArn: string,
  which: "in-progress" | "newest",
  abortSignal: AbortSignal,
): Promise<readonly ServiceDeploymentBrief[]> {
  const input = { ...namesIn(serviceArn), maxResults: pageSize };
  if (which === "newest") {
    const page = await ecs.send(new ListServiceDeploymentsCommand(input), { abortSignal });
    return page.serviceDeployments ?? [];
  }
  const pages = pagesOf((token) => {
    const command = new ListServiceDeploymentsCommand({ ...input, status: inProgress, ...token });
    return ecs.send(command, { abortSignal });
  });
  return itemsOf(pages, ({ serviceDeployments }) => serviceDeployments);
}

export function listClusters(
  client: ECSClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  const pages = paginateListClusters({ client, pageSize }, {}, { abortSignal });
  return itemsOf(pages, ({ clusterArns }) => clusterArns, { onCut });
}

export function listServices(
  client: ECSClient,
  cluster: string,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  const pages = paginateListServices({ client, pageSize }, { cluster }, { abortSignal });
  return itemsOf(pages, ({ serviceArns }) => serviceArns, { onCut });
}

/** By name, because ECS itself may use an ARN of the short format. Without a cluster AWS uses `default`. */
function namesIn(serviceArn: string): { readonly cluster?: string | undefined; readonly service: string } {
  const { cluster, service = serviceArn } = parseArn(serviceArn) ?? {};
  return { service, cluster };
}
