/** Is it healthy: alarms, then targets, then traffic. Only what AWS said; what it did not say is not shown as good (P9). */

import type { DeploymentOverview } from "@aws-sdk/client-codedeploy";
import type { Watched } from "../../handlers/deployment.ts";
import type { Fact } from "../../handlers/words.ts";
import { alarmFact, watchedAlarms } from "../alarm-fact.ts";
import { countWords } from "../counts.ts";
import { whyWords } from "../why.ts";
import { isKeepingOld, isStoppedByAlarm, newPercent, type Situation } from "./situation.ts";
import { isWhole, readShare, readTargets, type Target } from "./targets.ts";
import { codeOf, type Versions } from "./versions.ts";

const leftOutWords = { "asked-in-a-hurry": ["not read this time"] };

export function healthOf(situation: Situation, versions: Versions): readonly Fact[] {
  return [...alarmsFact(situation), ...targetFacts(situation), ...trafficFact(situation, versions)].slice(
    0,
    4,
  );
}

/** What can get worse while it waits: tasks of the new task set, or instances that failed. */
export function watchedOf({ alarms, targets, platform, info }: Situation): Watched {
  const seen = alarms.kind === "read" ? watchedAlarms(alarms.readings) : [];
  if (platform === "ecs") {
    const sets = readTargets(targets).flatMap(({ taskSets = [] }) => taskSets);
    const green = sets.find(({ taskSetLabel }) => taskSetLabel === "Green");
    return {
      ...{ alarms: seen, unit: "task" },
      ...(green?.runningCount === undefined ? {} : { healthy: green.runningCount }),
      ...(green?.desiredCount === undefined ? {} : { wanted: green.desiredCount }),
    };
  }
  const isCounted = platform !== "lambda" && targets.kind === "read" && isWhole(targets);
  // Of a large fleet only some are read; CodeDeploy counts all of them.
  const failed = isCounted ? tally(readTargets(targets)).failed : info.deploymentOverview?.Failed;
  const isKnown = platform !== "lambda" && failed !== undefined;
  return { alarms: seen, unit: "instance", ...(isKnown ? { failed } : {}) };
}

function alarmsFact({ info, alarms }: Situation): readonly Fact[] {
  const label = "Alarms";
  if (isStoppedByAlarm(info))
    return [{ kind: "value", label, value: ["🚨 an alarm stopped the deployment"] }];
  switch (alarms.kind) {
    case "none":
      return [];
    case "off":
      return [
        { kind: "value", label, value: ["switched off: CodeDeploy does not watch those of the group"] },
      ];
    case "unknown":
      return [{ kind: "unknown", label, why: whyWords(alarms.why, leftOutWords) }];
    case "read":
      return alarmFact(alarms.readings, {
        startedAt: (info.startTime ?? info.createTime)?.getTime(),
        ...(alarms.goesOnUnread ? { note: ["CodeDeploy goes on if it can't read them"] } : {}),
      });
  }
}

function targetFacts(situation: Situation): readonly Fact[] {
  const { targets, platform } = situation;
  const label = platform === "ecs" ? "Tasks running" : platform === "lambda" ? "Function" : "Instances";
  if (targets.kind === "unknown") return [{ kind: "unknown", label, why: whyWords(targets.why) }];
  if (platform === "ecs") return taskFact(targets, label);
  if (platform === "lambda" || targets.kind === "not-started") return [];
  const words = instanceWords(situation);
  return words === "" ? [] : [{ kind: "value", label, value: [words] }];
}

function taskFact(targets: Situation["targets"], label: string): readonly Fact[] {
  const sets = readTargets(targets).flatMap(({ taskSets = [] }) => taskSets);
  const sides = (["Blue", "Green"] as const).flatMap((side) => {
    const set = sets.find(({ taskSetLabel }) => taskSetLabel === side);
    if (set === undefined) return [];
    return [`${side === "Blue" ? "old" : "new"} ${countWords(set.runningCount, set.desiredCount)}`];
  });
  return sides.length === 0 ? [] : [{ kind: "value", label, value: [sides.join(", ")] }];
}

function instanceWords(situation: Situation): string {
  const { targets, info } = situation;
  if (!isWhole(targets)) {
    const share = readShare(targets);
    const counts = info.deploymentOverview && countsOf(info.deploymentOverview);
    return [
      counts === undefined ? "not counted" : doneWords(counts),
      ...(share === undefined ? [] : [`details of ${share}`]),
    ]
      .filter((words) => words !== "")
      .join("; ");
  }
  const all = readTargets(targets);
  const [old, next] = (["old", "new"] as const).map((side) => all.filter((target) => target.side === side));
  if (old === undefined || next === undefined || next.length === 0) return doneWords(tally(all));
  const kept = isKeepingOld(situation) ? " still running" : "";
  return [`new ${doneWords(tally(next))}`, ...(old.length === 0 ? [] : [`old ${old.length}${kept}`])].join(
    ", ",
  );
}

export interface Counts {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ready: number;
  readonly all: number;
}

export function tally(targets: readonly Target[]): Counts {
  const of = (word: string): number => targets.filter(({ status }) => status === word).length;
  return {
    done: of("Succeeded"),
    failed: of("Failed"),
    skipped: of("Skipped"),
    ready: of("Ready"),
    all: targets.length,
  };
}

export function countsOf(overview: DeploymentOverview): Counts {
  const { Pending = 0, InProgress = 0, Succeeded = 0, Failed = 0, Skipped = 0, Ready = 0 } = overview;
  const all = Pending + InProgress + Succeeded + Failed + Skipped + Ready;
  return { done: Succeeded, failed: Failed, skipped: Skipped, ready: Ready, all };
}

/** "3 of 8 succeeded, 1 failed"; before any has ended: "2 of 2 ready" */
function doneWords({ done, failed, skipped, ready, all }: Counts): string {
  if (all === 0) return "";
  const onlyReady = done === 0 && ready > 0;
  const rest = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(ready > 0 && !onlyReady ? [`${ready} ready`] : []),
  ];
  return [onlyReady ? `${ready} of ${all} ready` : `${done} of ${all} succeeded`, ...rest].join(", ");
}

function trafficFact(situation: Situation, { old, new: next, label }: Versions): readonly Fact[] {
  const percent = newPercent(situation);
  if (percent === undefined) return [];
  const names = label === "Function version";
  const side = percent === 0 ? (names ? old : undefined) : names ? next : undefined;
  const share = percent === 0 ? 100 : percent;
  const on = side === undefined ? [percent === 0 ? "old" : "new"] : ["on version ", codeOf(side)];
  return [{ kind: "value", label: "Traffic", value: [`${share}% `, ...on] }];
}
