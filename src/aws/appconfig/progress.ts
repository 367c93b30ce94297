/** What happens by itself, what comes next, and what the targets get when it is over. */

import type { Deployment as AwsDeployment } from "@aws-sdk/client-appconfig";
import type { Deployment, Phase, Phrase, Serving } from "../../handlers/deployment.ts";
import type { Seen } from "./describe.ts";
import { earlierOr } from "./history.ts";
import { figure, versionOr, versionPart } from "./state.ts";

type Progress = NonNullable<Deployment["progress"]>;

export function progressOf({ deployment, history }: Seen, phase: Phase): Progress | undefined {
  const percent = deployment.PercentageComplete;
  const bar = percent === undefined ? {} : { percent };
  if (phase === "rolling-back") {
    const next: Phrase =
      history.before.kind === "none"
        ? ["AppConfig ends the deployment; no earlier version was completed here."]
        : ["all targets get ", ...earlierOr(history.before, "the version before"), " again."];
    return { headline: ["AppConfig is rolling back"], next };
  }
  if (phase !== "running") return undefined;
  return { headline: headline(deployment), ...bar, next: next(deployment) };
}

function headline({
  PercentageComplete: percent,
  ConfigurationVersion: version,
  State,
}: AwsDeployment): Phrase {
  if (State === "VALIDATING" && (percent ?? 0) === 0) {
    return ["AppConfig validates ", ...versionOr(version, "the new version")];
  }
  const has: Phrase = ["have ", ...versionOr(version, "the new version")];
  return percent === undefined
    ? ["AppConfig does not say how many targets ", ...has]
    : [`${figure(percent)}% of the targets `, ...has];
}

/** From the deployment's own copy of the pace. When a step comes is not promised: AWS's own accounts of it differ. */
function next(deployment: AwsDeployment): Phrase {
  const bake = deployment.FinalBakeTimeInMinutes;
  const byItself: Phrase = [", ", { bold: ["all by itself"] }, "."];
  const baking = bake === undefined ? "the bake time" : bake === 0 ? "the end" : `${bake} min bake time`;
  switch (deployment.State) {
    case "BAKING":
      return [
        bake === undefined || bake === 0 ? "the bake time" : `${bake} min bake time in all`,
        ", then the end",
        ...byItself,
      ];
    case "VALIDATING":
    case "DEPLOYING":
      return [...steps(deployment), `, then ${baking}`, ...byItself];
    default:
      return ["AppConfig goes on by itself. Holdpoint does not know this state."];
  }
}

function steps({ GrowthType, GrowthFactor, DeploymentDurationInMinutes }: AwsDeployment): Phrase {
  if (DeploymentDurationInMinutes === 0) return ["all targets at once"];
  if (GrowthFactor === undefined) return ["more targets per step"];
  const percent = `${figure(GrowthFactor)}%`;
  const growth: string | undefined = GrowthType;
  if (growth === "LINEAR") return [`+${percent} per step`];
  if (growth === "EXPONENTIAL") return [`steps that double, from ${percent} on`];
  return ["steps of growth type ", { code: growth ?? "unknown", atMost: 24 }];
}

/** What AppConfig's states say that the targets get. Where a later deployment is known, this one is told as the past. */
export function outcomeOf({ deployment, history }: Seen): Phrase | undefined {
  const version = versionOr(deployment.ConfigurationVersion, "the new version");
  const { before } = history;
  const later = laterWords(history);
  const isPast = later.length > 0 || history.later.kind === "unknown";
  switch (deployment.State) {
    case "COMPLETE": {
      const got: Phrase = [isPast ? "All targets got " : "All targets have ", ...version];
      return [{ bold: got }, ...ofConfiguration(deployment), ...was(before), ".", ...later];
    }
    case "ROLLED_BACK":
    case "REVERTED": {
      if (before.kind === "none") {
        return ["No earlier version was completed here. Look in AWS what the targets get now.", ...later];
      }
      if (before.kind === "unknown")
        return ["AppConfig went back. Which version the targets get now was not read.", ...later];
      const old = earlierOr(before, "the version before");
      return isPast
        ? ["All targets got ", ...old, " again.", ...later]
        : ["All targets get ", ...old, " again. ", ...capital(version), " is not live."];
    }
    default:
      return undefined;
  }
}

/** A later deployment decides what serves, and so may one that was not listed. */
export function servingOf({ deployment, history: { before, later } }: Seen): Serving {
  if (later.kind === "unknown" || later.value !== undefined) return "unknown";
  switch (deployment.State) {
    case "COMPLETE":
      return "new";
    case "ROLLED_BACK":
    case "REVERTED":
      return before.kind === "read" ? "previous" : "unknown";
    default:
      return "unknown";
  }
}

function laterWords({ later }: Seen["history"]): Phrase {
  if (later.kind === "unknown" || later.value === undefined) return [];
  const { number, version } = later.value;
  const ofVersion: Phrase = version === undefined ? [] : [" with ", ...versionOr(version, "")];
  return [` Deployment ${number}`, ...ofVersion, " came after it."];
}

function ofConfiguration({ ConfigurationName: name }: AwsDeployment): Phrase {
  return name === undefined ? [] : [" of ", { code: name, atMost: 36 }];
}

function was(before: Seen["history"]["before"]): Phrase {
  return before.kind === "read" ? [" (before: ", versionPart(before.value.version), ")"] : [];
}

function capital([first = "", ...rest]: Phrase): Phrase {
  return typeof first === "string"
    ? [first.slice(0, 1).toUpperCase() + first.slice(1), ...rest]
    : [first, ...rest];
}
