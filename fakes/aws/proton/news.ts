/** The EventBridge events that Proton sends for resources, in the format of the table that AWS publishes. */
import type { EventBus } from "../events.ts";
import { type NewResource, placeOf, type ResourceRecord } from "./records.ts";

export interface News {
  readonly changed: (resource: ResourceRecord, previousStatus: string) => void;
}

const detailTypes: Readonly<Record<NewResource["kind"], string>> = {
  "service-pipeline": "AWS Proton Service Pipeline Status Change",
  "service-instance": "AWS Proton Service Instance Status Change",
  environment: "AWS Proton Environment Status Change",
  component: "AWS Proton Component Status Change",
};

/** The event has only the resource, never the deployment. */
export function createNews(bus: EventBus): News {
  return {
    changed: ({ arn, of, status }, previousStatus) =>
      bus.emit({
        "detail-type": detailTypes[of.kind],
        source: "aws.proton",
        ...placeOf(arn),
        resources: [arn],
        detail: { ...namesOf(of), status, previousStatus },
      }),
  };
}

function namesOf(of: NewResource): { readonly name?: string; readonly serviceName?: string } {
  switch (of.kind) {
    case "service-pipeline":
      return { serviceName: of.serviceName };
    case "service-instance":
      return { name: of.name, serviceName: of.serviceName };
    default:
      return { name: of.name };
  }
}
