/** The calls that read ECS. They throw what the SDK throws; who asks knows what a failure means. */

import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  type Service,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  type ServiceRevision,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { OnCut } from "../naming.ts";
import { parseArn } from "./arn.ts";

/** AWS's limit for DescribeServiceRevisions. */
const maxRevisions = 20;
/** A page holds up to 100; nobody has more than this, and a loop has to end. */
const maxPages = 50;

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

/** `newest`: the newest ones whatever their state, as far as one page goes. */
export async function listDeployments(
  ecs: ECSClient,
  serviceArn: string,
  which: "in-progress" | "newest",
  abortSignal: AbortSignal,
): Promise<readonly ServiceDeploymentBrief[]> {
  const input = { ...namesIn(serviceArn), maxResults: 100 };
  if (which === "newest") {
    const page = await ecs.send(new ListServiceDeploymentsCommand(input), { abortSignal });
    return page.serviceDeployments ?? [];
  }
  return allPages(async (nextToken) => {
    const command = new ListServiceDeploymentsCommand({ ...input, status: inProgress, ...nextToken });
    const page = await ecs.send(command, { abortSignal });
    return { items: page.serviceDeployments ?? [], nextToken: page.nextToken };
  });
}

export function listClusters(
  ecs: ECSClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  return allPages(async (nextToken) => {
    const page = await ecs.send(new ListClustersCommand({ maxResults: 100, ...nextToken }), { abortSignal });
    return { items: page.clusterArns ?? [], nextToken: page.nextToken };
  }, onCut);
}

export function listServices(
  ecs: ECSClient,
  cluster: string,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  return allPages(async (nextToken) => {
    const command = new ListServicesCommand({ cluster, maxResults: 100, ...nextToken });
    const page = await ecs.send(command, { abortSignal });
    return { items: page.serviceArns ?? [], nextToken: page.nextToken };
  }, onCut);
}

async function allPages<Item>(
  read: (token: { readonly nextToken?: string }) => Promise<{
    readonly items: readonly Item[];
    readonly nextToken: string | undefined;
  }>,
  onCut: OnCut = () => {},
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let token: { readonly nextToken?: string } = {};
  for (let page = 0; page < maxPages; page += 1) {
    const { items, nextToken } = await read(token);
    all.push(...items);
    if (nextToken === undefined) return all;
    token = { nextToken };
  }
  onCut();
  return all;
}

/** By name, because the ARN that ECS itself uses may be of the short format. Without a cluster it is about `default`. */
function namesIn(serviceArn: string): { readonly cluster?: string; readonly service: string } {
  const { cluster, service = serviceArn } = parseArn(serviceArn) ?? {};
  return { service, ...(cluster === undefined ? {} : { cluster }) };
}
