/** The read calls to Proton. They throw the SDK's errors; the caller decides what a failure means. */

import {
  GetComponentCommand,
  GetDeploymentCommand,
  GetEnvironmentCommand,
  GetServiceCommand,
  GetServiceInstanceCommand,
  type ProtonClient,
  paginateListComponents,
  paginateListEnvironments,
  paginateListServiceInstances,
  paginateListServices,
  type ServiceInstanceSummary,
} from "@aws-sdk/client-proton";
import { isNamed } from "../client/errors.ts";
import type { OnCut } from "../naming.ts";
import { itemsOf } from "../pages.ts";
import type { Resource, ResourceKind } from "./resource.ts";
import type { Own } from "./standing.ts";
import { recordSchema, type Standing, standingSchema } from "./stored-detail.ts";

/** AWS's limit for a page. */
const pageSize = 100;

/** The IAM action of `readStanding`. */
export const readActions: Readonly<Record<ResourceKind, string>> = {
  "service-pipeline": "proton:GetService",
  "service-instance": "proton:GetServiceInstance",
  environment: "proton:GetEnvironment",
  component: "proton:GetComponent",
};

/** `undefined`: Proton doesn't have the resource, or the service has no pipeline. */
export async function readStanding(
  proton: ProtonClient,
  resource: Resource,
  abortSignal: AbortSignal,
): Promise<Standing | undefined> {
  try {
    return standingSchema.optional().parse(await getStanding(proton, resource, abortSignal));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function getStanding(
  proton: ProtonClient,
  resource: Resource,
  abortSignal: AbortSignal,
): Promise<unknown> {
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

/** Never throws: without the record the resource still shows the state of its newest deployment. */
export async function readOwn(
  proton: ProtonClient,
  resource: Resource,
  id: string,
  abortSignal: AbortSignal,
): Promise<Own> {
  try {
    const command = new GetDeploymentCommand({ id, ...namesOf(resource) });
    const { deployment } = await proton.send(command, { abortSignal });
    return deployment === undefined
      ? { kind: "missing" }
      : { kind: "read", value: recordSchema.parse(deployment) };
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

/** A list item: a resource and its state. */
export interface Listed {
  readonly resource: Resource;
  readonly standing: Standing;
}

export function listServices(
  client: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly string[]> {
  const pages = paginateListServices({ client, pageSize }, {}, { abortSignal });
  return itemsOf(pages, ({ services = [] }) => services.flatMap(({ name }) => name ?? []), { onCut });
}

export function listInstances(
  client: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly Listed[]> {
  const pages = paginateListServiceInstances({ client, pageSize }, {}, { abortSignal });
  const instanceOf = (summary: ServiceInstanceSummary): readonly Listed[] => {
    const { serviceName, name } = summary;
    if (serviceName === undefined || name === undefined) return [];
    const resource: Resource = { kind: "service-instance", serviceName, name };
    return [{ resource, standing: standingSchema.parse(summary) }];
  };
  return itemsOf(pages, ({ serviceInstances = [] }) => serviceInstances.flatMap(instanceOf), { onCut });
}

export function listEnvironments(
  client: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly Listed[]> {
  const pages = paginateListEnvironments({ client, pageSize }, {}, { abortSignal });
  return itemsOf(pages, ({ environments = [] }) => named("environment", environments), { onCut });
}

export function listComponents(
  client: ProtonClient,
  abortSignal: AbortSignal,
  onCut: OnCut,
): Promise<readonly Listed[]> {
  const pages = paginateListComponents({ client, pageSize }, {}, { abortSignal });
  return itemsOf(pages, ({ components = [] }) => named("component", components), { onCut });
}

function named(
  kind: "environment" | "component",
  summaries: readonly { readonly name: string | undefined }[],
): readonly Listed[] {
  return summaries.flatMap((summary) => {
    const { name } = summary;
    return name === undefined ? [] : [{ resource: { kind, name }, standing: standingSchema.parse(summary) }];
  });
}

function isMissing(error: unknown): boolean {
  return isNamed(error, "ResourceNotFoundException");
}
