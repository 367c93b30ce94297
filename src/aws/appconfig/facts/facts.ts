/** Turns AppConfig's responses into facts. Pure: equal responses give equal facts. */

import type { About, AwsMs, Deployment, Ref } from "../../../handlers/deployment.ts";
import { isTerminal } from "../../../handlers/deployment.ts";
import { qualify } from "../../../handlers/names/names.ts";
import { watchedAlarms } from "../../alarm-fact.ts";
import type { AlarmReading } from "../../alarms.ts";
import { consoleUrl, type DeploymentId, whichOf } from "../id.ts";
import { isReplaced, servingOf } from "./history.ts";
import { alarmIn, endedAt, lastOf, reasonOf, stepsOf, triggerOf } from "./log.ts";
import { offersOf } from "./offers.ts";
import { remarksOf } from "./remarks.ts";
import { phaseOf } from "./state.ts";
import {
  type AwsDeployment,
  type History,
  type Names,
  nameOr,
  type StoredDetail,
  toldSchema,
} from "./stored-detail.ts";

export interface Seen {
  readonly ref: Ref;
  readonly id: DeploymentId;
  readonly deployment: AwsDeployment;
  readonly names: Names;
  readonly history: History;
  /** The environment's alarms; absent if they were not read. */
  readonly alarms?: readonly AlarmReading[] | undefined;
  readonly previous?: Deployment | undefined;
  /** Only to decide whether a revert is still offered; AWS checks it by its own clock. */
  readonly now: AwsMs;
}

export function factsOf(seen: Seen): Deployment {
  const { ref, id, deployment, history, alarms = [], now } = seen;
  const phase = phaseOf(deployment.State);
  const reason = reasonOf(deployment);
  const strategy = strategyOf(seen);
  const trigger = triggerOf(deployment);
  const ended = endedAt(deployment);
  return {
    ref,
    lane: ref.id,
    ...namesOf(seen),
    about: aboutOf(seen),
    systemTitle: "AppConfig",
    phase,
    status: deployment.State ?? "unknown",
    ...(deployment.StartedAt === undefined ? {} : { startedAt: deployment.StartedAt }),
    ...(ended === undefined ? {} : { endedAt: ended }),
    holds: [],
    offers: offersOf(deployment, id, history, now),
    watched: { alarms: watchedAlarms(alarms), unit: "instance" },
    ...(isTerminal({ phase }) ? { serving: servingOf(deployment, history) } : {}),
    ...(isReplaced(history) ? { replaced: true as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    incident: trigger !== undefined && trigger !== "person",
    ...(trigger === "unsaid" ? { causeUnknown: true as const } : {}),
    // A cancel can't revert a completed deployment or set off an alarm, so these were not caused by one.
    ...(deployment.State === "REVERTED" || trigger === "alarm" || trigger === "internal-error"
      ? { overtaken: true }
      : {}),
    ...(strategy === undefined ? {} : { strategy }),
    consoleUrl: consoleUrl(ref, id),
    remarks: remarksOf(deployment, history),
    said: saidOf(seen),
  };
}

/** If a name can't be read this time, keep the earlier one, so that the card doesn't move to another route. */
function namesOf({ id, names, previous }: Seen): Pick<Deployment, "target" | "qualifiedTarget" | "which"> {
  const which = whichOf(id);
  const isRead = names.application.kind === "read" && names.environment.kind === "read";
  if (!isRead && previous !== undefined) {
    const { target, qualifiedTarget } = previous;
    return { target, which, ...(qualifiedTarget === undefined ? {} : { qualifiedTarget }) };
  }
  const application = nameOr(names.application, id.application);
  const environment = nameOr(names.environment, id.environment);
  const target = `${application}/${environment}`;
  const qualifiedTarget = qualify(application, environment);
  return { target, which, ...(qualifiedTarget === target ? {} : { qualifiedTarget }) };
}

/** An environment gets several configurations, one after the other, and each can be reverted separately. */
function aboutOf({ id, deployment }: Seen): About {
  const subject = deployment.ConfigurationName ?? deployment.ConfigurationProfileId;
  return { ...(subject === undefined ? {} : { subject }), number: String(id.number) };
}

function strategyOf({ deployment, names: { strategy }, previous }: Seen): Deployment["strategy"] {
  const id = deployment.DeploymentStrategyId;
  if (id === undefined || strategy.kind === "gone") return undefined;
  if (strategy.kind === "unknown" && previous?.strategy?.id === id) return previous.strategy;
  return { id, name: nameOr(strategy, id) };
}

function saidOf({ deployment, names, history, alarms }: Seen): StoredDetail {
  return {
    deployment: toldSchema.parse(deployment),
    steps: stepsOf(deployment)
      .slice(-2)
      .map(({ at, percent }) => ({ at, percent })),
    bakeStartedAt: lastOf(deployment, "BAKE_TIME_STARTED")?.OccurredAt,
    trigger: triggerOf(deployment),
    alarm: alarmIn(deployment),
    names,
    history,
    alarms,
  };
}
