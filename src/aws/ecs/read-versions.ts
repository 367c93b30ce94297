/**
 * Reads the old and the new version of a deployment. Each part can fail on its own, and is then unknown, never missing.
 */

import type { ECSClient, ServiceRevision, TaskDefinition } from "@aws-sdk/client-ecs";
import { LRUCache } from "lru-cache";
import { type Reading, tryRead } from "../reading.ts";
import { leftOut } from "../why.ts";
import { oldRevisionOf } from "./facts/serving.ts";
import type { ServiceDeployment, Versions } from "./facts/stored-detail.ts";
import { type Revision, versionsOf } from "./facts/versions.ts";
import { readRevisions, readTaskDefinition } from "./reads.ts";

/** Task definitions are immutable, so they are read once. Enough for the deployments of a few hundred services. */
const maxKept = 500;
export type ReadVersions = (
  ecs: ECSClient,
  deployment: ServiceDeployment,
  signal: AbortSignal,
) => Promise<Versions>;

export function createReadVersions(): ReadVersions {
  const kept = new LRUCache<string, TaskDefinition>({ max: maxKept });

  async function definitionOf(
    ecs: ECSClient,
    { taskDefinition: arn }: ServiceRevision,
    signal: AbortSignal,
  ): Promise<Reading<TaskDefinition>> {
    if (arn === undefined) return { kind: "unknown", why: leftOut("task-definition") };
    const known = kept.get(arn);
    if (known !== undefined) return { kind: "read", value: known };
    const read = await tryRead("ecs:DescribeTaskDefinition", () => readTaskDefinition(ecs, arn, signal));
    if (read.kind === "read") kept.set(arn, read.value);
    return read;
  }

  async function revisionOf(
    ecs: ECSClient,
    revisions: Reading<ReadonlyMap<string, ServiceRevision>>,
    arn: string,
    signal: AbortSignal,
  ): Promise<Reading<Revision>> {
    if (revisions.kind === "unknown") return revisions;
    const revision = revisions.value.get(arn);
    if (revision === undefined) return { kind: "unknown", why: leftOut("revision") };
    return { kind: "read", value: { revision, definition: await definitionOf(ecs, revision, signal) } };
  }

  return async function readVersions(ecs, deployment, signal) {
    const target = deployment.targetServiceRevision?.arn;
    const source = oldRevisionOf(deployment)?.arn;
    const isFirst = deployment.sourceServiceRevisions?.length === 0;
    const arns = [target, source].filter((arn) => arn !== undefined);
    const revisions = await readAll(ecs, arns, signal);
    const [next, old] = await Promise.all([
      target === undefined
        ? ({ kind: "unknown", why: leftOut("new-revision") } as const)
        : revisionOf(ecs, revisions, target, signal),
      source !== undefined
        ? revisionOf(ecs, revisions, source, signal)
        : isFirst
          ? ({ kind: "none" } as const)
          : ({ kind: "unknown", why: leftOut("old-revision") } as const),
    ]);
    return versionsOf(old, next);
  };
}

async function readAll(
  ecs: ECSClient,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<Reading<ReadonlyMap<string, ServiceRevision>>> {
  if (arns.length === 0) return { kind: "read", value: new Map() };
  return tryRead("ecs:DescribeServiceRevisions", () => readRevisions(ecs, arns, signal));
}
