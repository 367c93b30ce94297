/** How a deployment of each kind of Proton's resources comes to its one offer, from the event that AWS has printed. */

import * as exports from "@aws-sdk/client-proton";
import type { NewResource, Plan } from "../../fakes/aws/proton.ts";
import type { JsonObject } from "../../fakes/slack/json.ts";
import type { Journey, SystemOffers } from "./offers.ts";
import type { Scene } from "./paths.ts";
import { type Place, sampleOf } from "./samples.ts";

const quickly: Plan = { cancel: { ends: "CANCELLED", afterMs: 200 } };

interface Kind {
  readonly of: (name: string) => NewResource;
  /** The name that people use. */
  readonly target: (name: string) => string;
  readonly sample: string;
  readonly detailType?: string;
  readonly detail: (name: string) => JsonObject;
}

/** AWS prints two samples, of pipelines and of environments; the others differ from them by their names. */
const kinds = {
  pipeline: {
    of: (serviceName) => ({ kind: "service-pipeline", serviceName }),
    target: (name) => name,
    sample: "proton-service-pipeline-status-change",
    detail: (serviceName) => ({ serviceName }),
  },
  instance: {
    of: (serviceName) => ({ kind: "service-instance", serviceName, name: "blue" }),
    target: (name) => `${name}/blue`,
    sample: "proton-environment-status-change-as-printed",
    detailType: "AWS Proton Service Instance Status Change",
    detail: () => ({ name: "blue" }),
  },
  environment: {
    of: (name) => ({ kind: "environment", name }),
    target: (name) => name,
    sample: "proton-environment-status-change-as-printed",
    detailType: "AWS Proton Environment Status Change",
    detail: (name) => ({ name }),
  },
  component: {
    of: (name) => ({ kind: "component", name }),
    target: (name) => name,
    sample: "proton-environment-status-change-as-printed",
    detailType: "AWS Proton Component Status Change",
    detail: (name) => ({ name }),
  },
} satisfies Readonly<Record<string, Kind>>;

/** The published event, about this resource: that its newest deployment is in progress. */
function newsOf(kind: Kind, name: string, arn: string, place: Place): JsonObject {
  const { sample, detailType, detail } = kind;
  const told = sampleOf(sample, {
    ...{ place, time: Date.now(), resources: [arn] },
    ...(detailType === undefined ? {} : { detailType }),
    detail: { ...detail(name), status: "IN_PROGRESS", previousStatus: "SUCCEEDED" },
  });
  return kind.of(name).kind === "service-instance" ? addServiceName(told, name) : told;
}

/** An instance's event names its service, too; AWS prints none. */
function addServiceName(event: JsonObject, serviceName: string): JsonObject {
  const { detail } = event;
  return typeof detail === "object" && detail !== null && !Array.isArray(detail)
    ? { ...event, detail: { ...detail, serviceName } }
    : event;
}

async function openKind(
  kind: Kind,
  [world, replica, name, place]: Parameters<Journey["open"]>,
  plan: Plan = quickly,
): Promise<Scene> {
  const deployed = { template: "web-service", major: "1", minor: "4" };
  const deployment = world.proton.create(place, kind.of(name), { deployed });
  world.proton.deploy(deployment, plan);
  const status = await world.send(replica, newsOf(kind, name, deployment, place));
  if (status !== 200) throw new Error(`the event was answered with ${status}`);
  return { world, service: kind.target(name), deployment };
}

/** A pipeline whose cancel ends as planned. */
export function pipelineWhose(cancel: NonNullable<Plan["cancel"]>): Journey {
  return { ...pipeline, open: (...at) => openKind(kinds.pipeline, at, { cancel }) };
}

const nameIn = ({ service }: Scene): string => service.split("/")[0] ?? service;
const cancel = {
  ...{ label: "Cancel", verb: "cancel", service: "proton", about: nameIn },
  confirmed: ["Stopped:", "asked to cancel", "Proton confirmed"],
  meanings: {
    AccessDeniedException: "denied",
    ConflictException: "rejected",
    InternalServerException: "unclear",
    ResourceNotFoundException: "rejected",
    ThrottlingException: "throttled",
    ValidationException: "rejected",
  },
  silences: ["hang", "break"],
  late: [
    {
      what: "somebody else has cancelled",
      happens: ({ world, deployment }) => world.proton.console.cancel(deployment),
    },
  ],
} satisfies Partial<Journey>;

const pipeline: Journey = {
  ...{ ...cancel, name: "cancel a service pipeline", operation: "CancelServicePipelineDeployment" },
  open: (...at) => openKind(kinds.pipeline, at),
  input: (scene) => ({ serviceName: nameIn(scene) }),
};

const journeys: readonly Journey[] = [
  pipeline,
  {
    ...{ ...cancel, name: "cancel a service instance", operation: "CancelServiceInstanceDeployment" },
    open: (...at) => openKind(kinds.instance, at),
    input: (scene) => ({ serviceName: nameIn(scene), serviceInstanceName: "blue" }),
  },
  {
    ...{ ...cancel, name: "cancel an environment", operation: "CancelEnvironmentDeployment" },
    open: (...at) => openKind(kinds.environment, at),
    input: (scene) => ({ environmentName: nameIn(scene) }),
  },
  {
    ...{ ...cancel, name: "cancel a component", operation: "CancelComponentDeployment" },
    open: (...at) => openKind(kinds.component, at),
    input: (scene) => ({ componentName: nameIn(scene) }),
  },
];

export const proton: SystemOffers = {
  client: { name: "@aws-sdk/client-proton", exports },
  journeys,
  opposites: journeys.map((journey) => ({ one: journey, other: journey })),
};
