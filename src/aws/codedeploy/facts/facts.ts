/** Turns CodeDeploy's responses into facts. Pure: equal responses give equal facts. */

import type { AwsMs, Deployment, Ref } from "../../../handlers/deployment.ts";
import { isTerminal } from "../../../handlers/deployment.ts";
import type { Hint } from "../../../handlers/ports.ts";
import type { Why } from "../../client/why.ts";
import { parseCarried, printCarried } from "../carried.ts";
import { consoleUrl } from "../console.ts";
import { holdsOf } from "./holds.ts";
import { isOvertaken, reasonOf, troubleOf } from "./incident.ts";
import { offersOf } from "./offers.ts";
import { remarksOf } from "./remarks.ts";
import type { Revisions } from "./revision.ts";
import { servingOf } from "./serving.ts";
import {
  isByAutoScaling,
  mayRollBack,
  type Observed,
  phaseOf,
  rollbackOf,
  rollsBack,
  type Situation,
  situationOf,
  stageOf,
} from "./situation.ts";
import type { Alarms, DeploymentInfo, StoredDetail } from "./stored-detail.ts";
import { standingOf, type Targets } from "./targets.ts";
import { watchedOf } from "./watched.ts";

export interface Seen {
  readonly ref: Ref;
  readonly info: DeploymentInfo;
  readonly revisions: Revisions;
  readonly targets: Targets;
  /** Absent: they were not read. */
  readonly alarms?: Alarms;
  readonly previous?: Deployment | undefined;
  /** The reason why the AppSpec could not be read. */
  readonly specUnread?: Why | undefined;
  /** Data from events. */
  readonly hint?: Hint;
  /** This process's clock, used only if nothing from AWS shows when a wait began. */
  readonly now: AwsMs;
}

export function factsOf(seen: Seen): Deployment {
  const {
    ref,
    info,
    revisions,
    targets,
    alarms = { kind: "none" },
    previous,
    specUnread,
    hint = {},
    now,
  } = seen;
  const { fingerprint, hasEarlier, ...sides } = revisions;
  const said: StoredDetail = { info, ...sides, specUnread, standing: standingOf(targets), alarms };
  const phase = phaseOf(info);
  const observed: Observed = {
    ...situationOf({ ref, phase }, said),
    ...{ targets, fingerprint, hasEarlier, previous, now },
    carried: parseCarried(hint.carried, previous?.carried),
  };
  const holds = holdsOf(observed);
  const stage = stageOf(observed);
  const trouble = troubleOf(observed, holds);
  const reason = phase === "succeeded" || phase === "running" ? undefined : reasonOf(observed);
  const target = info.applicationName ?? ref.id;
  const group = info.deploymentGroupName;
  // A failed deployment keeps it: whether it is an incident depends on the results of its hooks.
  const carried = isTerminal({ phase }) && phase !== "failed" ? {} : printCarried(observed.carried);
  return {
    ref,
    lane: ref.id,
    target,
    about: { number: info.deploymentId ?? ref.id },
    ...(group === undefined ? {} : { qualifiedTarget: `${target}/${group}` }),
    systemTitle: "CodeDeploy",
    phase,
    status: info.status ?? "unknown",
    ...(stage === undefined ? {} : { stage }),
    ...times(observed),
    holds,
    offers: offersOf(observed, holds),
    watched: watchedOf(observed),
    ...(isTerminal({ phase }) ? { serving: servingOf(observed) } : {}),
    ...(phase === "failed" && rollsBack(info) !== undefined ? { rollbackFailed: true as const } : {}),
    ...related(observed),
    ...(mayRollBack(info) ? { rollbackMayCome: true as const } : {}),
    ...(isByAutoScaling(info) ? { startedBy: "auto-scaling" as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    incident: trouble !== undefined,
    ...(trouble === "failed-instances" ? { causeUnknown: true as const } : {}),
    ...(isOvertaken(observed, holds) ? { overtaken: true } : {}),
    ...(Object.keys(carried).length === 0 ? {} : { carried }),
    consoleUrl: consoleUrl(ref.region, ref.id),
    remarks: remarksOf(observed, holds),
    said,
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

function times({ info, phase }: Situation): Pick<Deployment, "startedAt" | "endedAt"> {
  const started = info.startTime ?? info.createTime;
  const ended = isTerminal({ phase }) ? info.completeTime : undefined;
  return {
    ...(started === undefined ? {} : { startedAt: started }),
    ...(ended === undefined ? {} : { endedAt: ended }),
  };
}
