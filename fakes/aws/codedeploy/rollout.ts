/** Advances a fake deployment event by event with the clock; waits and Lambda hooks block it. */
import type { Clock } from "../clock.ts";
import { createCourse } from "./course.ts";
import { createEndings, underWay } from "./endings.ts";
import { failureOf, neverRerouted } from "./failures.ts";
import { createHooks, type HookInvocation } from "./hooks.ts";
import type { News } from "./news.ts";
import { countOf, type Failing } from "./plan.ts";
import { type DeploymentRecord, hasEnded, type TargetRecord, type World } from "./records.ts";
import { type EventStep, stepMs, stepsOf, type WaitStep } from "./steps.ts";
import { beginEvent, endAllEvents, endEvent, failEvent, takesPart } from "./targets.ts";

export interface Rollout {
  /** Starts a deployment in status Created. */
  readonly begin: (id: string) => void;
  /** Ends the deployment's current READY or termination wait. */
  readonly endWait: (id: string) => void;
  readonly answerHook: (id: string, executionId: string, status: "Succeeded" | "Failed") => void;
  /** `rollBack` undefined: the deployment group's settings apply. */
  readonly stop: (id: string, rollBack: boolean | undefined) => void;
  readonly alarm: (id: string, alarm: string) => void;
  /** The event in progress fails now. */
  readonly fail: (id: string, failing: Pick<Failing, "target" | "diagnostics">) => void;
  readonly finish: (id: string) => void;
}

export interface RolloutOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly news: News;
  readonly onHook: (invocation: HookInvocation) => void;
  /** Creates the record of a rollback and returns its id. */
  readonly newRollback: (of: DeploymentRecord) => string;
}

export function createRollout({ world, clock, news, onHook, newRollback }: RolloutOptions): Rollout {
  const course = createCourse(world, clock);
  const { deploymentOf, change, later, leave, now } = course;
  const startRollback = (of: DeploymentRecord) => {
    const id = newRollback(of);
    begin(id);
    return id;
  };
  const endings = createEndings({ world, course, news, startRollback });
  const hooks = createHooks(course, endings, onHook);

  function begin(id: string): void {
    const { plan } = deploymentOf(id);
    later(id, stepMs(plan, "Created"), () => {
      news.deployment(change(id, { status: "Queued" }), "QUEUED");
      later(id, stepMs(plan, "Queued"), () => {
        if (deploymentOf(id).stopping) return;
        news.deployment(change(id, { status: "InProgress", startedAt: now() }), "START");
        enter(id, 0);
      });
    });
  }

  function enter(id: string, index: number): void {
    // A listener may have requested a stop when it got an event.
    if (deploymentOf(id).stopping) return;
    const step = stepsOf(deploymentOf(id).plan)[index];
    if (step === undefined) {
      endings.succeed(id);
      return;
    }
    change(id, { step: index, status: "InProgress" });
    if (step.kind === "event") enterEvent(id, step, index);
    else enterWait(id, step, index);
  }

  function next(id: string): void {
    leave(id);
    enter(id, deploymentOf(id).step + 1);
  }

  function enterWait(id: string, step: WaitStep, index: number): void {
    if (step.kind === "ready") {
      becomeReady(id);
      // A listener may have continued it already.
      if (deploymentOf(id).status === "Ready") later(id, step.durationMs, () => readyExpires(id));
    } else if (step.kind === "termination") {
      change(id, { terminationWait: "now" });
      later(id, step.durationMs, () => next(id));
    } else {
      change(id, { status: "Baking" });
      later(id, step.durationMs, () => enter(id, index + 1));
    }
  }

  function becomeReady(id: string): void {
    const isReady = (target: TargetRecord) => target.label === "Green" && takesPart(target);
    const targets = deploymentOf(id).targets.map(
      (target): TargetRecord => (isReady(target) ? { ...target, status: "Ready", updatedAt: now() } : target),
    );
    const ready = change(id, { status: "Ready", targets });
    for (const target of targets.filter(isReady)) news.instance(ready, target, "READY");
    news.deployment(ready, "READY");
  }

  function readyExpires(id: string): void {
    if (deploymentOf(id).plan.readyWait?.action === "STOP_DEPLOYMENT") endings.stop(id, neverRerouted, false);
    else next(id);
  }

  function enterEvent(id: string, step: EventStep, index: number): void {
    const before = deploymentOf(id).targets;
    const inIt = (target: TargetRecord, at: number) => step.targets.includes(at) && takesPart(target);
    const begun = change(id, {
      targets: before.map((target, at) =>
        inIt(target, at) ? beginEvent(target, step.event, now()) : target,
      ),
    });
    for (const target of before.filter(inIt)) {
      if (target.status === "Pending") news.instance(begun, target, "START");
    }
    for (const { afterMs, weight } of step.shifts) later(id, afterMs, () => void change(id, { weight }));
    if (step.hook === undefined) later(id, step.durationMs, () => leaveEvent(id, step, index));
    else hooks.invoke(id, step.event, step.hook);
  }

  function leaveEvent(id: string, step: EventStep, index: number): void {
    const { plan, targets, running } = deploymentOf(id);
    const failing = plan.failing?.event === step.event ? plan.failing : undefined;
    const broken = failing && step.targets.find((at) => at === (failing.target ?? 0));
    const failure = failureOf(plan, failing?.diagnostics);
    if (broken !== undefined && !failing?.tolerated) {
      endings.failAt(id, step.event, [broken], failure);
      return;
    }
    const leaving = (target: TargetRecord, at: number) => {
      if (!step.targets.includes(at) || !takesPart(target)) return target;
      if (at === broken) return failEvent(target, step.event, failure.diagnostics, now());
      return endEvent(target, step.event, now());
    };
    const installed = plan.platform === "ECS" && step.event === "Install";
    const after = change(id, {
      targets: targets.map(leaving),
      running: installed ? countOf(plan) : running,
    });
    for (const [at, target] of after.targets.entries()) {
      if (target === targets[at]) continue;
      if (target.status === "Succeeded") news.instance(after, target, "SUCCESS");
      if (target.status === "Failed") news.instance(after, target, "FAILURE");
    }
    enter(id, index + 1);
  }

  return {
    begin,
    endWait: next,
    answerHook: (id, executionId, status) => {
      if (!hooks.answer(id, executionId, status)) return;
      const { plan, step: index } = deploymentOf(id);
      const step = stepsOf(plan)[index];
      if (step?.kind === "event") later(id, step.durationMs, () => leaveEvent(id, step, index));
    },
    stop: endings.stopOnRequest,
    alarm: endings.stopByAlarm,
    fail: (id, { target, diagnostics }) => {
      const deployment = deploymentOf(id);
      const current = underWay(deployment);
      if (current === undefined) throw new Error(`${id} is in no lifecycle event`);
      const failed = target === undefined ? current.targets.slice(0, 1) : [target];
      endings.failAt(id, current.event, failed, failureOf(deployment.plan, diagnostics));
    },
    finish: (id) => {
      const { targets, plan } = deploymentOf(id);
      if (hasEnded(deploymentOf(id))) throw new Error(`${id} has ended`);
      change(id, {
        startedAt: deploymentOf(id).startedAt ?? now(),
        weight: 100,
        running: plan.platform === "ECS" ? countOf(plan) : 0,
        targets: targets.map((target) => endAllEvents(target, now())),
      });
      endings.succeed(id);
    },
  };
}
