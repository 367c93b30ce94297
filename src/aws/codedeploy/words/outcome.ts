/** The version that serves after the end. If CodeDeploy doesn't show it, nothing is guessed. */

import type { Phrase } from "../../../handlers/words.ts";
import { consoleUrl } from "../console.ts";
import { failedInstances } from "../facts/incident.ts";
import { servingOf } from "../facts/serving.ts";
import { isStoppedByAlarm, mayRollBack, rollbackOf, rollsBack, type Situation } from "../facts/situation.ts";
import { capital, codeOf, named, type Versions } from "./versions.ts";

export function outcomeOf(situation: Situation, versions: Versions): Phrase | undefined {
  const { phase, info, platform } = situation;
  const rollback = rollbackOf(info);
  switch (phase) {
    case "running":
      return undefined;
    case "succeeded":
      return finished(situation, versions);
    case "stopping":
    case "rolling-back":
    case "rolled-back":
    case "stopped":
    case "failed":
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
          "An alarm stopped this deployment. CodeDeploy shows no rollback. Look in AWS to see what serves now.",
        ];
      if (phase === "failed")
        return [
          "The deployment failed, and CodeDeploy shows no rollback. Look in AWS to see what serves now.",
        ];
      if (failedInstances(situation) > 0)
        return [
          "CodeDeploy stopped after instances had failed, and shows no rollback. Look in AWS to see what serves now.",
        ];
      return platform === "in-place"
        ? ["CodeDeploy stopped, and shows no rollback. Without one, instances that it updated stay so."]
        : ["CodeDeploy stopped, and shows no rollback. Look in AWS to see what serves now."];
  }
}

function finished(situation: Situation, versions: Versions): Phrase {
  const next = named(versions, versions.new, "the new version");
  if (servingOf(situation) !== "new") return notShown(situation, next);
  return versions.old === undefined || versions.new === undefined || versions.old === versions.new
    ? [...capital(next), " serves now."]
    : [codeOf(versions.old), " → ", codeOf(versions.new), ". It serves now."];
}

/** A rollback is its own deployment, whose new version is the earlier one. */
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
