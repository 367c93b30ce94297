/** Describes the effects of Continue: traffic moves, or CodeDeploy goes on to the next step. */

import type { OfferWords, Phrase } from "../../../handlers/words.ts";
import { newPercent, type Situation } from "../facts/situation.ts";
import { rolloutOf } from "./rollout.ts";
import { capital, named, type Versions } from "./versions.ts";

/** The consequence begins in lower case: the card puts the verb before it. */
type Words = Pick<OfferWords, "consequence" | "dialog">;

/** The READY wait: everything is installed, no production traffic has moved. */
export function whatShifts(situation: Situation, versions: Versions): Words {
  if (situation.platform !== "blue-green") {
    const to: Phrase = situation.platform === "ecs" ? ["the new tasks"] : newName(versions);
    return {
      consequence: shift(situation, to),
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

/** A hook reported as succeeded, by the lifecycle event that called it. */
export function whatContinues(situation: Situation, versions: Versions, stage: string): Words {
  const told = "CodeDeploy is told that the hook succeeded. ";
  switch (stage) {
    case "BeforeInstall": {
      const then = untilProduction(situation, stage);
      return {
        consequence: [`CodeDeploy starts the new tasks. ${then}`],
        dialog: [told, "It starts the tasks of ", ...newName(versions), `. ${then}`],
      };
    }
    case "AfterInstall":
      return beforeShift(
        situation,
        told,
        stage,
        "test traffic comes first, if the group has a test listener.",
      );
    case "AfterAllowTestTraffic":
      return beforeShift(situation, told, stage, "CodeDeploy goes on towards production.");
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

function beforeShift(situation: Situation, told: string, stage: Calling, first: string): Words {
  const then = untilProduction(situation, stage);
  const sentence = first.slice(0, 1).toUpperCase() + first.slice(1);
  return { consequence: [`${first} ${then}`], dialog: [`${told}${sentence} ${then}`] };
}

/** The lifecycle events that call a hook before production traffic moves, in order. */
const calling = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic"] as const;
type Calling = Exclude<(typeof calling)[number], "BeforeAllowTraffic">;

/** If there is no hold in between, production follows without another answer, and people must be told. */
function untilProduction({ new: next, info }: Situation, stage: Calling): string {
  const hooks = next?.spec?.hooks;
  const later: readonly string[] = calling.slice(calling.indexOf(stage) + 1);
  if (hooks?.some((hook) => later.includes(hook)) === true)
    return "Another hook runs before production traffic moves.";
  // The READY wait comes after test traffic.
  const { actionOnTimeout } = info.blueGreenDeploymentConfiguration?.deploymentReadyOption ?? {};
  if (actionOnTimeout === "STOP_DEPLOYMENT") return "CodeDeploy waits again before production traffic moves.";
  if (actionOnTimeout === "CONTINUE_DEPLOYMENT" && hooks !== undefined)
    return "Production traffic follows without another hold.";
  return "Not known: whether anything else is asked before production traffic moves.";
}

function afterShift(situation: Situation, told: string): Words {
  const { platform, info } = situation;
  const option = info.blueGreenDeploymentConfiguration?.terminateBlueInstancesOnDeploymentSuccess;
  if (platform !== "lambda" && option === undefined)
    return {
      consequence: ["CodeDeploy finishes the deployment. Not known: how long the old version is kept."],
      dialog: [told, "It finishes the deployment. Not known: how long the old version is kept."],
    };
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
