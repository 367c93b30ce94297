/** What happens while nobody has to answer, what comes next, and what serves when it is over. */

import type { DeploymentWords, Phrase } from "../../handlers/words.ts";
import { consoleUrl } from "./console.ts";
import { countsOf, tally } from "./health.ts";
import { rolloutOf } from "./rollout.ts";
import { servingOf, showsNow } from "./serving.ts";
import {
  isKeepingOld,
  isStoppedByAlarm,
  mayRollBack,
  newPercent,
  oldFleet,
  rollbackOf,
  rollsBack,
  type Situation,
} from "./situation.ts";
import { isWhole, readTargets, runningEvent } from "./targets.ts";
import { capital, codeOf, named, type Versions } from "./versions.ts";

type Progress = NonNullable<DeploymentWords["progress"]>;

/** Where the status says it all. */
const byStatus: Readonly<Record<string, Progress>> = {
  Created: { headline: ["CodeDeploy has accepted the deployment"], next: ["CodeDeploy starts it."] },
  Queued: {
    headline: ["CodeDeploy has queued the deployment"],
    next: ["CodeDeploy starts it."],
  },
  Ready: {
    headline: ["All is installed, and no traffic has moved"],
    next: ["traffic moves after an answer."],
  },
  Baking: {
    headline: ["Everything is deployed, and CodeDeploy watches it"],
    percent: 100,
    next: ["the deployment ends if no alarm goes off."],
  },
};

/** AWS adds states; what follows them is not known. */
function strange(status: string | undefined): Progress {
  return {
    headline: ["CodeDeploy shows ", { code: status ?? "no state", atMost: 24 }],
    next: ["not known: Holdpoint does not know this state."],
  };
}

const byItself = "CodeDeploy continues on its own.";

export function progressOf(situation: Situation, versions: Versions): Progress | undefined {
  const { phase, info, platform } = situation;
  if (phase !== "running") return undefined;
  const known = byStatus[info.status ?? ""];
  if (known !== undefined) return known;
  if (info.status !== "InProgress") return strange(info.status);
  if (isKeepingOld(situation)) {
    return {
      headline: [`${keptBeside(situation)}, ${oldFleet(situation)} are kept`],
      percent: 100,
      next: [`CodeDeploy terminates ${oldFleet(situation)}.`],
    };
  }
  return platform === "blue-green" || platform === "in-place"
    ? onInstances(situation)
    : withTraffic(situation, versions);
}

/** CodeDeploy tells that the wait has begun, not that anything of the new version runs. */
function keptBeside(situation: Situation): string {
  const came = whatCame(situation).replace("the", "The");
  switch (showsNow(situation)) {
    case "new":
      return `${came} serves`;
    case "none":
      return `Nothing of ${whatCame(situation)} runs`;
    default:
      return `${came} is deployed`;
  }
}

function onInstances(situation: Situation): Progress {
  const { info, targets } = situation;
  const counts =
    !isWhole(targets) && info.deploymentOverview !== undefined
      ? countsOf(info.deploymentOverview)
      : tally(readTargets(targets).filter(({ side }) => side !== "old"));
  const back = rollsBack(info) === undefined ? "" : ", back to the earlier revision";
  if (targets.kind !== "not-started" && !isWhole(targets) && info.deploymentOverview === undefined)
    return { headline: [`How many instances are done was not read${back}`], next: [byItself] };
  if (counts.all === 0) return { headline: [`CodeDeploy prepares the instances${back}`], next: [byItself] };
  const done = counts.done + counts.ready;
  return {
    headline: [`${done} of ${counts.all} instances are done${back}`],
    percent: Math.round((100 * done) / counts.all),
    next: ["CodeDeploy goes on with the rest."],
  };
}

