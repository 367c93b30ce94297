/** What AppConfig said, as a snapshot. Pure: the same answers give the same snapshot. */

import type { Deployment as AwsDeployment } from "@aws-sdk/client-appconfig";
import type { About, Deployment, EpochMs, Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import { qualify } from "../../handlers/names.ts";
import type { Phrase, WordedDeployment } from "../../handlers/words.ts";
import { watchedAlarms } from "../alarm-fact.ts";
import type { AlarmReading } from "../alarms.ts";
import { withWordsInside } from "../words-inside.ts";
import { changesOf } from "./changes.ts";
import { detailsOf } from "./details.ts";
import { healthOf } from "./health.ts";
import type { History } from "./history.ts";
import { consoleUrl, type DeploymentId, whichOf } from "./id.ts";
import { endedAt, reasonOf, triggerOf } from "./log.ts";
import { type Names, nameOr } from "./names.ts";
import { offersOf } from "./offers.ts";
import { isReplaced, outcomeOf, progressOf, servingOf } from "./progress.ts";
import { remarksOf } from "./remarks.ts";
import { paceWords, phaseOf } from "./state.ts";

export interface Seen {
  readonly ref: Ref;
  readonly id: DeploymentId;
  readonly deployment: AwsDeployment;
  readonly names: Names;
  readonly history: History;
  /** Those that the environment names; absent where nobody asked for them. */
  readonly alarms?: readonly AlarmReading[];
  readonly previous?: Deployment | undefined;
  /** Only to tell for how long a revert can be asked for; AWS judges it by its own clock. */
  readonly now: EpochMs;
}

export function describe(seen: Seen): Deployment {
  return withWordsInside(worded(seen));
}

function worded(seen: Seen): Omit<WordedDeployment, "said"> {
  const { ref, id, deployment, names } = seen;
  const phase = phaseOf(deployment.State);
  const progress = progressOf(seen, phase);
  const outcome = outcomeOf(seen);
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
    where: [
      ...named("application ", id.application, names.application),
      ", ",
      ...named("environment ", id.environment, names.environment),
    ],
    phase,
    status: deployment.State ?? "unknown",
    ...(deployment.StartedAt === undefined ? {} : { startedAt: deployment.StartedAt.getTime() }),
    ...(ended === undefined ? {} : { endedAt: ended }),
    holds: [],
    offers: offersOf(seen, phase),
    changes: changesOf(seen),
    health: healthOf(seen, phase),
    watched: { alarms: watchedAlarms(seen.alarms ?? []), unit: "instance" },
    ...(progress === undefined ? {} : { progress }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(isTerminal({ phase }) ? { serving: servingOf(seen) } : {}),
    ...(isReplaced(seen) ? { replaced: true as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    incident: trigger !== undefined && trigger !== "person",
    ...(trigger === "unsaid" ? { causeUnknown: true as const } : {}),
    // No cancel reverts a deployment that is complete, and none makes an alarm go off.
    ...(deployment.State === "REVERTED" || trigger === "alarm" || trigger === "internal-error"
      ? { overtaken: true }
      : {}),
    ...(strategy === undefined ? {} : { strategy }),
    expert: expertLine(seen),
    details: detailsOf(seen),
    consoleUrl: consoleUrl(ref, id),
    remarks: remarksOf(seen, phase),
  };
}

/** A read that fails now and then must not take the card to another route: what it was called before still holds. */
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

/** Several configurations are deployed to one environment, one after the other, and each can be reverted alone. */
function aboutOf({ id, deployment }: Seen): About {
  const subject = deployment.ConfigurationName ?? deployment.ConfigurationProfileId;
  return { ...(subject === undefined ? {} : { subject }), number: String(id.number) };
}

function named(word: string, id: string, name: Names["application"] | Names["environment"]): Phrase {
  const known: Phrase = [word, { code: nameOr(name, id), atMost: 24 }];
  return name.kind === "read" ? known : [...known, " (its id; the name is unknown)"];
}

function strategyOf({ deployment, names: { strategy } }: Seen): Deployment["strategy"] {
  const id = deployment.DeploymentStrategyId;
  if (id === undefined || strategy.kind === "gone") return undefined;
  return { id, name: nameOr(strategy, id) };
}

function expertLine({ id, deployment, names: { strategy } }: Seen): Phrase {
  const strategyId = deployment.DeploymentStrategyId;
  const pace = paceWords(deployment);
  const gone = strategy.kind === "gone" ? " (deleted)" : "";
  return [
    `Deployment ${id.number}`,
    ...(strategyId === undefined
      ? []
      : [" · strategy ", { code: nameOr(strategy, strategyId), atMost: 40 }, gone]),
    ...(pace.length === 0 ? [] : [strategyId === undefined ? " · " : ": ", ...pace]),
  ];
}
