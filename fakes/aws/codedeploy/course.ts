/**
 * Shared by all steps of a deployment: its record, changes to it, and timers that are cancelled when it moves on or
 * ends.
 */
import type { Clock } from "../clock.ts";
import type { DeploymentRecord, World } from "./records.ts";

export interface Course {
  readonly now: () => number;
  readonly deploymentOf: (id: string) => DeploymentRecord;
  readonly change: (id: string, patch: Partial<DeploymentRecord>) => DeploymentRecord;
  /** Runs `work` after the delay, at once if it is 0, unless the deployment has moved on or ended by then. */
  readonly later: (id: string, delayMs: number, work: () => void) => void;
  readonly leave: (id: string) => void;
}

export function createCourse(world: World, clock: Clock): Course {
  const timers = new Map<string, Set<() => void>>();

  const deploymentOf = (id: string) => {
    const found = world.deployments.get(id);
    if (found === undefined) throw new Error(`The fake CodeDeploy has no deployment ${id}`);
    return found;
  };

  return {
    now: clock.now,
    deploymentOf,
    change: (id, patch) => {
      const changed = { ...deploymentOf(id), ...patch };
      world.deployments.put(id, changed);
      return changed;
    },
    later: (id, delayMs, work) => {
      if (delayMs === 0) {
        work();
        return;
      }
      const mine = timers.get(id) ?? new Set();
      timers.set(id, mine);
      const callOff = clock.at(clock.now() + delayMs, () => {
        mine.delete(callOff);
        work();
      });
      mine.add(callOff);
    },
    leave: (id) => {
      for (const callOff of timers.get(id) ?? []) callOff();
      timers.delete(id);
    },
  };
}
