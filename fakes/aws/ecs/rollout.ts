/** Advances a fake deployment stage by stage with the clock; pause hooks block it. */
import type { DeploymentLifecycleHookAction } from "@aws-sdk/client-ecs";
import type { Clock } from "../clock.ts";
import { relieve, weigh } from "./counts.ts";
import { createCourse } from "./course.ts";
import { createEndings } from "./endings.ts";
import type { News } from "./news.ts";
import { type Step, stepsOf } from "./plan.ts";
import { type DeploymentRecord, type HookRecord, hasEnded, newHookId, type World } from "./records.ts";

export interface Rollout {
  /** Starts a PENDING deployment once the service's older one has stopped. */
  readonly begin: (arn: string, older: DeploymentRecord | undefined) => void;
  readonly answerHook: (
    arn: string,
    hookId: string,
    action: DeploymentLifecycleHookAction,
    reason: string,
  ) => void;
  /** Does nothing if the deployment is already rolling back or stopping. */
  readonly rollBack: (arn: string, reason: string) => void;
  readonly alarm: (arn: string, alarmName: string) => void;
}

const minuteMs = 60_000;
const scaleUpParts = 4;

export function createRollout(world: World, clock: Clock, news: News): Rollout {
  const course = createCourse(world, clock);
  const endings = createEndings(course, clock, news);
  const { deploymentOf, serviceOf, change, later } = course;

  function enter(arn: string, step: number): void {
    const before = deploymentOf(arn);
    const entered = stepsOf(before.plan)[step];
    if (entered === undefined) {
      endings.complete(arn);
      return;
    }
    const opened = openHooks(entered, step, clock.now());
    const target =
      entered.testWeight === undefined ? before.target : { ...before.target, testWeight: entered.testWeight };
    const weights =
      entered.productionWeight === undefined
        ? { target }
        : weigh({ ...before, target }, entered.productionWeight);
    const hooks = [...before.hooks, ...opened];
    const deployment = change(arn, { step, stage: entered.stage, hooks, ...weights });
    for (const hook of opened) {
      later(arn, hook.expiresAt - clock.now(), () => expire(arn, hook.id));
      news.hook(deployment, hook);
    }
    if (opened.length === 0) dwell(arn, step);
  }

  /** Runs work without a delay at once, so that a scenario without durations needs no clock. */
  function soon(arn: string, delayMs: number, work: () => void): void {
    if (delayMs === 0) work();
    else later(arn, delayMs, work);
  }

  function dwell(arn: string, step: number): void {
    const { plan } = deploymentOf(arn);
    const entered = stepsOf(plan)[step];
    if (entered === undefined) return;
    if (entered.stage === "SCALE_UP") startTasks(arn, entered.durationMs);
    soon(arn, entered.durationMs, () => {
      if (plan.failure?.stage === entered.stage) endings.fail(arn);
      else enter(arn, step + 1);
    });
  }

  function startTasks(arn: string, durationMs: number): void {
    const { target: asked } = deploymentOf(arn);
    course.say(deploymentOf(arn), `has started ${asked.requested} tasks.`);
    change(arn, { target: { ...asked, pending: asked.requested } });
    for (let part = 1; part <= scaleUpParts; part += 1) {
      soon(arn, (durationMs * part) / scaleUpParts, () => scaleUpPart(arn, part));
    }
  }

  function scaleUpPart(arn: string, part: number): void {
    const before = deploymentOf(arn);
    // If the plan fails at this stage, its tasks never become healthy.
    const failing = before.plan.failure?.stage === "SCALE_UP";
    const running = failing ? 0 : Math.floor((before.target.requested * part) / scaleUpParts);
    const target = { ...before.target, running, pending: before.target.requested - running };
    const failedTasks = before.failedTasks + (failing ? 1 : 0);
    change(arn, { failedTasks, target, ...relieve(before, running) });
    if (failing && part === 2) news.service(serviceOf(before), "WARN", "SERVICE_TASK_START_IMPAIRED");
  }

  function expire(arn: string, hookId: string): void {
    const hook = deploymentOf(arn).hooks.find((one) => one.id === hookId);
    if (hook?.status !== "AWAITING_ACTION") return;
    resolve(arn, hook, "TIMED_OUT");
    if (hook.timeoutAction === "ROLLBACK") endings.rollBack(arn, `Lifecycle hook ${hookId} timed out.`);
    else goOnWhenAnswered(arn, hook.step);
  }

  function resolve(arn: string, hook: HookRecord, status: HookRecord["status"]): void {
    const resolved = { ...hook, status };
    const hooks = deploymentOf(arn).hooks.map((one) => (one.id === hook.id ? resolved : one));
    news.hook(change(arn, { hooks }), resolved);
  }

  function goOnWhenAnswered(arn: string, step: number): void {
    const { hooks } = deploymentOf(arn);
    const open = hooks.some((hook) => hook.step === step && hook.status === "AWAITING_ACTION");
    if (!open) dwell(arn, step);
  }

  function start(arn: string): void {
    // A newer deployment may have replaced it while it waited for the older one to stop.
    if (deploymentOf(arn).status !== "PENDING") return;
    const started = change(arn, { status: "IN_PROGRESS", startedAt: clock.now() });
    const words = `ECS deployment ${started.deploymentId} in progress.`;
    news.deployment(started, "SERVICE_DEPLOYMENT_IN_PROGRESS", words);
    enter(arn, 0);
  }

  return {
    begin: (arn, older) => {
      if (older === undefined || hasEnded(older)) start(arn);
      else endings.stopOnRequest(older.arn, "A newer deployment replaces this one.", () => start(arn));
    },
    answerHook: (arn, hookId, action, reason) => {
      const hook = deploymentOf(arn).hooks.find((one) => one.id === hookId);
      if (hook?.status !== "AWAITING_ACTION") throw new Error(`The hook ${hookId} awaits no action`);
      resolve(arn, hook, action === "CONTINUE" ? "SUCCEEDED" : "FAILED");
      if (action === "CONTINUE") goOnWhenAnswered(arn, hook.step);
      else endings.rollBackOnRequest(arn, reason);
    },
    rollBack: (arn, reason) => {
      const { status } = deploymentOf(arn);
      if (status === "PENDING") endings.stop(arn, reason);
      else if (status === "IN_PROGRESS") endings.rollBackOnRequest(arn, reason);
    },
    alarm: (arn, alarmName) => {
      if (deploymentOf(arn).status !== "IN_PROGRESS") return;
      endings.failByAlarm(arn, alarmName, `ECS deployment alarm: ${alarmName} is in ALARM.`);
    },
  };
}

function openHooks(entered: Step, step: number, now: number): readonly HookRecord[] {
  return entered.pauses.map((pause) => ({
    id: newHookId(),
    step,
    stage: entered.stage,
    status: "AWAITING_ACTION",
    expiresAt: now + (pause.timeoutInMinutes ?? 1440) * minuteMs,
    timeoutAction: pause.timeoutAction ?? "ROLLBACK",
  }));
}
