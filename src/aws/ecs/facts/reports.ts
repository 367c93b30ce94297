/**
 * What ECS reports of a service by event alone: no read of AWS returns that tasks find no place, or why. It is carried
 * beside the ref, told as a report and never as a state (P1). Such an event names its service, and one of ECS's deployments
 * by a number of which AWS does not say how it relates to anything that can be read. So a report is a deployment's where the
 * number is that of its revision, or its time is one at which this deployment ran.
 */

import { z } from "zod";
import { type EpochMs, isTerminal, type Phase, type Remark } from "../../../handlers/deployment.ts";
import { text } from "../../said.ts";
import type { ServiceDeployment } from "./said.ts";

export interface Report {
  readonly eventName: string;
  /** AWS's clock: what the event itself gives as its time; the bus's can be more than a minute later. */
  readonly at: EpochMs;
  readonly reason?: string | undefined;
  /** `ecs-svc/` and a number. */
  readonly deploymentId?: string | undefined;
}

type Named = Readonly<Record<string, string>>;

/** What the names of such reports begin with, in what is carried and among the remarks. */
export const reportPrefix = "report/";
const failed = "SERVICE_DEPLOYMENT_FAILED";
const reasonAtMost = 1_000;
/** ECS has seven such reports; more names than that are somebody else's invention. */
const reportsAtMost = 10;
/** So long after the end of a deployment its failure may be reported; the next one can't have failed by then. */
const skewMs = 2_000;

const carriedSchema = z.object({ reason: text, deploymentId: text });

export function printReport({ eventName, at, reason, deploymentId }: Report): Named {
  const told = { reason: reason?.slice(0, reasonAtMost), deploymentId } satisfies z.infer<
    typeof carriedSchema
  >;
  return { [`${reportPrefix}${eventName}/${at}`]: JSON.stringify(told) };
}

/** Those of this deployment, in their order. */
export function reportsOf(
  deployment: ServiceDeployment,
  phase: Phase,
  ...sources: readonly (Named | undefined)[]
): readonly Report[] {
  const told = new Map(sources.flatMap((source) => Object.entries(source ?? {})));
  return [...told]
    .flatMap(parseReport)
    .filter((report) => isAbout(report, deployment, phase))
    .toSorted((a, b) => a.at - b.at || (a.eventName < b.eventName ? -1 : 1));
}

function parseReport([name, value]: readonly [string, string]): readonly Report[] {
  const [, eventName, time = ""] = /^report\/([^/]+)\/(\d+)$/.exec(name) ?? [];
  const told = carriedSchema.safeParse(jsonOf(value));
  return eventName === undefined || !told.success ? [] : [{ eventName, at: Number(time), ...told.data }];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAbout({ at, deploymentId }: Report, deployment: ServiceDeployment, phase: Phase): boolean {
  const { targetServiceRevision: target, createdAt, startedAt = createdAt, stoppedAt } = deployment;
  const { finishedAt: endedAt = stoppedAt } = deployment;
  const number = deploymentId?.split("/")[1];
  if (number !== undefined && target?.arn?.endsWith(`/${number}`) === true) return true;
  if (startedAt === undefined || at <= startedAt + skewMs) return false;
  return isTerminal({ phase }) ? endedAt !== undefined && at <= endedAt + skewMs : true;
}

/** ECS reported that the deployment failed, whether or not it said why. */
export function isReportedFailed(reports: readonly Report[]): boolean {
  return reports.some(({ eventName }) => eventName === failed);
}

/** Why the deployment failed, as the event says it; only for a deployment that AWS shows as failed. */
export function reasonReported(reports: readonly Report[]): string | undefined {
  return reports.find(({ eventName, reason }) => eventName === failed && reason)?.reason;
}

/** What a later look has to know: no read tells it, and the events are forgotten. */
export function carriedReports(reports: readonly Report[]): Named {
  const failures = reports.filter(({ eventName }) => eventName === failed).slice(0, reportsAtMost);
  return Object.fromEntries(failures.flatMap((report) => Object.entries(printReport(report))));
}

/** A report about a service matters while its deployment runs: afterwards it is not about this deployment. */
export function reportRemarks(reports: readonly Report[], phase: Phase): readonly Remark[] {
  if (phase !== "running") return [];
  const told = new Map<string, Remark>();
  for (const { eventName, reason } of reports) {
    const name = `${reportPrefix}${eventName}`;
    if (eventName === failed || told.has(name)) continue;
    told.set(name, { name, weight: "incident", ...(reason ? { reason } : {}) });
  }
  return [...told.values()].slice(0, reportsAtMost);
}
