/** Runs a fake deployment: steps, bake time, completion, rollback and revert. */
import type { TriggeredBy } from "@aws-sdk/client-appconfig";
import type { Clock } from "../clock.ts";
import { bakeOf, stepsOf } from "./curve.ts";
import type { News } from "./news.ts";
import { type DeploymentRecord, keyOf, type LogEntry, type World } from "./records.ts";

export interface Rollout {
  /** Starts a deployment in VALIDATING or DEPLOYING. */
  readonly begin: (record: DeploymentRecord, validationMs: number) => void;
  readonly rollBack: (key: string, triggeredBy: TriggeredBy, description: string) => void;
  readonly revert: (key: string, description: string) => void;
}

export function createRollout(world: World, clock: Clock, news: News): Rollout {
  const timers = new Map<string, (() => void)[]>();

  function deploymentOf(key: string): DeploymentRecord {
    const found = world.deployments.get(key);
    if (found === undefined) throw new Error(`The fake AppConfig has no deployment ${key}`);
    return found;
  }

  function change(key: string, patch: Partial<DeploymentRecord>, entry: Omit<LogEntry, "at">): void {
    const before = deploymentOf(key);
    const log = [{ ...entry, at: clock.now() }, ...before.log];
    world.deployments.put(key, { ...before, ...patch, log });
  }

  /** A change that also sends an event. The state changes first, so that a listener can read it. */
  function changeAndTell(
    key: string,
    patch: Partial<DeploymentRecord>,
    entry: Omit<LogEntry, "at">,
    tell: (deployment: DeploymentRecord, invocation: string | undefined) => void,
  ): void {
    const invocationId = news.invocation(deploymentOf(key));
    change(key, patch, { ...entry, ...(invocationId === undefined ? {} : { invocationId }) });
    tell(deploymentOf(key), invocationId);
  }

  function later(key: string, at: number, work: () => void): void {
    timers.set(key, [...(timers.get(key) ?? []), clock.at(at, work)]);
  }

  function leave(key: string): void {
    for (const callOff of timers.get(key) ?? []) callOff();
    timers.delete(key);
  }

  function start(key: string): void {
    const { pace } = deploymentOf(key);
    const startedAt = clock.now();
    for (const { afterMs, percent } of stepsOf(pace)) {
      const description = `Configuration available to ${percent.toFixed(2)}% of clients`;
      later(key, startedAt + afterMs, () =>
        change(key, { percent }, { type: "PERCENTAGE_UPDATED", triggeredBy: "APPCONFIG", description }),
      );
    }
    const bake = bakeOf(pace);
    const description = "Deployment bake time started";
    later(key, startedAt + bake.fromMs, () =>
      change(key, { state: "BAKING" }, { type: "BAKE_TIME_STARTED", triggeredBy: "APPCONFIG", description }),
    );
    later(key, startedAt + bake.untilMs, () => complete(key));
    const entry = {
      type: "DEPLOYMENT_STARTED",
      triggeredBy: "USER",
      description: "Deployment started",
    } as const;
    changeAndTell(key, { state: "DEPLOYING" }, entry, news.started);
  }

  function complete(key: string): void {
    leave(key);
    changeAndTell(
      key,
      { state: "COMPLETE", completedAt: clock.now() },
      { type: "DEPLOYMENT_COMPLETED", triggeredBy: "APPCONFIG", description: "Deployment completed" },
      news.completed,
    );
  }

  return {
    begin: (record, validationMs) => {
      const key = keyOf(record);
      world.deployments.put(key, record);
      if (validationMs > 0) later(key, clock.now() + validationMs, () => start(key));
      else start(key);
    },
    rollBack: (key, triggeredBy, description) => {
      leave(key);
      change(key, { state: "ROLLING_BACK" }, { type: "ROLLBACK_STARTED", triggeredBy, description });
      later(key, clock.now() + deploymentOf(key).rollbackMs, () => {
        leave(key);
        changeAndTell(
          key,
          { state: "ROLLED_BACK", percent: 0, completedAt: clock.now() },
          { type: "ROLLBACK_COMPLETED", triggeredBy: "APPCONFIG", description: "Rollback completed" },
          news.rolledBack,
        );
      });
    },
    revert: (key, description) =>
      changeAndTell(
        key,
        { state: "REVERTED", percent: 0 },
        { type: "REVERT_COMPLETED", triggeredBy: "USER", description },
        news.rolledBack,
      ),
  };
}
