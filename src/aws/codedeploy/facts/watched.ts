/** The health figures that can get worse while a hold is open: alarms, tasks of the new task set, failed instances. */

import type { Watched } from "../../../handlers/deployment.ts";
import { watchedAlarms } from "../../alarm-fact.ts";
import { countsRead, isWhole, tally } from "./counts.ts";
import { type Situation, taskSetsOf } from "./situation.ts";

export function watchedOf(situation: Situation): Watched {
  const { alarms, platform } = situation;
  const seen = alarms.kind === "read" ? watchedAlarms(alarms.readings) : [];
  if (platform === "ecs") {
    const [green] = taskSetsOf(situation, "Green");
    return {
      ...{ alarms: seen, unit: "task" },
      ...(green?.runningCount === undefined ? {} : { healthy: green.runningCount }),
      ...(green?.desiredCount === undefined ? {} : { wanted: green.desiredCount }),
    };
  }
  const failed = platform === "lambda" ? undefined : failedOf(situation);
  return { alarms: seen, unit: "instance", ...(failed === undefined ? {} : { failed }) };
}

/** In large fleets only some targets are read; CodeDeploy's overview counts all of them. */
function failedOf({ standing, info }: Situation): number | undefined {
  return isWhole(standing) ? tally(countsRead(standing)).failed : info.deploymentOverview?.Failed;
}
