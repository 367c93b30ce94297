/** The ECS operations that the fake implements, with AWS's checks and errors. */
import type * as ecs from "@aws-sdk/client-ecs";
import { AwsError, type Caller, type Handler, type HandlersOf } from "../service.ts";
import type { Ledger } from "../table.ts";
import {
  type DescribedDeployment,
  describedBrief,
  describedDeployment,
  describedRevision,
  describedService,
  describedTaskDefinition,
  type HooksShown,
} from "./describe.ts";
import { page } from "./page.ts";
import { type DeploymentRecord, hasEnded, partsOf, type World } from "./records.ts";
import type { Rollout } from "./rollout.ts";

type EcsHandlers = Omit<HandlersOf<typeof ecs>, "DescribeServiceDeployments"> & {
  readonly DescribeServiceDeployments: Handler<
    ecs.DescribeServiceDeploymentsCommandInput,
    { serviceDeployments: DescribedDeployment[]; failures: ecs.Failure[] }
  >;
};

export interface EcsHandlerOptions {
  readonly world: World;
  readonly rollout: Rollout;
  readonly ledger: Ledger;
  readonly hooksShown: () => HooksShown;
  /** AWS does not document the error for an answered or expired hook. */
  readonly resolvedHookError: () => string;
}

const mostDescribed = { deployments: 20, revisions: 20, services: 10 };

export function ecsHandlers({
  world,
  rollout,
  ledger,
  hooksShown,
  resolvedHookError,
}: EcsHandlerOptions): EcsHandlers {
  function deploymentFor(caller: Caller, arn: string | undefined): DeploymentRecord {
    const found = arn === undefined ? undefined : world.deployments.get(arn);
    if (found === undefined || partsOf(found.arn).region !== caller.region) {
      throw new AwsError("ServiceDeploymentNotFoundException", "The service deployment was not found.");
    }
    return found;
  }

  return {
    ContinueServiceDeployment: (input, caller) => {
      const deployment = deploymentFor(caller, input.serviceDeploymentArn);
      const action = input.action ?? "CONTINUE";
      if (action !== "CONTINUE" && action !== "ROLLBACK") {
        throw new AwsError("InvalidParameterException", "The action must be CONTINUE or ROLLBACK.");
      }
      const hook = deployment.hooks.find((one) => one.id === input.hookId);
      if (hook?.status !== "AWAITING_ACTION" || deployment.status !== "IN_PROGRESS") {
        throw new AwsError(resolvedHookError(), "The lifecycle hook is not awaiting an action.");
      }
      ledger.writeBegins();
      rollout.answerHook(deployment.arn, hook.id, action, "ContinueServiceDeployment asked for a rollback.");
      return { serviceDeploymentArn: deployment.arn };
    },

    StopServiceDeployment: (input, caller) => {
      const deployment = deploymentFor(caller, input.serviceDeploymentArn);
      if (input.stopType !== undefined && input.stopType !== "ROLLBACK") {
        throw new AwsError("InvalidParameterException", "The only valid stopType is ROLLBACK.");
      }
      if (hasEnded(deployment)) {
        const message = `The service deployment is ${deployment.status} and can't be stopped.`;
        throw new AwsError("ConflictException", message, { resourceIds: [deployment.arn] });
      }
      ledger.writeBegins();
      rollout.rollBack(deployment.arn, "StopServiceDeployment asked for a rollback.");
      return { serviceDeploymentArn: deployment.arn };
    },

    DescribeServiceDeployments: (input, caller) => {
      const arns = atMost(mostDescribed.deployments, input.serviceDeploymentArns);
      const { found, failures } = lookUp(arns, caller, world.deployments.read);
      return {
        serviceDeployments: found.map((record) => describedDeployment(record, hooksShown())),
        failures,
      };
    },

    ListServiceDeployments: (input, caller) => {
      const service = serviceArn(world, caller, input.cluster, input.service);
      if (world.services.read(service) === undefined)
        throw new AwsError("ServiceNotFoundException", "Service not found.");
      const after = input.createdAt?.after?.getTime() ?? Number.NEGATIVE_INFINITY;
      const before = input.createdAt?.before?.getTime() ?? Number.POSITIVE_INFINITY;
      const newestFirst = world.deployments
        .readAll()
        .filter(
          (record) => record.serviceArn === service && record.createdAt > after && record.createdAt < before,
        )
        .filter((record) => !input.status?.length || input.status.includes(record.status))
        .toReversed();
      const { items, next } = page(newestFirst, input, 20);
      return { serviceDeployments: items.map(describedBrief), ...next };
    },

    DescribeServiceRevisions: (input, caller) => {
      const arns = atMost(mostDescribed.revisions, input.serviceRevisionArns);
      const { found, failures } = lookUp(arns, caller, world.revisions.read);
      const serviceRevisions = found.flatMap((record) => {
        const definition = world.taskDefinitions.get(record.taskDefinition);
        return definition ? [describedRevision(record, definition)] : [];
      });
      return { serviceRevisions, failures };
    },

    DescribeTaskDefinition: (input, caller) => {
      const asked = input.taskDefinition ?? "";
      const mine = world.taskDefinitions.readAll().filter(({ arn }) => isOf(caller, arn));
      const found = mine.findLast(
        ({ arn, family, revision }) => asked === arn || asked === `${family}:${revision}` || asked === family,
      );
      if (found === undefined) throw new AwsError("ClientException", "Unable to describe task definition.");
      return {
        taskDefinition: describedTaskDefinition(found),
        ...(input.include?.includes("TAGS") ? { tags: [] } : {}),
      };
    },

    ListClusters: (input, caller) => {
      const arns = world.clusters.readAll().map((cluster) => cluster.arn);
      const { items, next } = page(
        arns.filter((arn) => isOf(caller, arn)),
        input,
        100,
      );
      return { clusterArns: [...items], ...next };
    },

    ListServices: (input, caller) => {
      const cluster = clusterArn(caller, input.cluster);
      if (world.clusters.read(cluster) === undefined)
        throw new AwsError("ClusterNotFoundException", "Cluster not found.");
      const services = world.services.readAll().filter((service) => service.clusterArn === cluster);
      const { items, next } = page(
        services.map((service) => service.arn),
        input,
        10,
      );
      return { serviceArns: [...items], ...next };
    },

    DescribeServices: (input, caller) => {
      const named = atMost(mostDescribed.services, input.services);
      const arns = named.map((name) => serviceArn(world, caller, input.cluster, name));
      const { found, failures } = lookUp(arns, caller, world.services.read);
      const tags = input.include?.includes("TAGS") ?? false;
      const services = found.map((service) => {
        const current = service.currentDeployment;
        return describedService(
          service,
          current === undefined ? undefined : world.deployments.read(current),
          { tags },
        );
      });
      return { services, failures };
    },
  };
}

