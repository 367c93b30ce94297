/** What AppConfig's words and figures mean. States and growth types that AWS adds later are passed through. */

import type { Deployment as AwsDeployment } from "@aws-sdk/client-appconfig";
import type { Phase } from "../../handlers/deployment.ts";
import type { Part, Phrase } from "../../handlers/words.ts";

/** A state that AWS adds later counts as running: the deployment stays in sight, and AWS judges what is asked. */
export function phaseOf(state: string | undefined): Phase {
  switch (state) {
    case "COMPLETE":
      return "succeeded";
    case "ROLLING_BACK":
      return "rolling-back";
    case "ROLLED_BACK":
    case "REVERTED":
      return "rolled-back";
    default:
      return "running";
  }
}

export type Pace = Pick<
  AwsDeployment,
  "DeploymentDurationInMinutes" | "FinalBakeTimeInMinutes" | "GrowthFactor" | "GrowthType"
>;

/** "linear, 20%, 30 min": the deployment's own copy, which a later edit of the strategy may not touch. */
export function paceWords({ GrowthType, GrowthFactor, DeploymentDurationInMinutes }: Pace): Phrase {
  const words: Phrase[] = [
    ...(GrowthType === undefined ? [] : [growthWords(GrowthType)]),
    ...(GrowthFactor === undefined ? [] : [[`${figure(GrowthFactor)}%`]]),
    ...(DeploymentDurationInMinutes === undefined ? [] : [[`${DeploymentDurationInMinutes} min`]]),
  ];
  return words.flatMap((word, index) => (index === 0 ? word : [", ", ...word]));
}

function growthWords(growthType: string): Phrase {
  switch (growthType) {
    case "LINEAR":
      return ["linear"];
    case "EXPONENTIAL":
      return ["exponential"];
    default:
      return [{ code: growthType, atMost: 24 }];
  }
}

/** A per cent with at most one decimal: AWS's figures are 32 bit floats. */
export function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Hosted configurations count up, and a number needs no code span. Everything else is text of whoever stores it. */
export function isPlainVersion(version: string | undefined): version is string {
  return version !== undefined && /^\d{1,9}$/.test(version);
}

export function versionPart(version: string): Part {
  return isPlainVersion(version) ? version : { code: version, atMost: 24 };
}

/** "version 57", or words that need no number. */
export function versionOr(version: string | undefined, otherwise: string): Phrase {
  return version === undefined ? [otherwise] : ["version ", versionPart(version)];
}
