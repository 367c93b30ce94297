/**
 * A fake ECS with the semantics of service deployments. Scenarios set it up here and act like users of the console; SDK
 * clients use `service`, on a server of server.ts.
 */
import * as ecsPackage from "@aws-sdk/client-ecs";
import type { Clock } from "./clock.ts";
import type { FakeCloudWatch } from "./cloudwatch.ts";
import { type DescribedDeployment, describedDeployment, type HooksShown } from "./ecs/describe.ts";
import { ecsHandlers } from "./ecs/handlers.ts";
import { createNews } from "./ecs/news.ts";
import type { Plan } from "./ecs/plan.ts";
import {
  type ContainerRecord,
  childArn,
  type DeploymentRecord,
  hasEnded,
  newDeploymentId,
  newNumber,
  partsOf,
  type RevisionCounts,
  type ServiceRecord,
  type TaskDefinitionRecord,
  type World,
} from "./ecs/records.ts";
import { createRollout } from "./ecs/rollout.ts";
import { createEventBus, type Events } from "./events.ts";
import { type Service, service } from "./service.ts";
import { createLedger, type Reads } from "./table.ts";

export type { Plan } from "./ecs/plan.ts";

interface Place {
  readonly account: string;
  readonly region: string;
}

export interface FakeEcs {
  readonly service: Service;
  readonly events: Events;
  /** The lag of read calls. */
  readonly reads: Reads;
  readonly registerTaskDefinition: (place: Place, definition: NewTaskDefinition) => string;
  /** Without a task definition the service has never been deployed; with one it is in a steady state. */
  readonly createService: (place: Place, created: NewService) => string;
  /** Starts a deployment like UpdateService, and returns its ARN. */
  readonly deploy: (serviceArn: string, plan: Plan) => string;
  /** The actual state, without lag. */
  readonly deployment: (arn: string) => DescribedDeployment;
  /** Ids of the hooks awaiting an action, in order. */
  readonly openHooks: (arn: string) => readonly string[];
  /** Actions outside of Holdpoint. */
  readonly console: {
    readonly continue: (deploymentArn: string, hookId: string) => void;
    readonly rollBack: (deploymentArn: string) => void;
  };
  readonly alarm: (deploymentArn: string, alarmName: string) => void;
  /** Tasks of the new version stop or fail to start, without an event. */
  readonly suffer: (
    deploymentArn: string,
    tasks: { readonly running?: number; readonly failed?: number },
  ) => void;
  /** Emits an `ECS Service Action` event, such as SERVICE_TASK_PLACEMENT_FAILURE. */
  readonly announce: (
    serviceArn: string,
    type: "INFO" | "WARN" | "ERROR",
    name: string,
    reason?: string,
  ) => void;
  readonly showHooks: (shown: HooksShown) => void;
  /** The error with which ContinueServiceDeployment rejects a hook that is not awaiting an action. */
  readonly refuseResolvedHooksWith: (errorName: string) => void;
}

interface NewTaskDefinition {
  readonly family: string;
  readonly containers: readonly ContainerRecord[];
  readonly cpu?: string;
  readonly memory?: string;
}

