/** What CodeDeploy said, as a snapshot. Pure: the same answers give the same snapshot. */

import type { DeploymentInfo } from "@aws-sdk/client-codedeploy";
import type { Deployment, EpochMs, Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Hint } from "../../handlers/ports.ts";
import type { Phrase, WordedDeployment, WordedHold } from "../../handlers/words.ts";
import type { Why } from "../why.ts";
import { withWordsInside } from "../words-inside.ts";
import type { Alarms } from "./alarms.ts";
import { parseCarried, printCarried } from "./carried.ts";
import { changesOf } from "./changes.ts";
import { consoleUrl } from "./console.ts";
import { detailsOf } from "./details.ts";
import { healthOf, watchedOf } from "./health.ts";
import { holdsOf, whyComputed } from "./holds.ts";
import { isOvertaken, reasonOf, troubleOf } from "./incident.ts";
import { offersOf } from "./offers.ts";
import { outcomeOf, progressOf } from "./progress.ts";
import { remarksOf } from "./remarks.ts";
import { shortConfig } from "./rollout.ts";
import { servingOf } from "./serving.ts";
import {
  isByAutoScaling,
  mayRollBack,
  phaseOf,
  platformOf,
  platformTitles,
  rollbackOf,
  rollsBack,
  type Situation,
  stageOf,
} from "./situation.ts";
import type { Targets } from "./targets.ts";
import { versionsOf } from "./versions.ts";

export interface Seen {
  readonly ref: Ref;
  readonly info: DeploymentInfo;
  readonly targets: Targets;
  /** Absent: they were not asked for. */
  readonly alarms?: Alarms;
  readonly previous?: Deployment | undefined;
  /** Why the AppSpec could not be read. */
  readonly specUnread?: Why | undefined;
  /** What only events told. */
  readonly hint?: Hint;
  /** This process's clock; it counts only where nothing from AWS tells when a wait began. */
  readonly now: EpochMs;
}

export function describe(seen: Seen): Deployment {
  return withWordsInside(worded(seen));
}

function worded(seen: Seen): Omit<WordedDeployment, "said"> {
  const { ref, info, targets, alarms = { kind: "none" }, previous, specUnread, hint = {}, now } = seen;
  const situation: Situation = {
    ref,
    info,
    targets,
    alarms,
    previous,
    specUnread,
    now,
    phase: phaseOf(info),
    platform: platformOf(info),
    carried: parseCarried(hint.carried, previous?.carried),
  };
  const { phase } = situation;
  const versions = versionsOf(situation);
  const holds = holdsOf(situation);
  const stage = stageOf(situation);
  const progress = progressOf(situation, versions);
  const outcome = outcomeOf(situation, versions);
  const reason = phase === "succeeded" || phase === "running" ? undefined : reasonOf(situation);
  const target = info.applicationName ?? ref.id;
  const group = info.deploymentGroupName;
  const carried = isTerminal({ phase }) ? {} : printCarried(situation.carried);
  return {
    ref,
    lane: ref.id,
    target,
    about: { number: info.deploymentId ?? ref.id },
    ...(group === undefined ? {} : { qualifiedTarget: `${target}/${group}` }),
    systemTitle: "CodeDeploy",
    where: whereOf(situation),
    phase,
    status: info.status ?? "unknown",
    ...(stage === undefined ? {} : { stage }),
    ...times(situation),
    holds,
    offers: offersOf(situation, versions, holds),
    changes: changesOf(situation, versions, holds),
    health: healthOf(situation, versions),
    watched: watchedOf(situation),
    ...(progress === undefined ? {} : { progress }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(isTerminal({ phase }) ? { serving: servingOf(situation) } : {}),
    ...(phase === "failed" && rollsBack(info) !== undefined ? { rollbackFailed: true as const } : {}),
    ...related(situation),
    ...(mayRollBack(info) ? { rollbackMayCome: true as const } : {}),
    ...(isByAutoScaling(info) ? { startedBy: "auto-scaling" as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    incident: troubleOf(situation, holds) !== undefined,
    ...(isOvertaken(situation, holds) ? { overtaken: true } : {}),
    ...(Object.keys(carried).length === 0 ? {} : { carried }),
    expert: expertLine(situation, holds),
    details: detailsOf(situation, versions),
    consoleUrl: consoleUrl(ref.region, ref.id),
    remarks: remarksOf(situation, holds),
  };
}

function related({ ref, info }: Situation): Pick<Deployment, "related"> {
  const before = rollsBack(info);
  if (before !== undefined)
    return {
      related: {
        relation: "rollback-of",
        ...(before.id === undefined ? {} : { ref: { ...ref, id: before.id } }),
      },
    };
  const id = rollbackOf(info);
  return id === undefined ? {} : { related: { relation: "rolled-back-by", ref: { ...ref, id } } };
}

/** "Lambda, group `invoice-prod`" */
function whereOf({ platform, info }: Situation): Phrase {
  const title = platformTitles[platform];
  const invented: string | undefined = info.computePlatform;
  const what: Phrase =
    title !== undefined ? [title] : invented === undefined ? [] : [{ code: invented, atMost: 24 }];
  if (info.deploymentGroupName === undefined) return what;
  return [...what, what.length === 0 ? "group " : ", group ", { code: info.deploymentGroupName, atMost: 24 }];
}

function times({ info, phase }: Situation): Pick<Deployment, "startedAt" | "endedAt"> {
  const started = info.startTime ?? info.createTime;
  const ended = isTerminal({ phase }) ? info.completeTime : undefined;
  return {
    ...(started === undefined ? {} : { startedAt: started.getTime() }),
    ...(ended === undefined ? {} : { endedAt: ended.getTime() }),
  };
}

function expertLine(situation: Situation, holds: readonly WordedHold[]): Phrase {
  const { info, ref } = situation;
  const other = rollsBack(info)?.id;
  const computed = whyComputed(situation, holds);
  const parts: Phrase[] = [
    [{ code: ref.id, atMost: 24 }],
    ...(info.deploymentConfigName === undefined
      ? []
      : [["config ", { code: shortConfig(info.deploymentConfigName) }]]),
    ...(other === undefined ? [] : [["rolls back ", { code: other, atMost: 24 }]]),
    ...(computed === undefined ? [] : [[computed]]),
  ];
  return parts.flatMap((part, index) => (index === 0 ? part : [", ", ...part]));
}
