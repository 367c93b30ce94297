/** The ECS services of the demo. Each has a version that serves, and every deployment brings the next one. */

import { createHash } from "node:crypto";
import type { FakeEcs, Plan } from "../fakes/aws/ecs.ts";
import { alike, type Home, place, type ServiceName, services } from "./cast.ts";

export interface Started {
  readonly service: string;
  readonly arn: string;
  readonly startedAtMs: number;
  readonly version: string;
}

export interface Fleet {
  /** Deploys the service's next version. Replaces a deployment in progress, like AWS. */
  readonly deploy: (service: ServiceName | Home, plan?: Omit<Plan, "taskDefinition">) => Started;
}

const usualCluster = "main";
const firstMinor = 18;

/** On AWS stages take minutes. */
const hurried: NonNullable<Plan["stageMs"]> = {
  SCALE_UP: 4_000,
  TEST_TRAFFIC_SHIFT: 1_000,
  PRODUCTION_TRAFFIC_SHIFT: 4_000,
  CLEAN_UP: 2_000,
};

export function createFleet(ecs: FakeEcs): Fleet {
  const arns = new Map<string, string>();
  const minors = new Map<string, number>();

  for (const home of [...Object.values(services).map(homeOf), ...Object.values(alike)]) {
    const { service: name, cluster, where } = home;
    const taskDefinition = register(home, firstMinor);
    arns.set(keyOf(home), ecs.createService(where, { cluster, name, desiredCount: 4, taskDefinition }));
  }

  function register(home: Home, minor: number): string {
    const { service, cluster, where } = home;
    minors.set(keyOf(home), minor);
    const image = `registry.example.com/${service}:${versionOf(minor)}`;
    const imageDigest = `sha256:${createHash("sha256").update(image).digest("hex")}`;
    return ecs.registerTaskDefinition(where, {
      family: cluster === usualCluster ? service : `${cluster}-${service}`,
      containers: [{ name: "app", image, imageDigest, environment: { LOG_LEVEL: "info" } }],
    });
  }

  return {
    deploy: (named, plan = {}) => {
      const home = homeOf(named);
      const { service } = home;
      const minor = minors.get(keyOf(home)) ?? firstMinor;
      const serviceArn = arns.get(keyOf(home));
      if (serviceArn === undefined) throw new Error(`The demo has no service ${service}`);
      const startedAtMs = Date.now();
      const taskDefinition = register(home, minor + 1);
      const stageMs = { ...hurried, ...plan.stageMs };
      const arn = ecs.deploy(serviceArn, { ...plan, stageMs, taskDefinition });
      return { service, arn, startedAtMs, version: versionOf(minor + 1) };
    },
  };
}

function homeOf(named: ServiceName | Home): Home {
  return typeof named === "string" ? { service: named, cluster: usualCluster, where: place } : named;
}

function keyOf({ service, cluster, where }: Home): string {
  return `${where.account} ${cluster}/${service}`;
}

function versionOf(minor: number): string {
  return `2.${minor}.0`;
}
