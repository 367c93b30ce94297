/** Proton's deployment targets. Proton identifies everything by name, so a resource is its kind and its names. */

import type { Ref } from "../../handlers/deployment.ts";

export type Resource =
  | { readonly kind: "service-pipeline"; readonly serviceName: string }
  | { readonly kind: "service-instance"; readonly serviceName: string; readonly name: string }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "component"; readonly name: string };

export type ResourceKind = Resource["kind"];

/** The kinds, for use in a sentence. */
export const titles: Readonly<Record<ResourceKind, string>> = {
  "service-pipeline": "service pipeline",
  "service-instance": "service instance",
  environment: "environment",
  component: "component",
};

/** The name that people use: `orders` for its pipeline, `orders/blue` for an instance of it. */
export function targetOf(resource: Resource): string {
  switch (resource.kind) {
    case "service-pipeline":
      return resource.serviceName;
    case "service-instance":
      return `${resource.serviceName}/${resource.name}`;
    default:
      return resource.name;
  }
}

/** A pipeline, an environment and a component can have the same name. */
export function whichOf({ kind }: Resource): string {
  return `Proton ${titles[kind]}`;
}

/** The resource part of its ARN. Account, region and system are in the ref. */
function pathOf(resource: Resource): string {
  switch (resource.kind) {
    case "service-pipeline":
      return `service/${resource.serviceName}/pipeline`;
    case "service-instance":
      return `service/${resource.serviceName}/service-instance/${resource.name}`;
    default:
      return `${resource.kind}/${resource.name}`;
  }
}

/** AWS writes the ARN of a pipeline with or without the pipeline's own id at the end. */
export function parsePath(path: string): Resource | undefined {
  const [kind, name, part, inner, ...more] = path.split("/");
  if (!isName(name) || more.length > 0) return undefined;
  if (kind === "environment" || kind === "component") return part === undefined ? { kind, name } : undefined;
  if (kind !== "service") return undefined;
  if (part === "pipeline") return { kind: "service-pipeline", serviceName: name };
  if (part !== "service-instance" || !isName(inner)) return undefined;
  return { kind: "service-instance", serviceName: name, name: inner };
}

/** The form of all names in Proton. */
export const namePattern = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

function isName(text: string | undefined): text is string {
  return text !== undefined && namePattern.test(text);
}

/** Separates the resource from its deployment in the id of a ref. Names in Proton can't contain it. */
const mark = "#";

export function refId(resource: Resource, deployment?: string): string {
  return deployment === undefined ? pathOf(resource) : `${pathOf(resource)}${mark}${deployment}`;
}

export interface Place {
  readonly resource: Resource;
  /** Absent if the ref names only the resource, as events do. */
  readonly deployment?: string;
}

export function parseRefId(id: string): Place | undefined {
  const [path = "", deployment, ...more] = id.split(mark);
  const resource = parsePath(path);
  if (resource === undefined || more.length > 0 || deployment === "") return undefined;
  return deployment === undefined ? { resource } : { resource, deployment };
}

/** Cancels are by resource name, so one lease covers all deployments of a resource. */
export function laneOf({ id }: Ref): string {
  return id.split(mark)[0] ?? id;
}
