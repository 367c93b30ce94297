/** What a forward answer brings about: traffic that moves, or the next step of CodeDeploy. */

import type { OfferWords, Phrase } from "../../../handlers/words.ts";
import { newPercent, type Situation } from "../facts/situation.ts";
import { rolloutOf } from "./rollout.ts";
import { capital, named, type Versions } from "./versions.ts";

/** The consequence begins in lower case: the card puts the verb before it. */
type Words = Pick<OfferWords, "consequence" | "dialog">;

/** The READY wait: everything is installed, no production traffic has moved. */
export function whatShifts(situation: Situation, versions: Versions): Words {
  if (situation.platform === "ecs") {
    return {
      consequence: shift(situation, ["the new tasks"]),
      dialog: ["CodeDeploy ends the wait. ", ...capital(shift(situation, newName(versions)))],
    };
  }
  return {
    consequence: ["traffic moves to the new instances."],
    dialog: [
      "CodeDeploy ends the wait and moves traffic to the new instances, which run ",
      ...newName(versions),
      ". The old ones get no more traffic then.",
    ],
  };
}

/** A hook that is told to have succeeded, by the lifecycle event that called it. */
export function whatContinues(situation: Situation, versions: Versions, stage: string): Words {
  const told = "CodeDeploy is told that the hook succeeded. ";
  switch (stage) {
    case "BeforeInstall":
      return {
        consequence: ["CodeDeploy starts the new tasks. No traffic moves yet."],
        dialog: [told, "It starts the tasks of ", ...newName(versions), ". No traffic moves yet."],
      };
    case "AfterInstall":
      return beforeShift(situation, told, "test traffic comes first, if the group has a test listener.");
    case "AfterAllowTestTraffic":
      return beforeShift(situation, told, "CodeDeploy goes on towards production.");
    case "BeforeAllowTraffic":
      return {
        consequence: shift(situation, newName(versions)),
        dialog: [told, ...capital(shift(situation, newName(versions)))],
      };
    case "AfterAllowTraffic":
      return afterShift(situation, told);
    default:
      return {
        consequence: ["CodeDeploy goes on with the deployment."],
        dialog: [told, "It goes on with the deployment."],
      };
  }
}

/** Where no other hook stands in between, production follows without another question: that has to be said. */
function beforeShift({ new: next }: Situation, told: string, first: string): Words {
  const hooks = next?.spec?.hooks ?? [];
  const held = hooks.includes("BeforeAllowTraffic");
  const then = held
    ? " Another hook runs before production traffic moves."
    : " Production traffic follows without another hold.";
  const sentence = first.slice(0, 1).toUpperCase() + first.slice(1);
  return { consequence: [`${first}${then}`], dialog: [`${told}${sentence}${then}`] };
}

function afterShift(situation: Situation, told: string): Words {
  const { platform, info } = situation;
  const option = info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess;
  const minutes = platform === "ecs" ? option?.terminationWaitTimeInMinutes : undefined;
  return minutes === undefined || minutes === 0
    ? { consequence: ["the deployment ends."], dialog: [told, "The deployment ends then."] }
    : {
        consequence: [`the deployment ends; the old tasks are kept for ${minutes} min.`],
        dialog: [told, `CodeDeploy keeps the old tasks for ${minutes} min, then the deployment ends.`],
      };
}

/** "10% of traffic moves to version `18`, the rest 5 min later." */
function shift(situation: Situation, to: Phrase): Phrase {
  const rollout = rolloutOf(situation.info.deploymentConfigName);
  const moved = newPercent(situation) ?? 0;
  if (rollout === undefined || moved > 0) return ["traffic begins to move to ", ...to, "."];
  if (rollout.kind === "at-once") return ["all traffic moves to ", ...to, "."];
  const { percent, minutes } = rollout;
  return rollout.kind === "canary"
    ? [`${percent}% of traffic moves to `, ...to, `, the rest ${minutes} min later.`]
    : [`traffic moves to `, ...to, ` in steps of ${percent}%, one every ${minutes} min.`];
}

function newName(versions: Versions): Phrase {
  return named(versions, versions.new, "the new version");
}
