/** Health facts: alarms, targets, traffic. Only what AWS returned; nothing that is missing is shown as good (P9). */

import type { Fact } from "../../../handlers/words.ts";
import { alarmFact } from "../../alarm-fact.ts";
import { describeWhy } from "../../client/why.ts";
import { describeCount } from "../../counts.ts";
import { type Counts, countsOf, countsRead, isWhole, shareOf, tally } from "../facts/counts.ts";
import {
  isKeepingOld,
  isStoppedByAlarm,
  newPercent,
  type Situation,
  taskSetsOf,
} from "../facts/situation.ts";
import { describeShare } from "./counts.ts";
import { codeOf, type Versions } from "./versions.ts";

export const leftOutWords = { "asked-in-a-hurry": ["not read this time"] };

export function healthOf(situation: Situation, versions: Versions): readonly Fact[] {
  return [...alarmsFact(situation), ...targetFacts(situation), ...trafficFact(situation, versions)].slice(
    0,
    4,
  );
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
      return [{ kind: "unknown", label, why: describeWhy(alarms.why, leftOutWords) }];
    case "read":
      return alarmFact(alarms.readings, {
        startedAt: info.startTime ?? info.createTime,
        ...(alarms.goesOnUnread ? { note: ["CodeDeploy goes on if it can't read them"] } : {}),
      });
  }
}

function targetFacts(situation: Situation): readonly Fact[] {
  const { standing, platform } = situation;
  const label = platform === "ecs" ? "Tasks running" : platform === "lambda" ? "Function" : "Instances";
  if (standing.kind === "unknown") return [{ kind: "unknown", label, why: describeWhy(standing.why) }];
  if (platform === "lambda" || standing.kind === "not-started") return [];
  const words = platform === "ecs" ? describeTask(situation) : describeInstance(situation);
  return words === "" ? [] : [{ kind: "value", label, value: [words] }];
}

function describeTask(situation: Situation): string {
  const sides = (["Blue", "Green"] as const).flatMap((label) => {
    const [set] = taskSetsOf(situation, label);
    if (set === undefined) return [];
    return [`${label === "Blue" ? "old" : "new"} ${describeCount(set.runningCount, set.desiredCount)}`];
  });
  return sides.join(", ");
}

function describeInstance(situation: Situation): string {
  const { standing, info } = situation;
  if (!isWhole(standing)) {
    const share = shareOf(standing);
    const counts = info.deploymentOverview && countsOf(info.deploymentOverview);
    return [
      counts === undefined ? "not counted" : describeDone(counts),
      share === undefined ? "" : `details of ${describeShare(share)}`,
    ]
      .filter((words) => words !== "")
      .join("; ");
  }
  const all = countsRead(standing);
  const [old, next] = (["old", "new"] as const).map((side) => tally(all.filter((one) => one.side === side)));
  if (old === undefined || next === undefined || next.all === 0) return describeDone(tally(all));
  const kept = isKeepingOld(situation) ? " still running" : "";
  return [`new ${describeDone(next)}`, ...(old.all === 0 ? [] : [`old ${old.all}${kept}`])].join(", ");
}

/** "3 of 8 succeeded, 1 failed"; before any has succeeded: "2 of 2 ready" */
function describeDone({ done, failed, skipped, ready, all }: Counts): string {
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
