/** The Proton system with real SDK clients, against a fake AWS in which each kind of resource rests once. */
import { vi } from "vitest";
import { createFakeClock } from "../../../fakes/aws/clock.ts";
import { createFakeProton, type FakeProton, type Plan } from "../../../fakes/aws/proton.ts";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { type Clients, createClients } from "../../../src/aws/client/clients.ts";
import { createProton } from "../../../src/aws/proton/index.ts";
import type { Ref } from "../../../src/handlers/deployment.ts";
import type { AwsEvent, Inspection, System } from "../../../src/handlers/ports.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { inWords } from "../in-words.ts";
import { briefly, place, pointAt, type Recorded, recordTelemetry, role } from "../stage.ts";

export const minute = 60_000;

/** Each kind with its id, and with the call that cancels it and what that call names. */
export const kinds = {
  "service-pipeline": {
    of: { kind: "service-pipeline", serviceName: "orders" },
    id: "service/orders/pipeline",
    get: "GetService",
    cancel: "CancelServicePipelineDeployment",
    names: { serviceName: "orders" },
  },
  "service-instance": {
    of: { kind: "service-instance", serviceName: "orders", name: "blue" },
    id: "service/orders/service-instance/blue",
    get: "GetServiceInstance",
    cancel: "CancelServiceInstanceDeployment",
    names: { serviceName: "orders", serviceInstanceName: "blue" },
  },
  environment: {
    of: { kind: "environment", name: "main" },
    id: "environment/main",
    get: "GetEnvironment",
    cancel: "CancelEnvironmentDeployment",
    names: { environmentName: "main" },
  },
  component: {
    of: { kind: "component", name: "queue" },
    id: "component/queue",
    get: "GetComponent",
    cancel: "CancelComponentDeployment",
    names: { componentName: "queue" },
  },
} as const;

export type Kind = keyof typeof kinds;
export const everyKind: readonly Kind[] = [
  "service-pipeline",
  "service-instance",
  "environment",
  "component",
];

export interface ProtonStage extends Recorded {
  readonly aws: FakeAws;
  readonly proton: FakeProton;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly clients: Clients;
  readonly system: System;
  readonly arns: Readonly<Record<Kind, string>>;
  /** Starts a deployment and answers its ref. */
  readonly deploy: (kind: Kind, plan?: Plan) => Ref;
  readonly resource: (kind: Kind) => Ref;
  /** Inspects and expects a deployment. */
  readonly look: (ref: Ref, previous?: WordedDeployment) => Promise<WordedDeployment>;
  readonly inspect: (ref: Ref, event?: AwsEvent) => Promise<Inspection>;
  readonly close: () => Promise<void>;
}

export function refOf(id: string): Ref {
  return { system: "proton", ...place, id };
}

export async function setProtonStage(): Promise<ProtonStage> {
  const clock = createFakeClock();
  const proton = createFakeProton({ clock });
  const deployed = { template: "web-service", major: "1", minor: "4" };
  const create = (kind: Kind): string => proton.create(place, kinds[kind].of, { deployed });
  const arns = {
    "service-pipeline": create("service-pipeline"),
    "service-instance": create("service-instance"),
    environment: create("environment"),
    component: create("component"),
  };
  clock.advance(60 * minute);
  const roles = [{ arn: role, externalId: "e-1" }];
  const aws = await startFakeAws({ services: [proton.service], now: clock.now, roles });
  pointAt(aws.url);
  const recorded = recordTelemetry();
  const clients = createClients(
    [{ id: place.account, regions: [place.region], role, externalId: "e-1" }],
    briefly,
  );
  const system = createProton(clients, recorded.telemetry);
  return {
    ...recorded,
    aws,
    proton,
    clock,
    clients,
    system,
    arns,
    deploy: (kind, plan) => refOf(`${kinds[kind].id}#${proton.deploy(arns[kind], plan)}`),
    resource: (kind) => refOf(kinds[kind].id),
    look: async (ref, previous) => {
      const seen = await system.inspect(ref, { hint: {}, ...(previous ? { previous } : {}) });
      if (seen.kind !== "deployment") throw new Error(`saw ${JSON.stringify(seen)}`);
      return inWords(seen.deployment);
    },
    inspect: (ref, event) => {
      const location = event && system.locate(event);
      const claim = location?.kind === "located" ? location.located.claim : undefined;
      const hint = event && claim ? { event: { claim, time: event.time } } : {};
      return system.inspect(ref, { hint });
    },
    close: async () => {
      clients.destroy();
      vi.unstubAllEnvs();
      await aws.close();
    },
  };
}
