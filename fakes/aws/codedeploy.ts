/**
 * A fake CodeDeploy with the semantics of deployments to servers, Lambda and ECS. Scenarios set it up here and act like
 * users of the console; SDK clients use `service`, on a server of server.ts.
 */
import { randomUUID } from "node:crypto";
import * as codedeployPackage from "@aws-sdk/client-codedeploy";
import type { Clock } from "./clock.ts";
import type { FakeCloudWatch } from "./cloudwatch.ts";
import { actingHandlers } from "./codedeploy/acting.ts";
import { describedDeployment, type TerminationWaitShown } from "./codedeploy/describe.ts";
import { describedTarget } from "./codedeploy/describe-targets.ts";
import type { HookInvocation } from "./codedeploy/hooks.ts";
import { createNews } from "./codedeploy/news.ts";
import { checkPlan, countOf, type Failing, type Plan, rollbackOf, styleOf } from "./codedeploy/plan.ts";
import { readingHandlers } from "./codedeploy/reading.ts";
import {
  arnOf,
  type DeploymentRecord,
  type GroupRecord,
  groupKey,
  hasEnded,
  newDeploymentId,
  newInstanceId,
  newTaskSetId,
  type World,
} from "./codedeploy/records.ts";
import { createRollout } from "./codedeploy/rollout.ts";
import { newTargets } from "./codedeploy/targets.ts";
import { createEventBus, type Events } from "./events.ts";
import { type Service, service } from "./service.ts";
import { createLedger, type Reads } from "./table.ts";

export type { HookInvocation } from "./codedeploy/hooks.ts";
export { appSpecRevision, type Plan, s3Revision } from "./codedeploy/plan.ts";

export interface FakeCodeDeployOptions {
  readonly clock: Clock;
  /** Called when CodeDeploy invokes the Lambda function of a hook. The result may come at any time. */
  readonly onHook?: (invocation: HookInvocation) => void;
  /** Has the alarms of groups. Absent: no test reads them. */
  readonly cloudwatch?: FakeCloudWatch;
}

export interface FakeCodeDeploy {
  readonly service: Service;
  readonly events: Events;
  /** The lag of read calls. */
  readonly reads: Reads;
  /** Starts a deployment like CreateDeployment, and creates its group. Returns the deployment's id. */
  readonly deploy: (plan: Plan) => string;
  /** The actual state, without lag. */
  readonly deployment: (id: string) => codedeployPackage.DeploymentInfo;
  readonly targets: (id: string) => readonly codedeployPackage.DeploymentTarget[];
  /** Execution ids of the hooks whose result is pending. */
  readonly openHooks: (id: string) => readonly string[];
  /** Actions outside of Holdpoint. */
  readonly console: {
    /** Ends the deployment's current wait. */
    readonly continue: (id: string) => void;
    readonly stop: (id: string, options?: { readonly rollBack: boolean }) => void;
    readonly answerHook: (id: string, executionId: string, status: "Succeeded" | "Failed") => void;
  };
  readonly alarm: (id: string, alarmName: string) => void;
  /** The lifecycle event in progress fails now. */
  readonly fail: (id: string, failing?: Pick<Failing, "target" | "diagnostics">) => void;
  /** Everything that is left succeeds at once. */
  readonly finish: (id: string) => void;
  /** Whether an ECS deployment shows its termination wait in `instanceTerminationWaitTimeStarted`. */
  readonly showTerminationWait: (shown: TerminationWaitShown) => void;
  /** Page size of lists. AWS does not document it; default 100. */
  readonly pageSize: (items: number) => void;
}

