/** The services that the demo deploys to. Each has a version that serves; every deployment brings the next one. */

import { createHash } from "node:crypto";
import type { FakeEcs, Plan } from "./aws/ecs.ts";
import { place, type ServiceName, services } from "./cast.ts";

export interface Started {
  readonly service: ServiceName;
  readonly arn: string;
  readonly startedAtMs: number;
  readonly version: string;
}

export interface Fleet {
  /** Deploys the service's next version. A deployment that is still under way there is replaced, as in AWS. */
  readonly deploy: (service: ServiceName, plan?: Omit<Plan, "taskDefinition">) => Started;
}

const cluster = "main";
const firstMinor = 18;

/** Stages take minutes at AWS; nobody wants to watch that. */
const hurried: NonNullable<Plan["stageMs"]> = {
  SCALE_UP: 4_000,
  TEST_TRAFFIC_SHIFT: 1_000,
  PRODUCTION_TRAFFIC_SHIFT: 4_000,
  CLEAN_UP: 2_000,
};

export function createFleet(ecs: FakeEcs): Fleet {
  const arns = new Map<ServiceName, string>();
  const minors = new Map<ServiceName, number>();

  for (const name of Object.values(services)) {
    const taskDefinition = register(name, firstMinor);
    arns.set(name, ecs.createService(place, { cluster, name, desiredCount: 4, taskDefinition }));
  }

  function register(service: ServiceName, minor: number): string {
    minors.set(service, minor);
    const image = `registry.example.com/${service}:${versionOf(minor)}`;
    const imageDigest = `sha256:${createHash("sha256").update(image).digest("hex")}`;
    return ecs.registerTaskDefinition(place, {
      family: service,
      containers: [{ name: "app", image, imageDigest, environment: { LOG_LEVEL: "info" } }],
    });
  }

  return {
    deploy: (service, plan = {}) => {
      const minor = minors.get(service) ?? firstMinor;
      const serviceArn = arns.get(service);
      if (serviceArn === undefined) throw new Error(`The demo has no service ${service}`);
      const startedAtMs = Date.now();
      const taskDefinition = register(service, minor + 1);
      const stageMs = { ...hurried, ...plan.stageMs };
      const arn = ecs.deploy(serviceArn, { ...plan, stageMs, taskDefinition });
      return { service, arn, startedAtMs, version: versionOf(minor + 1) };
    },
  };
}

function versionOf(minor: number): string {
  return `2.${minor}.0`;
}