function withTraffic(situation: Situation, versions: Versions): Progress {
  const percent = newPercent(situation);
  const event = runningEvent(situation.targets)?.lifecycleEventName;
  if (percent === undefined || percent === 0) {
    const headline: Phrase =
      event === undefined
        ? [`CodeDeploy prepares ${whatCame(situation)}`]
        : ["CodeDeploy is at ", codeOf(event)];
    return { headline, ...(percent === undefined ? {} : { percent }), next: [byItself] };
  }
  const headline: Phrase = [
    `${percent}% of traffic is on `,
    ...named(versions, versions.new, whatCame(situation)),
  ];
  return { headline, percent: Math.min(100, percent), next: afterShift(situation, percent) };
}

/** A rollback deploys the earlier version. */
function whatCame({ info }: Situation): string {
  return rollsBack(info) === undefined ? "the new version" : "the earlier version";
}

function afterShift({ info }: Situation, percent: number): Phrase {
  const rollout = rolloutOf(info.deploymentConfigName);
  if (percent >= 100 || rollout === undefined || rollout.kind === "at-once") return [byItself];
  const step = rollout.kind === "canary" ? 100 - percent : Math.min(rollout.percent, 100 - percent);
  const share = step === 100 - percent ? `the other ${step}%` : `another ${step}%`;
  return [`after ${rollout.minutes} min `, { bold: [`CodeDeploy shifts ${share}`] }, "."];
}

/** What serves now. Where CodeDeploy does not say it, the sentence does not guess. */
export function outcomeOf(situation: Situation, versions: Versions): Phrase | undefined {
  const { phase, info, platform } = situation;
  const rollback = rollbackOf(info);
  switch (phase) {
    case "running":
      return undefined;
    case "succeeded":
      return finished(situation, versions);
    default:
      if (rollsBack(info) !== undefined && info.status === "Succeeded")
        return returned(situation, named(versions, versions.new, "the earlier version"));
      if (rollback !== undefined) return rolledBack(situation, rollback);
      if (rollsBack(info) !== undefined) return ["What serves now is not known. Look in AWS."];
      if (mayRollBack(info))
        return [
          "CodeDeploy rolls such an end back, and no rollback was seen. Look in AWS to see what serves now.",
        ];
      if (isStoppedByAlarm(info))
        return [
          "An alarm stopped this deployment. No rollback was started. Look in AWS to see what serves now.",
        ];
      if (phase === "failed")
        return ["The deployment failed, and no rollback was started. Look in AWS to see what serves now."];
      return platform === "in-place"
        ? ["CodeDeploy stopped. It does not change back the instances that it updated."]
        : ["CodeDeploy stopped, and no rollback was started. Look in AWS to see what serves now."];
  }
}

function finished(situation: Situation, versions: Versions): Phrase {
  const next = named(versions, versions.new, "the new version");
  if (servingOf(situation) !== "new") return notShown(situation, next);
  return versions.old === undefined || versions.new === undefined || versions.old === versions.new
    ? [...capital(next), " serves now."]
    : [codeOf(versions.old), " → ", codeOf(versions.new), ". It serves now."];
}

/** A rollback is a deployment of its own, whose new version is the earlier one. */
function returned(situation: Situation, next: Phrase): Phrase {
  return servingOf(situation) === "previous"
    ? ["Rolled back: ", ...next, " serves again."]
    : notShown(situation, next);
}

function notShown(situation: Situation, next: Phrase): Phrase {
  const noun = situation.platform === "ecs" ? "task" : "instance";
  switch (servingOf(situation)) {
    case "none":
      return [`CodeDeploy finished, and no ${noun} runs `, ...next, "."];
    case "mixed":
      return ["CodeDeploy finished, and a part serves ", ...next, "; the rest does not."];
    default:
      return ["CodeDeploy finished. Whether ", ...next, " serves was not read."];
  }
}

function rolledBack({ ref }: Situation, id: string): Phrase {
  return [
    "CodeDeploy started a rollback, ",
    codeOf(id),
    " (",
    { link: consoleUrl(ref.region, id), words: "open it in AWS" },
    "). What serves is not known until that deployment ends.",
  ];
}