export function createFakeCodeDeploy({
  clock,
  onHook = () => {},
  cloudwatch,
}: FakeCodeDeployOptions): FakeCodeDeploy {
  const ledger = createLedger();
  const world: World = { groups: ledger.table(), deployments: ledger.table() };
  const events = createEventBus(clock);
  const rollout = createRollout({ world, clock, news: createNews(events), onHook, newRollback });
  let shown: TerminationWaitShown = "documented";
  let pageSize = 100;

  function deploymentOf(id: string): DeploymentRecord {
    const found = world.deployments.get(id);
    if (found === undefined) throw new Error(`The fake CodeDeploy has no deployment ${id}`);
    return found;
  }

  function create(plan: Plan, group: GroupRecord, more: Partial<DeploymentRecord>): string {
    const id = newDeploymentId();
    const last = group.lastSuccessful === undefined ? undefined : deploymentOf(group.lastSuccessful);
    const previous = plan.previous ?? last?.plan.revision;
    // A rollback does not change the group's settings.
    world.groups.put(group.key, { ...group, ...(more.rollback ? {} : { plan }), lastAttempted: id });
    world.deployments.put(id, {
      id,
      groupKey: group.key,
      plan,
      ...(previous ? { previous } : {}),
      status: "Created",
      step: 0,
      creator: "user",
      createdAt: clock.now(),
      targets: newTargets(plan, fleets(plan, group.instances), clock.now()),
      hooks: [],
      weight: 0,
      running: 0,
      taskSets: { blue: newTaskSetId(), green: newTaskSetId() },
      instanceGroupId: randomUUID(),
      stopping: false,
      terminationWait: "not yet",
      ...more,
    });
    return id;
  }

  /** The new version returns its traffic: the fleets swap roles, and the old one is still running. */
  function newRollback(of: DeploymentRecord): string {
    const group = world.groups.get(of.groupKey);
    if (group === undefined || of.previous === undefined) throw new Error(`${of.id} can't be rolled back`);
    const plan = rollbackOf(of.plan, of.previous);
    const label = (name: "Green" | "Blue") =>
      of.targets.filter((target) => target.label === name).map((target) => target.id);
    const instances =
      styleOf(plan) === "BLUE_GREEN" ? [...label("Blue"), ...label("Green")] : group.instances;
    return create(plan, group, {
      creator: "codeDeployRollback",
      targets: newTargets(plan, instances, clock.now()),
      weight: 100 - of.weight,
      running: plan.platform === "ECS" ? countOf(plan) : 0,
      taskSets: { blue: of.taskSets.green, green: of.taskSets.blue },
      rollback: {
        triggeringDeploymentId: of.id,
        message: `This deployment rolls deployment ${of.id} back.`,
      },
    });
  }

  return {
    service: service({
      name: "codedeploy",
      package: codedeployPackage,
      client: new codedeployPackage.CodeDeployClient({ region: "us-east-1" }),
      handlers: {
        ...readingHandlers({ world, terminationWaitShown: () => shown, pageSize: () => pageSize }),
        ...actingHandlers({ world, rollout, ledger }),
      },
    }),
    events,
    reads: ledger.reads,

    deploy: (plan) => {
      checkPlan(plan);
      const key = groupKey(plan);
      const running = world.deployments.all().find((one) => one.groupKey === key && !hasEnded(one));
      if (running) throw new Error(`The group ${plan.group} is busy with ${running.id}`);
      cloudwatch?.expect(plan, plan.alarms ?? []);
      const id = create(plan, world.groups.get(key) ?? newGroup(plan), {});
      rollout.begin(id);
      return id;
    },

    deployment: (id) => describedDeployment(deploymentOf(id), shown),
    targets: (id) => {
      const record = deploymentOf(id);
      return record.targets.map((target) => describedTarget(record, target));
    },
    openHooks: (id) =>
      deploymentOf(id)
        .hooks.filter(({ status }) => status === "open")
        .map(({ executionId }) => executionId),
    console: {
      continue: (id) => {
        const { status, terminationWait } = deploymentOf(id);
        if (status !== "Ready" && terminationWait !== "now") throw new Error(`${id} is in no wait`);
        rollout.endWait(id);
      },
      stop: (id, options) => {
        if (hasEnded(deploymentOf(id))) throw new Error(`The deployment ${id} has ended`);
        rollout.stop(id, options?.rollBack);
      },
      answerHook: rollout.answerHook,
    },
    alarm: (id, alarmName) => {
      cloudwatch?.set(deploymentOf(id).plan, alarmName, "ALARM");
      rollout.alarm(id, alarmName);
    },
    fail: (id, failing = {}) => rollout.fail(id, failing),
    finish: rollout.finish,
    showTerminationWait: (how) => {
      shown = how;
    },
    pageSize: (items) => {
      pageSize = items;
    },
  };
}

function newGroup(plan: Plan): GroupRecord {
  return {
    key: groupKey(plan),
    id: randomUUID(),
    arn: arnOf(plan, `deploymentgroup:${plan.application}/${plan.group}`),
    plan,
    instances: plan.platform === "Server" ? newInstances(plan) : [],
  };
}

/** New instances, followed by those that serve now; in-place deployments have only the latter. */
function fleets(plan: Plan, serving: readonly string[]): readonly string[] {
  if (plan.platform !== "Server") return [];
  const enough = [...serving, ...newInstances(plan)].slice(0, countOf(plan));
  return styleOf(plan) === "IN_PLACE" ? enough : [...newInstances(plan), ...enough];
}

function newInstances(plan: Plan): readonly string[] {
  return Array.from({ length: countOf(plan) }, newInstanceId);
}
