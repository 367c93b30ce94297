/** Finds the deployment of a Proton event. Pure; the event's content is only a claim until AWS is read (P1). */

import type { z } from "zod";
import type { AwsEvent, Location } from "../../handlers/ports.ts";
import { elsewhere, isIn, located, type News, noDeployment, parsed } from "../location.ts";
import { parsePath, type Resource, refId } from "./resource.ts";
import { InstanceStatusChange, NamedStatusChange, PipelineStatusChange } from "./schema.ts";

const pipelineChange = "AWS Proton Service Pipeline Status Change";
const instanceChange = "AWS Proton Service Instance Status Change";
const environmentChange = "AWS Proton Environment Status Change";
const componentChange = "AWS Proton Component Status Change";
const deploymentChange = "AWS Proton Deployment Status Change";

/** Events of services, templates and account connections are left out: they change without a deployment. */
export const listensTo = [
  {
    source: "aws.proton",
    detailTypes: [pipelineChange, instanceChange, environmentChange, componentChange, deploymentChange],
  },
] as const;

export function locate(event: AwsEvent): Location {
  switch (event.detailType) {
    case pipelineChange:
      return locateBy(PipelineStatusChange, event, ({ serviceName }) => ({
        kind: "service-pipeline",
        serviceName,
      }));
    case instanceChange:
      return locateBy(InstanceStatusChange, event, ({ serviceName, name }) => ({
        kind: "service-instance",
        serviceName,
        name,
      }));
    case environmentChange:
      return locateBy(NamedStatusChange, event, ({ name }) => ({ kind: "environment", name }));
    case componentChange:
      return locateBy(NamedStatusChange, event, ({ name }) => ({ kind: "component", name }));
    case deploymentChange:
      return locateByArn(event);
    default:
      return noDeployment;
  }
}

function locateBy<Detail extends { readonly status: string }>(
  schema: z.ZodType<Detail>,
  event: AwsEvent,
  resourceOf: (detail: Detail) => Resource,
): Location {
  return parsed("detail", schema, event, (detail) =>
    detail.status.startsWith("DELETE")
      ? { kind: "ignored", why: "deletes a resource and deploys nothing" }
      : located("proton", event, refId(resourceOf(detail)), newsOf(detail.status)),
  );
}

/** AWS lists this event but doesn't document its detail. An ARN of a resource is enough to read it. */
function locateByArn(event: AwsEvent): Location {
  for (const arn of event.resources) {
    const [, , service, region, account, ...path] = arn.split(":");
    const resource = service === "proton" ? parsePath(path.join(":")) : undefined;
    if (resource === undefined) continue;
    if (!isIn(event, { account, region })) return elsewhere;
    return located("proton", event, refId(resource), { weight: "progress" });
  }
  return { kind: "ignored", why: "names no resource that is deployed to" };
}

function newsOf(status: string): News {
  switch (status) {
    case "IN_PROGRESS":
      return { weight: "progress", claim: { kind: "started" } };
    case "FAILED":
      return { weight: "incident", claim: { kind: "ended" } };
    case "SUCCEEDED":
    case "CANCELLED":
      return { weight: "ending", claim: { kind: "ended" } };
    case "CANCELLING":
      return { weight: "ending" };
    default:
      return { weight: "progress" };
  }
}
