/** Describes the effects of rollback, failed hook, cancel and termination, by platform and traffic. */

import type { OfferWords, Phrase } from "../../../handlers/words.ts";
import { isKeepingOld, newPercent, rollsBackOnFailure, type Situation } from "../facts/situation.ts";
import { describeOldFleet } from "./counts.ts";
import { noRollback } from "./expiry.ts";
import { named, type Versions } from "./versions.ts";

type Words = Pick<OfferWords, "consequence" | "dialog">;

/** StopDeployment with a rollback, which CodeDeploy runs as a new deployment. */
export function whatRollsBack(situation: Situation, versions: Versions): Words {
  const { platform } = situation;
  const begins = "CodeDeploy stops this deployment and starts a rollback as a new one: ";
  switch (platform) {
    case "in-place":
      return {
        consequence: ["CodeDeploy deploys the earlier revision again."],
        dialog: [begins, "it deploys ", ...oldName(versions), " to the instances again."],
      };
    case "blue-green":
    case "ecs": {
      const fleet = describeOldFleet(situation);
      if (!isKeepingOld(situation))
        return {
          consequence: [`traffic returns to ${fleet}, or stays there.`],
          dialog: [begins, `traffic returns to ${fleet}, or stays there if none has moved.`],
        };
      return {
        consequence: [`100% of traffic returns to ${fleet}.`],
        dialog: [begins, `100% of traffic returns to ${fleet}, which still run.`],
      };
    }
    case "lambda": {
      const back = gets(newPercent(situation));
      return { consequence: [...oldName(versions), back], dialog: [begins, ...oldName(versions), back] };
    }
    default:
      return {
        consequence: ["CodeDeploy stops, and rolls back if there is an earlier revision."],
        dialog: [
          "CodeDeploy stops this deployment and, if there is an earlier revision, starts a rollback as a new one.",
        ],
      };
  }
}

/** StopDeployment without a rollback. */
export function whatCancels(situation: Situation, versions: Versions): Words {
  const { platform, info } = situation;
  const stops = "CodeDeploy stops this deployment and rolls nothing back. ";
  if (info.status === "Created" || info.status === "Queued") {
    return {
      consequence: ["CodeDeploy stops before it changes anything."],
      dialog: ["CodeDeploy stops this deployment before it has changed anything."],
    };
  }
  switch (platform) {
    case "in-place":
      return {
        consequence: ["CodeDeploy stops. Instances that were updated stay so."],
        dialog: [
          stops,
          "Instances that run ",
          ...newName(versions),
          " already keep it; the others stay as they are.",
        ],
      };
    case "blue-green":
      return info.status === "Ready"
        ? {
            consequence: ["CodeDeploy stops. Traffic stays on the old instances."],
            dialog: [
              stops,
              "Traffic stays on the old instances. The new instances go on running and cost money.",
            ],
          }
        : {
            consequence: ["CodeDeploy stops. Traffic stays where it is now."],
            dialog: [stops, "Traffic stays where it is now. Instances that run by then go on running."],
          };
    case "ecs":
      return info.status === "Ready"
        ? {
            consequence: ["CodeDeploy stops. Traffic stays on the old tasks."],
            dialog: [stops, "Traffic stays on the old tasks."],
          }
        : { consequence: [`CodeDeploy stops. ${stays(situation)}`], dialog: [stops, stays(situation)] };
    default:
      return { consequence: [`CodeDeploy stops. ${stays(situation)}`], dialog: [stops, stays(situation)] };
  }
}

/** A hook reported as failed. The group's settings decide whether CodeDeploy rolls back then. */
export function whatHookFails(situation: Situation, versions: Versions, stage: string): Words {
  const told = "CodeDeploy is told that the hook failed. The deployment fails";
  if (stage === "BeforeInstall") {
    return {
      consequence: ["the deployment fails before anything is installed. The old tasks keep all traffic."],
      dialog: [`${told} before anything is installed. The old tasks keep 100% of the traffic.`],
    };
  }
  const rollsBack = rollsBackOnFailure(situation.info);
  if (rollsBack !== true) {
    const not = noRollback(rollsBack);
    return {
      consequence: [`the deployment fails. ${not}`],
      dialog: [`${told}. ${not}`, ...(rollsBack === false ? [` ${stays(situation)}`] : [])],
    };
  }
  const moved = newPercent(situation);
  const back: Phrase = situation.platform === "ecs" ? tasksGet(moved) : [...oldName(versions), gets(moved)];
  return {
    consequence: ["the deployment fails, and CodeDeploy rolls back: ", ...back],
    dialog: [`${told} and this group rolls back on failure: `, ...back],
  };
}

function tasksGet(moved: number | undefined): Phrase {
  if (moved === undefined) return ["100% of traffic is on the old tasks then."];
  return [moved === 0 ? "the old tasks keep 100% of traffic." : "100% of traffic returns to the old tasks."];
}

/** Follows the name of the old version. The traffic shifted so far may not have been read. */
function gets(moved: number | undefined): string {
  if (moved === undefined) return " has 100% of traffic then.";
  return moved === 0 ? " keeps 100% of traffic." : " gets 100% of traffic again.";
}

export function whatTerminates(situation: Situation, versions: Versions): Words {
  const fleet = describeOldFleet(situation);
  return {
    consequence: [`CodeDeploy terminates ${fleet} now. A quick rollback is gone then.`],
    dialog: [
      `CodeDeploy ends the wait and terminates ${fleet}. After that the only way back from `,
      ...newName(versions),
      " is a new deployment.",
    ],
  };
}

function stays(situation: Situation): string {
  const moved = newPercent(situation);
  if (moved === undefined) return "Traffic stays where it is now.";
  if (moved === 0) return "Traffic stays where it is now: 100% old.";
  return `Traffic stays where it is now: ${moved}% on the new version.`;
}

function oldName(versions: Versions): Phrase {
  return named(versions, versions.old, "the old version");
}

function newName(versions: Versions): Phrase {
  return named(versions, versions.new, "the new version");
}
