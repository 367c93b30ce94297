/**
 * What the thread tells once. Names depend on the state alone, so it does not matter which read sees it first, nor how
 * often.
 */

import type { Diagnostics } from "@aws-sdk/client-codedeploy";
import type { Serving } from "../../handlers/deployment.ts";
import { decisionOfHold } from "../../handlers/identity.ts";
import type { Phrase, WordedHold, WordedRemark } from "../../handlers/words.ts";
import { consoleUrl } from "./console.ts";
import { reasonOf, type Trouble, troubleOf } from "./incident.ts";
import { servingOf } from "./serving.ts";
import { oldFleet, rollbackOf, rollsBack, type Situation, stageOf } from "./situation.ts";
import { readShare, readTargets } from "./targets.ts";
import { readyWait, terminationWait } from "./waits.ts";

export function remarksOf(situation: Situation, holds: readonly WordedHold[]): readonly WordedRemark[] {
  return [
    ...statusRemark(situation),
    ...eventRemark(situation),
    ...holds.flatMap((hold) => holdRemark(situation, hold)),
    ...failureRemarks(situation, holds),
    ...incidentRemark(situation, holds),
    ...rollbackRemark(situation),
  ];
}

const statusWords: Readonly<Record<string, Pick<WordedRemark, "weight" | "emoji" | "words">>> = {
  Created: { weight: "progress", emoji: "▶️", words: ["CodeDeploy has accepted the deployment"] },
  Queued: { weight: "progress", emoji: "▶️", words: ["the deployment is in the queue"] },
  InProgress: { weight: "progress", emoji: "▶️", words: ["CodeDeploy is deploying"] },
  Ready: { weight: "progress", emoji: "▶️", words: ["the new version is installed; no traffic has moved"] },
  Baking: { weight: "progress", emoji: "▶️", words: ["everything is deployed, and CodeDeploy watches it"] },
  Failed: { weight: "ending", emoji: "❌", words: ["CodeDeploy shows the deployment as failed"] },
  Stopped: { weight: "ending", emoji: "⏹️", words: ["CodeDeploy stopped the deployment"] },
};

/** Of a deployment that rolls another one back. */
const rollbackWords: typeof statusWords = {
  InProgress: { weight: "progress", emoji: "⏪", words: ["CodeDeploy is rolling back"] },
  Failed: { weight: "ending", emoji: "❌", words: ["CodeDeploy shows the rollback as failed"] },
  Stopped: { weight: "ending", emoji: "⏹️", words: ["CodeDeploy stopped the rollback"] },
};

const finished: Readonly<Record<Serving, Pick<WordedRemark, "emoji" | "words">>> = {
  new: { emoji: "✅", words: ["CodeDeploy finished: the new version serves"] },
  previous: { emoji: "⏪", words: ["CodeDeploy finished the rollback: the earlier version serves again"] },
  mixed: { emoji: "⚠️", words: ["CodeDeploy finished: the new version serves in part"] },
  none: { emoji: "⚠️", words: ["CodeDeploy finished: nothing runs, so nothing was proven"] },
  unknown: { emoji: "⚠️", words: ["CodeDeploy finished: what serves was not read"] },
};

function statusRemark(situation: Situation): readonly WordedRemark[] {
  const status: string | undefined = situation.info.status;
  if (status === undefined) return [];
  const unknown = {
    weight: "progress",
    emoji: "ℹ️",
    words: ["CodeDeploy shows status ", { code: status }],
  } as const;
  const reason = status === "Stopped" || status === "Failed" ? reasonOf(situation) : undefined;
  const told =
    status === "Succeeded"
      ? ({ weight: "ending", ...finished[servingOf(situation)] } as const)
      : ((rollsBack(situation.info) === undefined ? undefined : rollbackWords[status]) ??
        statusWords[status] ??
        unknown);
  return [{ name: `status/${status}`, ...told, ...(reason === undefined ? {} : { reason }) }];
}

/** A function or a service goes through its events one by one; instances go through them side by side. */
function eventRemark(situation: Situation): readonly WordedRemark[] {
  const { phase } = situation;
  const stage = stageOf(situation);
  if (phase !== "running" || stage === undefined) return [];
  return [
    { name: `event/${stage}`, weight: "progress", emoji: "▶️", words: ["lifecycle event ", { code: stage }] },
  ];
}

