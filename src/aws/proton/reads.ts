/** The calls that read Proton. They throw what the SDK throws; who asks knows what a failure means. */

import {
  GetComponentCommand,
  GetDeploymentCommand,
  GetEnvironmentCommand,
  GetServiceCommand,
  GetServiceInstanceCommand,
  ListComponentsCommand,
  ListEnvironmentsCommand,
  ListServiceInstancesCommand,
  ListServicesCommand,
  type ProtonClient,
} from "@aws-sdk/client-proton";
import type { OnCut } from "../naming.ts";
import type { Resource, ResourceKind } from "./resource.ts";
import type { Own, Standing } from "./standing.ts";

/** The IAM action of `readStanding`. */
export const readActions: Readonly<Record<ResourceKind, string>> = {
  "service-pipeline": "proton:GetService",
  "service-instance": "proton:GetServiceInstance",
  environment: "proton:GetEnvironment",
  component: "proton:GetComponent",
};

/** `undefined`: Proton does not know the resource, or the service has no pipeline. */
export async function readStanding(
  proton: ProtonClient,
  resource: Resource,
  abortSignal: AbortSignal,
): Promise<Standing | undefined> {
  try {
    return await getStanding(proton, resource, abortSignal);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function getStanding(
  proton: ProtonClient,
  resource: Resource,
  abortSignal: AbortSignal,
): Promise<Standing | undefined> {
  switch (resource.kind) {
    case "service-pipeline": {
      const command = new GetServiceCommand({ name: resource.serviceName });
      return (await proton.send(command, { abortSignal })).service?.pipeline;
    }
    case "service-instance": {
      const { serviceName, name } = resource;
      const command = new GetServiceInstanceCommand({ serviceName, name });
      return (await proton.send(command, { abortSignal })).serviceInstance;
    }
    case "environment": {
      const command = new GetEnvironmentCommand({ name: resource.name });
      return (await proton.send(command, { abortSignal })).environment;
    }
    case "component": {
      const command = new GetComponentCommand({ name: resource.name });
      return (await proton.send(command, { abortSignal })).component;
    }
  }
}

/** Never throws: without the record the resource still tells how its newest deployment stands. */
export async function readOwn(
  proton: ProtonClient,
  resource: Resource,
  id: string,
  abortSignal: AbortSignal,
): Promise<Own> {
  try {
    const command = new GetDeploymentCommand({ id, ...namesOf(resource) });
    const { deployment } = await proton.send(command, { abortSignal });
    return deployment === undefined ? { kind: "missing" } : { kind: "read", value: deployment };
  } catch (error) {
    return isMissing(error) ? { kind: "missing" } : { kind: "unknown", error };
  }
}

function namesOf(resource: Resource): {
  readonly serviceName?: string;
  readonly serviceInstanceName?: string;
  readonly environmentName?: string;
  readonly componentName?: string;
} {
  switch (resource.kind) {
    case "service-pipeline":
      return { serviceName: resource.serviceName };
    case "service-instance":
      return { serviceName: resource.serviceName, serviceInstanceName: resource.name };
    case "environment":
      return { environmentName: resource.name };
    case "component":
      return { componentName: resource.name };
  }
}

/** One line of a list: what is deployed to, and how that stands. */
export interface Listed {
  readonly resource: Resource;
  readonly standing: Standing;
}

export function listServices(
  proton: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  return allPages(async (page) => {
    const { services = [], nextToken } = await proton.send(new ListServicesCommand(page), { abortSignal });
    return { items: services.flatMap(({ name }) => name ?? []), nextToken };
  }, onCut);
}

export function listInstances(
  proton: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly Listed[]> {
  return allPages(async (page) => {
    const command = new ListServiceInstancesCommand(page);
    const { serviceInstances = [], nextToken } = await proton.send(command, { abortSignal });
    const items = serviceInstances.flatMap((standing): Listed[] => {
      const { serviceName, name } = standing;
      if (serviceName === undefined || name === undefined) return [];
      return [{ resource: { kind: "service-instance", serviceName, name }, standing }];
    });
    return { items, nextToken };
  }, onCut);
}

export function listEnvironments(
  proton: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly Listed[]> {
  return allPages(async (page) => {
    const command = new ListEnvironmentsCommand(page);
    const { environments = [], nextToken } = await proton.send(command, { abortSignal });
    return { items: named("environment", environments), nextToken };
  }, onCut);
}

export function listComponents(
  proton: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly Listed[]> {
  return allPages(async (page) => {
    const command = new ListComponentsCommand(page);
    const { components = [], nextToken } = await proton.send(command, { abortSignal });
    return { items: named("component", components), nextToken };
  }, onCut);
}

function named(
  kind: "environment" | "component",
  summaries: readonly (Standing & { readonly name: string | undefined })[],
): readonly Listed[] {
  return summaries.flatMap((standing) =>
    standing.name === undefined ? [] : [{ resource: { kind, name: standing.name }, standing }],
  );
}

/** A page holds up to 100; nobody has more than this, and a loop has to end. */
const maxPages = 50;

async function allPages<Item>(
  read: (page: { readonly maxResults: number; readonly nextToken?: string }) => Promise<{
    readonly items: readonly Item[];
    readonly nextToken: string | undefined;
  }>,
  onCut: OnCut,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let token: { readonly nextToken?: string } = {};
  for (let page = 0; page < maxPages; page += 1) {
    const { items, nextToken } = await read({ maxResults: 100, ...token });
    all.push(...items);
    if (nextToken === undefined) return all;
    token = { nextToken };
  }
  onCut();
  return all;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === "ResourceNotFoundException";
}
