/** The ways a fake deployment can end, and the rollback that may follow as its own deployment. */
import type { Course } from "./course.ts";
import { alarmError, type DeploymentError, type Failure, stoppedByRequest } from "./failures.ts";
import type { News } from "./news.ts";
import { rollsBackOn } from "./plan.ts";
import {
  type DeploymentRecord,
  type GroupRecord,
  hasEnded,
  type TargetRecord,
  type World,
} from "./records.ts";
import { stepsOf } from "./steps.ts";
import { abandon, failEvent, takesPart } from "./targets.ts";

export interface Endings {
  readonly succeed: (id: string) => void;
  /** The targets at these indices fail at the event, then the whole deployment. */
  readonly failAt: (id: string, event: string, targets: readonly number[], how: Failure) => void;
  readonly fail: (id: string, error: DeploymentError, rollsBack?: boolean) => void;
  /** CodeDeploy accepts the request, and stops the deployment a little later. */
  readonly stopOnRequest: (id: string, rollBack: boolean | undefined) => void;
  readonly stop: (id: string, error: DeploymentError, rollBack: boolean) => void;
  readonly stopByAlarm: (id: string, alarm: string) => void;
}

/** Duration of a stop, unless planned otherwise. The real value is not published. */
const usualStopMs = 2000;

export interface EndingsOptions {
  readonly world: World;
  readonly course: Course;
  readonly news: News;
  /** Starts the rollback of a deployment and returns the rollback's deployment id. */
  readonly startRollback: (of: DeploymentRecord) => string;
}

export function createEndings({ world, course, news, startRollback }: EndingsOptions): Endings {
  const { deploymentOf, change, later, leave, now } = course;

  function end(id: string, patch: Partial<DeploymentRecord>): DeploymentRecord {
    leave(id);
    const before = deploymentOf(id);
    return change(id, {
      completedAt: now(),
      stopping: false,
      terminationWait: before.terminationWait === "now" ? "over" : before.terminationWait,
      hooks: before.hooks.map((hook) => (hook.status === "open" ? { ...hook, status: "over" } : hook)),
      ...patch,
    });
  }

  function abandoned(id: string): readonly TargetRecord[] {
    return deploymentOf(id).targets.map((target) => abandon(target, now()));
  }

  function rollBack(id: string): void {
    const failed = deploymentOf(id);
    if (failed.previous === undefined) {
      const message = "There is no earlier revision to roll back to.";
      change(id, { rollback: { ...failed.rollback, message } });
      return;
    }
    const deploymentId = startRollback(failed);
    const message = `Deployment ${deploymentId} rolls this deployment back.`;
    change(id, { rollback: { ...failed.rollback, deploymentId, message } });
  }

  function fail(id: string, error: DeploymentError, rollsBack = true): void {
    const failed = end(id, { status: "Failed", error, targets: abandoned(id) });
    news.deployment(failed, "FAILURE");
    if (rollsBack && rollsBackOn(failed.plan, "DEPLOYMENT_FAILURE")) rollBack(id);
  }

  function stop(id: string, error: DeploymentError, rolling: boolean): void {
    const stopped = end(id, { status: "Stopped", error, targets: abandoned(id) });
    news.deployment(stopped, "STOP");
    if (rolling) rollBack(id);
  }

  return {
    succeed: (id) => {
      const succeeded = end(id, { status: "Succeeded" });
      const group = groupOf(world, succeeded);
      const green = succeeded.targets.filter(({ label }) => label === "Green").map((target) => target.id);
      world.groups.put(group.key, {
        ...group,
        lastSuccessful: id,
        instances: green.length > 0 ? green : group.instances,
      });
      news.deployment(succeeded, "SUCCESS");
    },
    failAt: (id, event, targets, { diagnostics, error, rollsBack }) => {
      const before = deploymentOf(id);
      const failed = before.targets.map((target, index) =>
        targets.includes(index) ? failEvent(target, event, diagnostics, now()) : target,
      );
      const changed = change(id, { targets: failed });
      for (const index of targets) {
        const target = changed.targets[index];
        if (target) news.instance(changed, target, "FAILURE");
      }
      fail(id, error, rollsBack);
    },
    fail,
    stopOnRequest: (id, asked) => {
      const { stopping, plan } = deploymentOf(id);
      if (stopping) return;
      leave(id);
      change(id, { stopping: true });
      const rolling = asked ?? rollsBackOn(plan, "DEPLOYMENT_STOP_ON_REQUEST");
      later(id, plan.stepMs?.Stop ?? usualStopMs, () => stop(id, stoppedByRequest, rolling));
    },
    stop,
    stopByAlarm: (id, alarm) => {
      const deployment = deploymentOf(id);
      if (hasEnded(deployment)) return;
      stop(id, alarmError(alarm), rollsBackOn(deployment.plan, "DEPLOYMENT_STOP_ON_ALARM"));
    },
  };
}

function groupOf(world: World, { groupKey }: DeploymentRecord): GroupRecord {
  const group = world.groups.get(groupKey);
  if (group === undefined) throw new Error(`The fake CodeDeploy has no deployment group ${groupKey}`);
  return group;
}

/** The lifecycle event in progress and its targets. */
export function underWay(
  deployment: DeploymentRecord,
): { readonly event: string; readonly targets: readonly number[] } | undefined {
  const step = stepsOf(deployment.plan)[deployment.step];
  if (hasEnded(deployment) || deployment.startedAt === undefined || step?.kind !== "event") return undefined;
  const targets = step.targets.filter((index) => {
    const target = deployment.targets[index];
    return target !== undefined && takesPart(target);
  });
  return { event: step.event, targets };
}