function holdRemark(situation: Situation, { id, stage, shows }: WordedHold): readonly WordedRemark[] {
  if (shows !== "open") return [];
  const waits = { weight: "person", emoji: "✋", holdId: id } as const;
  switch (id) {
    case readyWait:
      return [{ name: `hold/${id}`, ...waits, words: ["waits for an answer before any traffic moves"] }];
    case terminationWait: {
      const words: Phrase = [`${oldFleet(situation)} are kept for a while`];
      return [{ name: `kept/${id}`, weight: "progress", emoji: "⌛", words }];
    }
    default:
      return [
        {
          // An execution id is long, and no name for anybody to read.
          name: `hold/${decisionOfHold(id)}`,
          ...waits,
          words: ["waits for an answer at lifecycle event ", { code: stage }],
        },
      ];
  }
}

const failuresAtMost = 10;

/** The diagnostics of scripts and functions, less the tail of their log: it may hold anything. */
function failureRemarks(situation: Situation, holds: readonly WordedHold[]): readonly WordedRemark[] {
  const answered = new Set(holds.flatMap(({ shows, stage }) => (shows === "rollback" ? [stage] : [])));
  const failures = readTargets(situation.targets).flatMap(({ id, events }) =>
    events
      .filter(
        ({ status, lifecycleEventName = "" }) => status === "Failed" && !answered.has(lifecycleEventName),
      )
      .map(({ lifecycleEventName = "unknown", diagnostics }) => ({
        id,
        event: lifecycleEventName,
        diagnostics,
      })),
  );
  const told = failures
    .toSorted((a, b) => (`${a.id}/${a.event}` < `${b.id}/${b.event}` ? -1 : 1))
    .slice(0, failuresAtMost)
    .map(
      ({ id, event, diagnostics }): WordedRemark => ({
        name: `failed/${id}/${event}`,
        weight: "ending",
        emoji: "❌",
        words: [{ code: id, atMost: 48 }, " failed at ", { code: event }, ...cause(diagnostics)],
        ...(diagnostics?.message ? { reason: diagnostics.message } : {}),
      }),
    );
  const left = failures.length - told.length;
  if (left <= 0) return told;
  const share = readShare(situation.targets);
  const words = [`and ${left} more failures${share === undefined ? "" : ` (${share})`}`];
  return [...told, { name: "failed/more", weight: "ending", emoji: "❌", words }];
}

function cause(diagnostics: Diagnostics | undefined): Phrase {
  const { errorCode, scriptName } = diagnostics ?? {};
  return [
    ...(errorCode === undefined ? [] : [": ", { code: errorCode }]),
    ...(scriptName
      ? [errorCode === undefined ? ": script " : " in script ", { code: scriptName, atMost: 48 }]
      : []),
  ];
}

const troubles: Readonly<Record<Trouble, string>> = {
  alarm: "an alarm went off, and CodeDeploy stopped the deployment",
  "timed-out": "nobody answered the hook in time, so the deployment failed",
  failed: "failed, and CodeDeploy shows no rollback",
  "rolled-back": "failed; CodeDeploy started a rollback",
};

function incidentRemark(situation: Situation, holds: readonly WordedHold[]): readonly WordedRemark[] {
  const trouble = troubleOf(situation, holds);
  if (trouble === undefined) return [];
  const { code } = situation.info.errorInformation ?? {};
  const reason = reasonOf(situation);
  const isFailedRollback = trouble === "failed" && rollsBack(situation.info) !== undefined;
  return [
    {
      // The rollback of a failure may show a read later: it is one incident, and the rollback is told by itself.
      name: `incident/${trouble === "rolled-back" ? "failed" : trouble}`,
      weight: "incident",
      emoji: "🚨",
      cause: isFailedRollback
        ? ["the rollback failed"]
        : trouble === "alarm"
          ? ["an alarm went off"]
          : code === undefined
            ? []
            : ["error ", { code }],
      words: [
        isFailedRollback ? "the rollback failed" : troubles[trouble],
        ...(code === undefined ? [] : [" (", { code }, ")"]),
      ],
      ...(reason === undefined ? {} : { reason }),
    },
  ];
}

function rollbackRemark({ info, ref }: Situation): readonly WordedRemark[] {
  const id = rollbackOf(info);
  if (id === undefined) return [];
  return [
    {
      name: `rollback/${id}`,
      weight: "ending",
      emoji: "⏪",
      words: [
        "CodeDeploy started the rollback as a new deployment, ",
        { code: id },
        " (",
        { link: consoleUrl(ref.region, id), words: "open it in AWS" },
        ")",
      ],
    },
  ];
}
