/**
 * Shared by all steps of a deployment: its record, changes to it, and timers that are cancelled when it completes,
 * stops or rolls back.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { DeploymentRecord, ServiceRecord, World } from "./records.ts";

export interface Course {
  readonly deploymentOf: (arn: string) => DeploymentRecord;
  readonly serviceOf: (deployment: DeploymentRecord) => ServiceRecord;
  readonly change: (arn: string, patch: Partial<DeploymentRecord>) => DeploymentRecord;
  /** Adds a service event message, as shown in the console. */
  readonly say: (deployment: DeploymentRecord, text: string, patch?: Partial<ServiceRecord>) => ServiceRecord;
  /** Runs `work` after the delay, unless the deployment has completed, stopped or rolled back by then. */
  readonly later: (arn: string, delayMs: number, work: () => void) => void;
  readonly leave: (arn: string) => void;
}

export function createCourse(world: World, clock: Clock): Course {
  const timers = new Map<string, Set<() => void>>();

  const deploymentOf = (arn: string) => {
    const found = world.deployments.get(arn);
    if (found === undefined) throw new Error(`The fake ECS has no deployment ${arn}`);
    return found;
  };

  const serviceOf = (deployment: DeploymentRecord) => {
    const found = world.services.get(deployment.serviceArn);
    if (found === undefined) throw new Error(`The fake ECS has no service ${deployment.serviceArn}`);
    return found;
  };

  return {
    deploymentOf,
    serviceOf,
    change: (arn, patch) => {
      const changed = { ...deploymentOf(arn), ...patch, updatedAt: clock.now() };
      world.deployments.put(arn, changed);
      return changed;
    },
    say: (deployment, text, patch = {}) => {
      const service = serviceOf(deployment);
      const message = { id: randomUUID(), at: clock.now(), message: `(service ${service.name}) ${text}` };
      const changed = { ...service, ...patch, messages: [message, ...service.messages].slice(0, 100) };
      world.services.put(service.arn, changed);
      return changed;
    },
    later: (arn, delayMs, work) => {
      const mine = timers.get(arn) ?? new Set();
      timers.set(arn, mine);
      const callOff = clock.at(clock.now() + delayMs, () => {
        mine.delete(callOff);
        work();
      });
      mine.add(callOff);
    },
    leave: (arn) => {
      for (const callOff of timers.get(arn) ?? []) callOff();
      timers.delete(arn);
    },
  };
}
