/**
 * Failures that ECS reports only in events: no read returns, for example, that tasks can't be placed, or why. They are
 * stored next to the ref and shown as reports, never as state (P1). Such an event names its service and an ECS
 * deployment number, and AWS doesn't document how that number relates to anything that can be read. So a report belongs
 * to a deployment if the number is the one in its service revision's ARN, or if its time is within the deployment's.
 */

import { z } from "zod";
import { type AwsMs, isTerminal, type Phase, type Remark } from "../../../handlers/deployment.ts";
import { optionalText, parseStored } from "../../said.ts";
import type { ServiceDeployment } from "./stored-detail.ts";

export interface Report {
  readonly eventName: string;
  /** AWS's clock: the time in the event's detail; EventBridge's own can be more than a minute later. */
  readonly at: AwsMs;
  readonly reason?: string | undefined;
  /** `ecs-svc/` and a number. */
  readonly deploymentId?: string | undefined;
}

type Named = Readonly<Record<string, string>>;

/** Prefix of the names of reports, both in stored event data and in remarks. */
export const reportPrefix = "report/";
const failed = "SERVICE_DEPLOYMENT_FAILED";
const reasonAtMost = 1_000;
/** ECS has seven such event names; more must come from somebody else. */
const reportsAtMost = 10;
/** A failure may be reported this long after a deployment's end; the next deployment can't have failed by then. */
const skewMs = 2_000;

const carriedSchema = z.object({ reason: optionalText, deploymentId: optionalText });

export function printReport({ eventName, at, reason, deploymentId }: Report): Named {
  const told = { reason: reason?.slice(0, reasonAtMost), deploymentId } satisfies z.infer<
    typeof carriedSchema
  >;
  return { [`${reportPrefix}${eventName}/${at}`]: JSON.stringify(told) };
}

/** The reports about this deployment, sorted by time. */
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
  const told = parseStored(carriedSchema, value);
  return eventName === undefined || told === undefined ? [] : [{ eventName, at: Number(time), ...told }];
}

function isAbout({ at, deploymentId }: Report, deployment: ServiceDeployment, phase: Phase): boolean {
  const { targetServiceRevision: target, createdAt, startedAt = createdAt, stoppedAt } = deployment;
  const { finishedAt: endedAt = stoppedAt } = deployment;
  const number = deploymentId?.split("/")[1];
  if (number !== undefined && target?.arn?.endsWith(`/${number}`) === true) return true;
  if (startedAt === undefined || at <= startedAt + skewMs) return false;
  return isTerminal({ phase }) ? endedAt !== undefined && at <= endedAt + skewMs : true;
}

/** ECS reported that the deployment failed, with or without a reason. */
export function isReportedFailed(reports: readonly Report[]): boolean {
  return reports.some(({ eventName }) => eventName === failed);
}

/** The reason why the deployment failed, from the event. Use it only for a deployment that AWS shows as failed. */
export function reasonReported(reports: readonly Report[]): string | undefined {
  return reports.find(({ eventName, reason }) => eventName === failed && reason)?.reason;
}

/** Kept for later reads: no API returns the failure, and the event is not stored. */
export function carriedReports(reports: readonly Report[]): Named {
  const failures = reports.filter(({ eventName }) => eventName === failed).slice(0, reportsAtMost);
  return Object.fromEntries(failures.flatMap((report) => Object.entries(printReport(report))));
}

/** Reports become remarks only while the deployment runs. After that only the failure counts (`reasonReported`). */
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
