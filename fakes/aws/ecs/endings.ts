/** The ways a fake deployment can end: success, failure, rollback, stopped because a newer one replaces it. */
import type { Clock } from "../clock.ts";
import { monitorsEnd, restore, withoutTasks } from "./counts.ts";
import type { Course } from "./course.ts";
import type { News } from "./news.ts";
import { stageMs } from "./plan.ts";
import type { DeploymentRecord } from "./records.ts";

export interface Endings {
  readonly complete: (arn: string) => void;
  /** The failure in the plan. */
  readonly fail: (arn: string) => void;
  readonly failByAlarm: (arn: string, alarmName: string, reason: string) => void;
  /** A requested rollback: ECS acknowledges it before it begins. */
  readonly rollBackOnRequest: (arn: string, reason: string) => void;
  readonly rollBack: (arn: string, reason: string, because?: string) => void;
  readonly stop: (arn: string, reason: string) => void;
  readonly stopOnRequest: (arn: string, reason: string, stopped: () => void) => void;
}

/** Delay before ECS acts on a request. The real value is not published. */
const noticeMs = 2000;

export function createEndings(course: Course, clock: Clock, news: News): Endings {
  const { deploymentOf, serviceOf, change, say, later, leave } = course;
  const completed = ({ deploymentId }: DeploymentRecord) => `ECS deployment ${deploymentId} completed.`;

  function failByAlarm(arn: string, alarmName: string, reason: string): void {
    const failed = change(arn, { alarms: "TRIGGERED", triggeredAlarms: [alarmName] });
    news.deployment(failed, "SERVICE_DEPLOYMENT_FAILED", reason);
    if (failed.plan.alarms?.rollback ?? true) rollBack(arn, reason, "ECS deployment alarm: ");
    else stop(arn, reason);
  }

  function failByCircuitBreaker(arn: string, reason: string): void {
    const { circuitBreaker } = deploymentOf(arn).plan;
    const failed = change(arn, { circuitBreaker: "TRIGGERED", failedTasks: circuitBreaker?.threshold ?? 3 });
    news.deployment(failed, "SERVICE_DEPLOYMENT_FAILED", reason);
    if (circuitBreaker?.rollback ?? true) rollBack(arn, reason, "ECS deployment circuit breaker: ");
    else stop(arn, reason);
  }

  function rollBack(arn: string, reason: string, because = ""): void {
    leave(arn);
    const before = deploymentOf(arn);
    if (before.source === undefined) {
      const statusReason = "There is no earlier service revision to roll back to.";
      change(arn, {
        status: "ROLLBACK_FAILED",
        statusReason,
        finishedAt: clock.now(),
        ...monitorsEnd(before),
      });
      return;
    }
    const back = change(arn, {
      status: "ROLLBACK_IN_PROGRESS",
      statusReason: reason,
      rollback: { reason, startedAt: clock.now() },
      stage: "PRODUCTION_TRAFFIC_SHIFT",
      ...restore(before),
    });
    const { servingDeploymentId } = serviceOf(before);
    const words = `${because}rolling back to deploymentId ${servingDeploymentId}.`;
    news.deployment(back, "SERVICE_DEPLOYMENT_IN_PROGRESS", words);
    later(arn, stageMs(before.plan, "PRODUCTION_TRAFFIC_SHIFT"), () => {
      change(arn, { stage: "CLEAN_UP", target: withoutTasks(deploymentOf(arn).target) });
      later(arn, stageMs(before.plan, "CLEAN_UP"), () => rolledBack(arn));
    });
  }

  function rolledBack(arn: string): void {
    const before = deploymentOf(arn);
    const failure = before.plan.rollbackFailure;
    const end = { finishedAt: clock.now(), ...monitorsEnd(before) };
    if (failure !== undefined) {
      const failed = change(arn, { status: "ROLLBACK_FAILED", statusReason: failure, ...end });
      news.deployment(failed, "SERVICE_DEPLOYMENT_FAILED", failure);
      return;
    }
    const done = change(arn, { status: "ROLLBACK_SUCCESSFUL", ...end });
    say(done, "has reached a steady state.");
    news.deployment(done, "SERVICE_DEPLOYMENT_COMPLETED", completed(done));
  }

  function stop(arn: string, reason: string): void {
    leave(arn);
    const ending = { stoppedAt: clock.now(), finishedAt: clock.now(), ...monitorsEnd(deploymentOf(arn)) };
    change(arn, { status: "STOPPED", statusReason: reason, ...ending });
  }

  return {
    complete: (arn) => {
      leave(arn);
      const before = deploymentOf(arn);
      const running = before.target.requested;
      const target = { ...before.target, running, pending: 0, productionWeight: 100, testWeight: 100 };
      const end = change(arn, {
        status: "SUCCESSFUL",
        finishedAt: clock.now(),
        target,
        ...(before.source ? { source: withoutTasks(before.source) } : {}),
        ...monitorsEnd(before),
      });
      const steady = { serving: target, servingDeploymentId: end.deploymentId };
      const service = say(end, "has reached a steady state.", steady);
      news.deployment(end, "SERVICE_DEPLOYMENT_COMPLETED", completed(end));
      news.service(service, "INFO", "SERVICE_STEADY_STATE");
    },
    fail: (arn) => {
      const { failure } = deploymentOf(arn).plan;
      if (failure === undefined) return;
      if ("alarm" in failure.by) failByAlarm(arn, failure.by.alarm, failure.reason);
      else failByCircuitBreaker(arn, failure.reason);
    },
    failByAlarm,
    rollBackOnRequest: (arn, reason) => {
      leave(arn);
      change(arn, { status: "ROLLBACK_REQUESTED", statusReason: reason });
      later(arn, noticeMs, () => rollBack(arn, reason));
    },
    rollBack,
    stop,
    stopOnRequest: (arn, reason, stopped) => {
      leave(arn);
      change(arn, { status: "STOP_REQUESTED", statusReason: reason });
      later(arn, noticeMs, () => {
        stop(arn, reason);
        stopped();
      });
    },
  };
}
