/**
 * Reads the old and the new version of a deployment. Each part can fail on its own, and is then unknown, never missing.
 */

import type { ECSClient, ServiceRevision, TaskDefinition } from "@aws-sdk/client-ecs";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Deployment } from "../../handlers/deployment.ts";
import { leftOut } from "../client/why.ts";
import { type Reading, tryRead } from "../reading.ts";
import { oldRevisionOf } from "./facts/serving.ts";
import { type ServiceDeployment, serviceDeployment, type Versions } from "./facts/stored-detail.ts";
import { type Revision, versionsOf } from "./facts/versions.ts";
import { readRevisions, readTaskDefinition } from "./reads.ts";

/**
 * Task definitions are immutable, and so is a service revision once the digests of its images are resolved: each is
 * read once. Enough for 5,000 deployments: with fewer, each idle read of the one pushes out what the next one needs.
 */
const maxKept = 10_000;
const maxKeptBytes = 64 * 1_048_576;

function createKept<Value extends object>(): LRUCache<string, Value> {
  return new LRUCache<string, Value>({
    ...{ max: maxKept, maxSize: maxKeptBytes },
    sizeCalculation: (value) => JSON.stringify(value).length,
  });
}

type Revisions = Reading<ReadonlyMap<string, ServiceRevision>>;

/** Starts before the deployment itself is read; the result takes the deployment once that is known. */
export type ReadVersions = (
  ecs: ECSClient,
  previous: Deployment | undefined,
  signal: AbortSignal,
) => (deployment: ServiceDeployment) => Promise<Versions>;

export function createReadVersions(): ReadVersions {
  const kept = createKept<TaskDefinition>();
  const resolved = createKept<ServiceRevision>();

  async function readAll(ecs: ECSClient, arns: readonly string[], signal: AbortSignal): Promise<Revisions> {
    const known = new Map(
      arns.flatMap((arn) => {
        const revision = resolved.get(arn);
        return revision === undefined ? [] : [[arn, revision] as const];
      }),
    );
    if (known.size === new Set(arns).size) return { kind: "read", value: known };
    const read = await tryRead("ecs:DescribeServiceRevisions", () => readRevisions(ecs, arns, signal));
    for (const [arn, revision] of read.kind === "read" ? read.value : [])
      if (isResolved(revision)) resolved.set(arn, revision);
    return read;
  }

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
    revisions: Revisions,
    arn: string,
    signal: AbortSignal,
  ): Promise<Reading<Revision>> {
    if (revisions.kind === "unknown") return revisions;
    const revision = revisions.value.get(arn);
    if (revision === undefined) return { kind: "unknown", why: leftOut("revision") };
    return { kind: "read", value: { revision, definition: await definitionOf(ecs, revision, signal) } };
  }

  return function readVersions(ecs, previous, signal) {
    // A deployment keeps its revisions, so the ones that its last read named are read beside it.
    const named = revisionsBefore(previous);
    const beside = named.length === 0 ? undefined : readAll(ecs, named, signal);

    return async (deployment) => {
      const target = deployment.targetServiceRevision?.arn;
      const source = oldRevisionOf(deployment)?.arn;
      const isFirst = deployment.sourceServiceRevisions?.length === 0;
      const arns = [target, source].filter((arn) => arn !== undefined);
      const isNamed = arns.length === named.length && arns.every((arn) => named.includes(arn));
      const revisions = await (isNamed && beside !== undefined ? beside : readAll(ecs, arns, signal));
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
  };
}

const revisionsNamed = z.object({
  deployment: serviceDeployment.pick({
    targetServiceRevision: true,
    sourceServiceRevisions: true,
    rollback: true,
  }),
});

function revisionsBefore(previous: Deployment | undefined): readonly string[] {
  const known = revisionsNamed.safeParse(previous?.said).data?.deployment;
  if (known === undefined) return [];
  return [known.targetServiceRevision?.arn, oldRevisionOf(known)?.arn].filter((arn) => arn !== undefined);
}

/** Until then the digests are missing: AWS resolves a tag when it starts the first task. */
function isResolved({ containerImages = [] }: ServiceRevision): boolean {
  return containerImages.length > 0 && containerImages.every(({ imageDigest }) => imageDigest !== undefined);
}