interface NewService {
  /** Created if it does not exist. */
  readonly cluster: string;
  readonly name: string;
  /** The ARN format from before 2021, without the cluster. */
  readonly shortArn?: boolean;
  readonly desiredCount?: number;
  readonly taskDefinition?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export function createFakeEcs({
  clock,
  cloudwatch,
}: {
  readonly clock: Clock;
  /** Has the alarms that plans name. Absent: no test reads them. */
  readonly cloudwatch?: FakeCloudWatch;
}): FakeEcs {
  const ledger = createLedger();
  const world: World = {
    clusters: ledger.table(),
    taskDefinitions: ledger.table(),
    services: ledger.table(),
    revisions: ledger.table(),
    deployments: ledger.table(),
  };
  const events = createEventBus(clock);
  const news = createNews(events, clock.now);
  const rollout = createRollout(world, clock, news);
  let hooksShown: HooksShown = "all";
  let resolvedHookError = "InvalidParameterException";

  function deploymentOf(arn: string): DeploymentRecord {
    return known(world.deployments.get(arn), arn);
  }

  function definitionOf(serviceArn: string, name: string): TaskDefinitionRecord {
    const prefix = serviceArn.split(":service/")[0];
    return known(
      world.taskDefinitions.get(name.startsWith("arn:") ? name : `${prefix}:task-definition/${name}`),
      name,
    );
  }

  function newRevision(service: Pick<ServiceRecord, "arn" | "clusterArn">, taskDefinition: string): string {
    const arn = childArn(service, "service-revision", newNumber());
    const record = {
      arn,
      serviceArn: service.arn,
      clusterArn: service.clusterArn,
      taskDefinition,
      createdAt: clock.now(),
    };
    world.revisions.put(arn, record);
    return arn;
  }

  return {
    service: service({
      name: "ecs",
      package: ecsPackage,
      client: new ecsPackage.ECSClient({ region: "us-east-1" }),
      handlers: {
        ...ecsHandlers({
          world,
          rollout,
          ledger,
          hooksShown: () => hooksShown,
          resolvedHookError: () => resolvedHookError,
        }),
      },
    }),
    events,
    reads: ledger.reads,

    registerTaskDefinition: ({ account, region }, { family, containers, cpu = "256", memory = "512" }) => {
      const prefix = `arn:aws:ecs:${region}:${account}:task-definition/${family}`;
      const revision =
        world.taskDefinitions.all().filter(({ arn }) => arn.startsWith(`${prefix}:`)).length + 1;
      const arn = `${prefix}:${revision}`;
      world.taskDefinitions.put(arn, {
        arn,
        family,
        revision,
        containers,
        cpu,
        memory,
        registeredAt: clock.now(),
      });
      return arn;
    },

    createService: ({ account, region }, service) => {
      const { cluster, name, shortArn = false, desiredCount = 2, taskDefinition, tags = {} } = service;
      const clusterArn = `arn:aws:ecs:${region}:${account}:cluster/${cluster}`;
      if (world.clusters.get(clusterArn) === undefined)
        world.clusters.put(clusterArn, { arn: clusterArn, name: cluster });
      const arn = `arn:aws:ecs:${region}:${account}:service/${shortArn ? name : `${cluster}/${name}`}`;
      const definition = taskDefinition === undefined ? undefined : definitionOf(arn, taskDefinition).arn;
      const serving =
        definition && servingRevision(newRevision({ arn, clusterArn }, definition), definition, desiredCount);
      world.services.put(arn, {
        arn,
        name,
        clusterArn,
        desiredCount,
        ...(serving ? { serving } : {}),
        servingDeploymentId: `ecs-svc/${newNumber()}`,
        tags,
        messages: [],
        createdAt: clock.now(),
      });
      return arn;
    },

    deploy: (serviceArn, plan) => {
      const target = known(world.services.get(serviceArn), serviceArn);
      const definition = definitionOf(serviceArn, plan.taskDefinition).arn;
      const arn = childArn(target, "service-deployment", newDeploymentId());
      const older =
        target.currentDeployment === undefined ? undefined : deploymentOf(target.currentDeployment);
      world.deployments.put(arn, {
        arn,
        serviceArn,
        clusterArn: target.clusterArn,
        deploymentId: `ecs-svc/${newNumber()}`,
        plan,
        status: "PENDING",
        step: 0,
        hooks: [],
        ...(target.serving ? { source: target.serving } : {}),
        target: {
          ...servingRevision(newRevision(target, definition), definition, target.desiredCount),
          running: 0,
          productionWeight: 0,
          testWeight: 0,
        },
        createdAt: clock.now(),
        updatedAt: clock.now(),
        failedTasks: 0,
        circuitBreaker: plan.circuitBreaker ? "MONITORING" : "DISABLED",
        alarms: plan.alarms ? "MONITORING" : "DISABLED",
        triggeredAlarms: [],
      });
      cloudwatch?.expect(partsOf(arn), plan.alarms?.names ?? []);
      world.services.put(serviceArn, { ...target, currentDeployment: arn });
      rollout.begin(arn, older);
      return arn;
    },

    deployment: (arn) => describedDeployment(deploymentOf(arn), "all"),
    openHooks: (arn) =>
      deploymentOf(arn)
        .hooks.filter((hook) => hook.status === "AWAITING_ACTION")
        .map((hook) => hook.id),
    console: {
      continue: (arn, hookId) => rollout.answerHook(arn, hookId, "CONTINUE", "Continued at the console."),
      rollBack: (arn) => {
        if (hasEnded(deploymentOf(arn))) throw new Error(`The deployment ${arn} has ended`);
        rollout.rollBack(arn, "Rolled back at the console.");
      },
    },
    alarm: (arn, alarmName) => {
      cloudwatch?.set(partsOf(arn), alarmName, "ALARM");
      rollout.alarm(arn, alarmName);
    },
    suffer: (arn, { running, failed }) => {
      const before = deploymentOf(arn);
      world.deployments.put(arn, {
        ...before,
        target: { ...before.target, running: running ?? before.target.running },
        failedTasks: failed ?? before.failedTasks,
      });
    },
    announce: (arn, type, name, reason) =>
      news.service(known(world.services.get(arn), arn), type, name, reason),
    showHooks: (shown) => {
      hooksShown = shown;
    },
    refuseResolvedHooksWith: (errorName) => {
      resolvedHookError = errorName;
    },
  };
}

function servingRevision(arn: string, taskDefinition: string, count: number): RevisionCounts {
  return {
    arn,
    taskDefinition,
    requested: count,
    running: count,
    pending: 0,
    productionWeight: 100,
    testWeight: 100,
  };
}

function known<Row>(row: Row | undefined, arn: string): Row {
  if (row === undefined) throw new Error(`The fake ECS does not know ${arn}`);
  return row;
}
