/** Turns ECS's responses into facts. Pure: equal responses give equal facts. */

import type { AwsMs, Deployment, Phase, Ref } from "../../../handlers/deployment.ts";
import { isTerminal } from "../../../handlers/deployment.ts";
import type { Hint } from "../../../handlers/ports.ts";
import type { AlarmReading } from "../../alarms.ts";
import { consoleUrl, parseArn, qualifiedName } from "../arn.ts";
import { gatesOf } from "./gates.ts";
import { holdsOf } from "./holds.ts";
import { offersOf } from "./offers.ts";
import { causeOf, reasonOf, remarksOf } from "./remarks.ts";
import { carriedReports, reasonReported, reportsOf } from "./reports.ts";
import { servingOf } from "./serving.ts";
import type { ServiceDeployment, StoredDetail, Versions } from "./stored-detail.ts";
import { watchedOf } from "./watched.ts";

export interface Seen {
  readonly ref: Ref;
  readonly deployment: ServiceDeployment;
  readonly versions: Versions;
  /**
   * Absent: alarms were not read, because the read is urgent or the deployment is over, has none, or has them disabled.
   */
  readonly alarms?: readonly AlarmReading[] | undefined;
  readonly previous?: Deployment | undefined;
  /** The service's latest event about failing tasks. */
  readonly trouble?: string | undefined;
  /** Data that ECS sends only in events. */
  readonly hint?: Hint;
}

export function factsOf({
  ref,
  deployment,
  versions,
  alarms,
  previous,
  trouble,
  hint = {},
}: Seen): Deployment {
  const phase = phaseOf(deployment.status);
  const holds = holdsOf(deployment, phase, previous);
  const arn = parseArn(ref.id);
  const rollbackUntil = phase === "running" ? bakeEnd(deployment, previous) : undefined;
  const reports = reportsOf(deployment, phase, previous?.carried, hint.carried);
  const cause = causeOf(deployment, phase, holds, reports);
  const incident = cause !== undefined || phase === "failed";
  const untroubled = phase === "succeeded" || (phase === "running" && !incident);
  const reason = untroubled ? undefined : (reasonOf(deployment) ?? trouble ?? reasonReported(reports));
  const carried = carriedReports(reports);
  const gates = phase === "running" || phase === "succeeded" ? gatesOf(deployment) : undefined;
  const qualifiedTarget = arn === undefined ? undefined : qualifiedName(arn);
  const url = arn === undefined ? undefined : consoleUrl(arn);
  return {
    ref,
    lane: ref.id,
    target: arn?.service ?? ref.id,
    ...(qualifiedTarget === undefined ? {} : { qualifiedTarget }),
    about: { number: ref.id.split("/").at(-1) ?? ref.id },
    systemTitle: "ECS",
    phase,
    status: deployment.status ?? "unknown",
    ...(deployment.lifecycleStage === undefined ? {} : { stage: deployment.lifecycleStage }),
    ...times(deployment, phase),
    holds,
    offers: offersOf({ deployment, versions }, phase, holds),
    watched: watchedOf(deployment, alarms),
    ...(rollbackUntil === undefined ? {} : { rollbackUntil }),
    ...(gates === undefined ? {} : { gates }),
    ...(isTerminal({ phase }) ? { serving: servingOf(deployment, phase) } : {}),
    ...(phase === "failed" ? { rollbackFailed: true as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    incident,
    // Nothing that ECS returns shows why it rolls back, or who stopped it.
    ...(cause === "rollback" || cause === "failed-tasks" ? { causeUnknown: true as const } : {}),
    ...(Object.keys(carried).length === 0 ? {} : { carried }),
    ...(url === undefined ? {} : { consoleUrl: url }),
    remarks: remarksOf({ deployment, phase, holds, trouble, reports, cause }),
    said: { deployment, versions, alarms, cause } satisfies StoredDetail,
  };
}

/** A status that AWS adds later counts as running: the deployment stays visible, and AWS validates each request. */
export function phaseOf(status: string | undefined): Phase {
  switch (status) {
    case "STOP_REQUESTED":
      return "stopping";
    case "STOPPED":
      return "stopped";
    case "SUCCESSFUL":
      return "succeeded";
    case "ROLLBACK_REQUESTED":
    case "ROLLBACK_IN_PROGRESS":
      return "rolling-back";
    case "ROLLBACK_SUCCESSFUL":
      return "rolled-back";
    case "ROLLBACK_FAILED":
      return "failed";
    default:
      return "running";
  }
}

function times(
  { startedAt, createdAt, finishedAt, stoppedAt }: ServiceDeployment,
  phase: Phase,
): Pick<Deployment, "startedAt" | "endedAt"> {
  const started = startedAt ?? createdAt;
  const ended = isTerminal({ phase }) ? (finishedAt ?? stoppedAt) : undefined;
  return {
    ...(started === undefined ? {} : { startedAt: started }),
    ...(ended === undefined ? {} : { endedAt: ended }),
  };
}

/**
 * ECS does not return when the bake time began. The first read during the bake time is the closest estimate:
 * `updatedAt` in later reads may be of a later change.
 */
function bakeEnd(
  { lifecycleStage, updatedAt, deploymentConfiguration }: ServiceDeployment,
  previous: Deployment | undefined,
): AwsMs | undefined {
  const minutes = deploymentConfiguration?.bakeTimeInMinutes;
  if (lifecycleStage !== "BAKE_TIME" || minutes === undefined || minutes === 0) return undefined;
  if (previous?.rollbackUntil !== undefined) return previous.rollbackUntil;
  return updatedAt === undefined ? undefined : updatedAt + minutes * 60_000;
}
