/** The headline while no answer is needed, and what comes next. */

import type { Hold } from "../../../handlers/deployment.ts";
import type { DeploymentWords, Phrase } from "../../../handlers/words.ts";
import { oneDecimal } from "../../counts.ts";
import { countsOfNew } from "../facts/counts.ts";
import { waitsAhead } from "../facts/holds.ts";
import { showsNow } from "../facts/serving.ts";
import { isKeepingOld, newPercent, rollsBack, type Situation, stageOf } from "../facts/situation.ts";
import { describeOldFleet } from "./counts.ts";
import { rolloutOf } from "./rollout.ts";
import { codeOf, named, type Versions } from "./versions.ts";

type Progress = NonNullable<DeploymentWords["progress"]>;

/** Statuses that need no further data. */
const byStatus: ReadonlyMap<string, Progress> = new Map(
  Object.entries({
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
  }),
);

/** A status that AWS added later; what follows is unknown. */
function strange(status: string | undefined): Progress {
  return {
    headline: ["CodeDeploy shows ", { code: status ?? "no state", atMost: 24 }],
    next: ["not known: Holdpoint does not know this state."],
  };
}

const byItself = "CodeDeploy continues on its own.";

export function progressOf(
  situation: Situation,
  versions: Versions,
  holds: readonly Hold[],
): Progress | undefined {
  const progress = withoutWait(situation, versions);
  const isAhead = progress !== undefined && waitsAhead(situation, holds);
  return isAhead ? { ...progress, next: ["CodeDeploy waits for an answer before traffic moves."] } : progress;
}

function withoutWait(situation: Situation, versions: Versions): Progress | undefined {
  const { phase, info, platform } = situation;
  if (phase !== "running") return undefined;
  const known = byStatus.get(info.status ?? "");
  if (known !== undefined) return known;
  if (info.status !== "InProgress") return strange(info.status);
  if (isKeepingOld(situation)) {
    return {
      headline: [`${keptBeside(situation)}, ${describeOldFleet(situation)} are kept`],
      percent: 100,
      next: [`CodeDeploy terminates ${describeOldFleet(situation)}.`],
    };
  }
  return platform === "blue-green" || platform === "in-place"
    ? onInstances(situation)
    : withTraffic(situation, versions);
}

/** CodeDeploy shows that the wait has begun, not that the new version runs. */
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
  const back = rollsBack(situation.info) === undefined ? "" : ", back to the earlier revision";
  const counts = countsOfNew(situation);
  if (counts === undefined && situation.standing.kind !== "not-started")
    return { headline: [`How many instances are done was not read${back}`], next: [byItself] };
  if (counts === undefined || counts.all === 0)
    return { headline: [`CodeDeploy prepares the instances${back}`], next: [byItself] };
  const done = counts.done + counts.ready;
  return {
    headline: [`${done} of ${counts.all} instances are done${back}`],
    percent: Math.round((100 * done) / counts.all),
    next: ["CodeDeploy goes on with the rest."],
  };
}

function withTraffic(situation: Situation, versions: Versions): Progress {
  const percent = newPercent(situation);
  const event = stageOf(situation);
  if (situation.standing.kind === "unknown")
    return { headline: ["How far CodeDeploy is was not read"], next: [byItself] };
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
  const rest = oneDecimal(100 - percent);
  const step = rollout.kind === "canary" ? rest : Math.min(rollout.percent, rest);
  const share = step === rest ? `the other ${step}%` : `another ${step}%`;
  return [`after ${rollout.minutes} min `, { bold: [`CodeDeploy shifts ${share}`] }, "."];
}
