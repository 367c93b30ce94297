/** What ECS said, as a snapshot. Pure: the same answers give the same snapshot. */

import type { ServiceDeployment } from "@aws-sdk/client-ecs";
import type { Deployment, Phase, Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Hint } from "../../handlers/ports.ts";
import type { Phrase, WordedDeployment } from "../../handlers/words.ts";
import type { AlarmReading } from "../alarms.ts";
import { withWordsInside } from "../words-inside.ts";
import { consoleUrl, parseArn, qualifiedName } from "./arn.ts";
import { changesOf } from "./changes.ts";
import { detailsOf } from "./details.ts";
import { gatesOf, whereOf } from "./gates.ts";
import { healthOf, watchedOf } from "./health.ts";
import { holdsOf } from "./holds.ts";
import { offersOf } from "./offers.ts";
import { bakeEnd, outcomeOf, progressOf } from "./progress.ts";
import type { Versions } from "./reading.ts";
import { isIncident, isUnexplained, reasonOf, remarksOf } from "./remarks.ts";
import { reasonReported } from "./reports.ts";
import { servingOf } from "./serving.ts";
import { strategyTitle } from "./stage.ts";

export interface Seen {
  readonly ref: Ref;
  readonly deployment: ServiceDeployment;
  readonly versions: Versions;
  /** Absent: nobody asked CloudWatch, because it is over or names none. */
  readonly alarms?: readonly AlarmReading[] | undefined;
  readonly previous?: Deployment | undefined;
  /** What the service's newest event says about tasks that fail. */
  readonly trouble?: string | undefined;
  /** What ECS told by event alone. */
  readonly hint?: Hint;
}

export function describe(seen: Seen): Deployment {
  return withWordsInside(worded(seen));
}

function worded({
  ref,
  deployment,
  versions,
  alarms,
  previous,
  trouble,
  hint = {},
}: Seen): Omit<WordedDeployment, "said"> {
  const phase = phaseOf(deployment.status);
  const holds = holdsOf(deployment, phase, previous);
  const arn = parseArn(ref.id);
  const rollbackUntil = phase === "running" ? bakeEnd(deployment, previous) : undefined;
  const progress = progressOf(deployment, phase, versions, rollbackUntil);
  const incident = isIncident(deployment, phase, holds, hint);
  const outcome = outcomeOf(deployment, phase, versions, incident);
  const untroubled = phase === "succeeded" || (phase === "running" && !incident);
  const reason = untroubled ? undefined : (reasonOf(deployment) ?? trouble ?? reasonReported(hint));
  const gates = phase === "running" ? gatesOf(deployment) : undefined;
  const qualifiedTarget = arn === undefined ? undefined : qualifiedName(arn);
  const url = arn === undefined ? undefined : consoleUrl(arn);
  return {
    ref,
    lane: ref.id,
    target: arn?.service ?? ref.id,
    ...(qualifiedTarget === undefined ? {} : { qualifiedTarget }),
    about: { number: ref.id.split("/").at(-1) ?? ref.id },
    systemTitle: "ECS",
    where: arn?.cluster === undefined ? [] : ["cluster ", { code: arn.cluster, atMost: 24 }],
    phase,
    status: deployment.status ?? "unknown",
    ...(deployment.lifecycleStage === undefined ? {} : { stage: deployment.lifecycleStage }),
    ...times(deployment, phase),
    holds,
    offers: offersOf({ deployment, versions }, phase, holds),
    changes: changesOf(versions).slice(0, 4),
    health: healthOf(deployment, alarms),
    watched: watchedOf(deployment, alarms),
    ...(progress === undefined ? {} : { progress }),
    ...(rollbackUntil === undefined ? {} : { rollbackUntil }),
    ...(gates === undefined ? {} : { gates }),
    ...(gates?.next === undefined ? {} : { nextGate: whereOf(gates.next) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(isTerminal({ phase }) ? { serving: servingOf(deployment, phase) } : {}),
    ...(phase === "failed" ? { rollbackFailed: true as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    incident,
    ...(isUnexplained(deployment, phase, holds, hint) ? { causeUnknown: true as const } : {}),
    expert: expertLine(deployment),
    details: detailsOf(deployment, versions),
    ...(url === undefined ? {} : { consoleUrl: url }),
    remarks: remarksOf(deployment, phase, holds, trouble, hint),
  };
}

/** A status that AWS adds later counts as running: the deployment stays in sight, and AWS judges what is asked. */
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
    ...(started === undefined ? {} : { startedAt: started.getTime() }),
    ...(ended === undefined ? {} : { endedAt: ended.getTime() }),
  };
}

function expertLine(deployment: ServiceDeployment): Phrase {
  const strategy = deployment.deploymentConfiguration?.strategy;
  const title = strategyTitle(deployment);
  if (title !== undefined) return [title];
  return strategy === undefined ? [] : ["strategy ", { code: strategy, atMost: 24 }];
}
