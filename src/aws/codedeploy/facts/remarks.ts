/**
 * The remarks for the thread, each posted once. Names depend only on the state, so it doesn't matter which read sees it
 * first, or how often. A remark is described from the log alone, so the data for its text is stored with it.
 */

import { z } from "zod";
import { type Hold, type Remark, servings } from "../../../handlers/deployment.ts";
import { decisionOfHold } from "../../../handlers/identity.ts";
import { readyWait, terminationWait } from "../waits.ts";
import { share, shareOf } from "./counts.ts";
import { failedInstances, reasonOf, troubleOf, troubles } from "./incident.ts";
import { servingOf } from "./serving.ts";
import { type Observed, oldFleet, oldFleetOf, rollbackOf, rollsBack, stageOf } from "./situation.ts";
import { readTargets } from "./targets.ts";

/** `rollback`: the deployment rolls another one back. */
export const statusSaid = z.object({ rollback: z.boolean(), serving: z.enum(servings).optional() });
export const hookSaid = z.object({ stage: z.string() });
export const keptSaid = z.object({ old: oldFleet });
export const failureSaid = z.object({
  target: z.string(),
  event: z.string(),
  errorCode: z.string().optional(),
  scriptName: z.string().optional(),
});
export const moreSaid = z.object({ failures: z.number(), share: share.optional() });
export const incidentSaid = z.object({
  trouble: z.enum(troubles),
  rollback: z.boolean(),
  code: z.string().optional(),
  failedInstances: z.number().optional(),
});
export const rollbackSaid = z.object({ region: z.string(), deploymentId: z.string() });

export function remarksOf(observed: Observed, holds: readonly Hold[]): readonly Remark[] {
  return [
    ...statusRemark(observed),
    ...eventRemark(observed),
    ...holds.flatMap((hold) => holdRemark(observed, hold)),
    ...failureRemarks(observed, holds),
    ...incidentRemark(observed, holds),
    ...rollbackRemark(observed),
  ];
}

const endings: readonly string[] = ["Succeeded", "Failed", "Stopped"];

function statusRemark(observed: Observed): readonly Remark[] {
  const { status } = observed.info;
  if (status === undefined) return [];
  const rollback = rollsBack(observed.info) !== undefined;
  const isEnding = endings.includes(status);
  return [
    {
      name: `status/${status}`,
      weight: isEnding ? "ending" : "progress",
      ...(status === "Succeeded" || !isEnding ? {} : reason(reasonOf(observed))),
      said: {
        rollback,
        serving: status === "Succeeded" ? servingOf(observed) : undefined,
      } satisfies z.infer<typeof statusSaid>,
    },
  ];
}

function reason(words: string | undefined): Pick<Remark, "reason"> {
  return words ? { reason: words } : {};
}

/** A function or a service goes through its lifecycle events one by one; instances do so in parallel. */
function eventRemark(observed: Observed): readonly Remark[] {
  const stage = stageOf(observed);
  if (observed.phase !== "running" || stage === undefined) return [];
  return [{ name: `event/${stage}`, weight: "progress" }];
}

function holdRemark(observed: Observed, { id, stage, shows }: Hold): readonly Remark[] {
  if (shows !== "open") return [];
  switch (id) {
    case readyWait:
      return [{ name: `hold/${id}`, weight: "person", holdId: id }];
    case terminationWait: {
      const said = { old: oldFleetOf(observed) } satisfies z.infer<typeof keptSaid>;
      return [{ name: `kept/${id}`, weight: "progress", said }];
    }
    default: {
      // An execution id is long and means nothing to people.
      const name = `hold/${decisionOfHold(id)}`;
      return [{ name, weight: "person", holdId: id, said: { stage } satisfies z.infer<typeof hookSaid> }];
    }
  }
}

const failuresAtMost = 10;

/** The diagnostics of scripts and functions. */
function failureRemarks({ targets, standing }: Observed, holds: readonly Hold[]): readonly Remark[] {
  const answered = new Set(holds.flatMap(({ shows, stage }) => (shows === "rollback" ? [stage] : [])));
  const failures = readTargets(targets).flatMap(({ id, events }) =>
    events
      .filter(
        ({ status, lifecycleEventName = "" }) => status === "Failed" && !answered.has(lifecycleEventName),
      )
      .map(({ lifecycleEventName: event = "unknown", diagnostics }) => ({ id, event, diagnostics })),
  );
  const told = failures
    .toSorted((a, b) => (`${a.id}/${a.event}` < `${b.id}/${b.event}` ? -1 : 1))
    .slice(0, failuresAtMost)
    .map(
      ({ id, event, diagnostics: { errorCode, scriptName, message } = {} }): Remark => ({
        name: `failed/${id}/${event}`,
        weight: "ending",
        ...reason(message),
        said: { target: id, event, errorCode, scriptName } satisfies z.infer<typeof failureSaid>,
      }),
    );
  const left = failures.length - told.length;
  if (left <= 0) return told;
  const said = { failures: left, share: shareOf(standing) } satisfies z.infer<typeof moreSaid>;
  return [...told, { name: "failed/more", weight: "ending", said }];
}

function incidentRemark(observed: Observed, holds: readonly Hold[]): readonly Remark[] {
  const trouble = troubleOf(observed, holds);
  if (trouble === undefined) return [];
  const { info } = observed;
  return [
    {
      // The rollback of a failure may only appear in a later read: it is the same incident, and the rollback has its
      // own remark.
      name: `incident/${trouble === "rolled-back" ? "failed" : trouble}`,
      weight: "incident",
      ...reason(reasonOf(observed)),
      said: {
        trouble,
        rollback: rollsBack(info) !== undefined,
        code: info.errorInformation?.code,
        failedInstances: trouble === "failed-instances" ? failedInstances(observed) : undefined,
      } satisfies z.infer<typeof incidentSaid>,
    },
  ];
}

function rollbackRemark({ info, ref: { region } }: Observed): readonly Remark[] {
  const id = rollbackOf(info);
  if (id === undefined) return [];
  const said = { region, deploymentId: id } satisfies z.infer<typeof rollbackSaid>;
  return [{ name: `rollback/${id}`, weight: "ending", said }];
}