function lookUp<Row>(arns: readonly string[], caller: Caller, read: (arn: string) => Row | undefined) {
  const looked = arns.map((arn) => ({ arn, row: isOf(caller, arn) ? read(arn) : undefined }));
  return {
    found: looked.flatMap(({ row }) => (row === undefined ? [] : [row])),
    failures: looked.filter(({ row }) => row === undefined).map(({ arn }) => ({ arn, reason: "MISSING" })),
  };
}

function atMost(most: number, names: readonly string[] | undefined): readonly string[] {
  if (names && names.length > 0 && names.length <= most) return names;
  throw new AwsError(
    "InvalidParameterException",
    `Between 1 and ${most} names are allowed, not ${names?.length ?? 0}.`,
  );
}

function isOf(caller: Caller, arn: string): boolean {
  const { account, region } = partsOf(arn);
  return account === caller.account && region === caller.region;
}

function clusterArn(caller: Caller, cluster = "default"): string {
  return cluster.startsWith("arn:")
    ? cluster
    : `arn:aws:ecs:${caller.region}:${caller.account}:cluster/${cluster}`;
}

/** A short ARN or a name refers to the cluster in the request. */
function serviceArn(world: World, caller: Caller, cluster: string | undefined, service = ""): string {
  const [name = "", long] = service.startsWith("arn:") ? partsOf(service).path : [service];
  if (long !== undefined) return service;
  const asked = clusterArn(caller, cluster);
  const known = world.services.readAll().find((it) => it.name === name && it.clusterArn === asked);
  const inCluster = `${partsOf(asked).path[0]}/${name}`;
  return known?.arn ?? `arn:aws:ecs:${caller.region}:${caller.account}:service/${inCluster}`;
}
