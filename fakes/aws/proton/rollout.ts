/** Runs fake deployments, independent of who calls. */
import type { DeploymentStatus } from "@aws-sdk/client-proton";
import type { Clock } from "../clock.ts";
import type { News } from "./news.ts";
import {
  type DeploymentRecord,
  newDeploymentId,
  type Plan,
  type ResourceRecord,
  type Version,
  type World,
} from "./records.ts";

export interface Rollout {
  readonly begin: (resourceArn: string, plan: Plan) => string;
  /** Only while the latest deployment is IN_PROGRESS: the caller must check. */
  readonly cancel: (resourceArn: string) => void;
  /** Sets the status that the resource shows and emits its event, without a deployment. */
  readonly show: (resourceArn: string, status: DeploymentStatus, message?: string) => void;
}

const usualMs = { deploy: 5 * 60_000, cancel: 30_000 };

export function createRollout(world: World, clock: Clock, news: News): Rollout {
  const callOff = new Map<string, () => void>();

  function resourceOf(arn: string): ResourceRecord {
    const found = world.resources.get(arn);
    if (found === undefined) throw new Error(`The fake Proton has no ${arn}`);
    return found;
  }

  function deploymentOf(id: string): DeploymentRecord {
    const found = world.deployments.get(id);
    if (found === undefined) throw new Error(`The fake Proton has no deployment ${id}`);
    return found;
  }

  function later(id: string, delayMs: number, work: () => void): void {
    callOff.get(id)?.();
    callOff.set(id, clock.at(clock.now() + delayMs, work));
  }

  function show(
    arn: string,
    status: DeploymentStatus,
    message?: string,
    patch: Partial<ResourceRecord> = {},
  ): void {
    const { message: _, ...before } = resourceOf(arn);
    const after = { ...before, ...patch, status, ...(message === undefined ? {} : { message }) };
    world.resources.put(arn, after);
    news.changed(after, before.status);
  }

  function change(
    id: string,
    status: DeploymentStatus,
    message?: string,
    patch: Partial<DeploymentRecord> = {},
    ofResource: Partial<ResourceRecord> = {},
  ): void {
    const before = deploymentOf(id);
    const told = message === undefined ? {} : { message };
    world.deployments.put(id, { ...before, ...patch, ...told, status, changedAt: clock.now() });
    show(before.resource, status, message, ofResource);
  }

  function end(id: string, status: "SUCCEEDED" | "FAILED" | "CANCELLED", message?: string): void {
    const { to } = deploymentOf(id);
    const now = clock.now();
    const served = { deployed: to, succeededAt: now, lastSucceeded: id };
    change(id, status, message, { completedAt: now }, status === "SUCCEEDED" ? served : {});
  }

  return {
    begin: (arn, plan) => {
      const resource = resourceOf(arn);
      if (isUnderWay(resource.status)) throw new Error(`A deployment of ${arn} is in progress`);
      const id = newDeploymentId();
      const now = clock.now();
      world.deployments.put(id, {
        id,
        resource: arn,
        plan,
        status: "IN_PROGRESS",
        createdAt: now,
        changedAt: now,
        from: resource.deployed,
        to: { ...following(resource.deployed), ...plan.version },
        lastSucceeded: resource.lastSucceeded,
      });
      show(arn, "IN_PROGRESS", undefined, { attemptedAt: now, lastAttempted: id });
      later(id, plan.durationMs ?? usualMs.deploy, () =>
        plan.failure === undefined ? end(id, "SUCCEEDED") : end(id, "FAILED", plan.failure),
      );
      return id;
    },
    cancel: (arn) => {
      const id = resourceOf(arn).lastAttempted ?? "";
      const { ends = "CANCELLED", afterMs = usualMs.cancel, message } = deploymentOf(id).plan.cancel ?? {};
      change(id, "CANCELLING");
      later(id, afterMs, () => end(id, ends, message));
    },
    show: (arn, status, message) => show(arn, status, message),
  };
}

function isUnderWay(status: DeploymentStatus): boolean {
  return status === "IN_PROGRESS" || status === "CANCELLING";
}

function following(deployed: Version | undefined): Version {
  if (deployed === undefined)
    return { template: "web-service", major: "1", minor: "0", spec: "proton: ServiceSpec" };
  return { ...deployed, minor: String(Number(deployed.minor) + 1) };
}
