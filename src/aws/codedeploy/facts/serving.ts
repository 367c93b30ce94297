/** The version that is known to serve. CodeDeploy's status only shows that it has finished, not that anything runs. */

import type { Serving } from "../../../handlers/deployment.ts";
import { countsOfNew } from "./counts.ts";
import { newPercent, rollsBack, type Situation, taskSetsOf } from "./situation.ts";

export function servingOf(situation: Situation): Serving {
  if (situation.info.status !== "Succeeded") return "unknown";
  const serves = showsNow(situation);
  return serves === "new" && rollsBack(situation.info) !== undefined ? "previous" : serves;
}

/** `new`: the version that this deployment installed, which for a rollback is the earlier one. */
export function showsNow(situation: Situation): Serving {
  switch (situation.platform) {
    case "lambda":
      return byTraffic(newPercent(situation));
    case "ecs":
      return onTasks(situation);
    case "blue-green":
    case "in-place":
      return onInstances(situation);
    default:
      return "unknown";
  }
}

function byTraffic(percent: number | undefined): Serving {
  if (percent === undefined || percent === 0) return "unknown";
  return percent >= 100 ? "new" : "mixed";
}

function onTasks(situation: Situation): Serving {
  const green = taskSetsOf(situation, "Green");
  const isEmpty = green.some(({ desiredCount, runningCount }) => desiredCount === 0 || runningCount === 0);
  if (isEmpty) return newPercent(situation) === 100 ? "none" : "unknown";
  return green.every(({ runningCount }) => runningCount !== undefined)
    ? byTraffic(newPercent(situation))
    : "unknown";
}

/** A deployment can succeed although some instances failed, or without any instance. */
function onInstances(situation: Situation): Serving {
  const counts = countsOfNew(situation);
  if (counts === undefined) return "unknown";
  const { done, all } = counts;
  if (all === 0) return "none";
  if (done === 0) return "unknown";
  return done === all ? "new" : "mixed";
}
