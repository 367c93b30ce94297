/** Counts targets by status, from the targets that were read or from CodeDeploy's deploymentOverview. */

import { z } from "zod";
import type { DeploymentInfo, Standing } from "./stored-detail.ts";

type Read = Extract<Standing, { readonly kind: "read" }>["counts"];

export function countsRead(standing: Standing): Read {
  return standing.kind === "read" ? standing.counts : [];
}

export function sum(counts: Read): number {
  return counts.reduce((all, { count }) => all + count, 0);
}

/** True if every target was read. */
export function isWhole(standing: Standing): boolean {
  return standing.kind === "read" && !standing.more && sum(standing.counts) >= standing.total;
}

/** The number of targets read and their total, if not all of them were read. */
export const share = z.object({ read: z.number(), total: z.number(), more: z.boolean() });
export type Share = z.infer<typeof share>;

export function shareOf(standing: Standing): Share | undefined {
  if (standing.kind !== "read" || isWhole(standing)) return undefined;
  const { counts, total, more } = standing;
  return { read: sum(counts), total, more };
}

export interface Counts {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ready: number;
  readonly all: number;
}

export function tally(counts: Read): Counts {
  const of = (word: string): number => sum(counts.filter(({ status }) => status === word));
  return {
    done: of("Succeeded"),
    failed: of("Failed"),
    skipped: of("Skipped"),
    ready: of("Ready"),
    all: sum(counts),
  };
}

/** For large fleets, where only some targets are read; CodeDeploy's overview counts all of them. */
export function countsOf(overview: NonNullable<DeploymentInfo["deploymentOverview"]>): Counts {
  const { Pending = 0, InProgress = 0, Succeeded = 0, Failed = 0, Skipped = 0, Ready = 0 } = overview;
  const all = Pending + InProgress + Succeeded + Failed + Skipped + Ready;
  return { done: Succeeded, failed: Failed, skipped: Skipped, ready: Ready, all };
}

/** Counts of the new side; `undefined` if AWS returned neither all targets nor the overview. */
export function countsOfNew({
  info: { deploymentOverview },
  standing,
}: {
  readonly info: DeploymentInfo;
  readonly standing: Standing;
}): Counts | undefined {
  if (isWhole(standing)) return tally(countsRead(standing).filter(({ side }) => side !== "old"));
  return deploymentOverview === undefined ? undefined : countsOf(deploymentOverview);
}
