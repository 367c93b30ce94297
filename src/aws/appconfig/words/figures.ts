/** Formats percentages, versions and rollout settings. */

import type { Part, Phrase } from "../../../handlers/words.ts";
import { oneDecimal } from "../../counts.ts";
import type { StoredDetail } from "../facts/stored-detail.ts";

/** "linear, 20%, 30 min": the deployment's own copy, which a later edit of the strategy may not affect. */
export function describePace({
  GrowthType,
  GrowthFactor,
  DeploymentDurationInMinutes,
}: StoredDetail["deployment"]): Phrase {
  const words: Phrase[] = [
    ...(GrowthType === undefined ? [] : [describeGrowth(GrowthType)]),
    ...(GrowthFactor === undefined ? [] : [[`${figure(GrowthFactor)}%`]]),
    ...(DeploymentDurationInMinutes === undefined ? [] : [[`${DeploymentDurationInMinutes} min`]]),
  ];
  return words.flatMap((word, index) => (index === 0 ? word : [", ", ...word]));
}

function describeGrowth(growthType: string): Phrase {
  switch (growthType) {
    case "LINEAR":
      return ["linear"];
    case "EXPONENTIAL":
      return ["exponential"];
    default:
      return [{ code: growthType, atMost: 24 }];
  }
}

export function figure(percent: number): string {
  return String(oneDecimal(percent));
}

/**
 * Hosted configurations are numbered, and a number needs no code span. Any other version is text that people or other
 * systems chose.
 */
export function isPlainVersion(version: string | undefined): version is string {
  return version !== undefined && /^\d{1,9}$/.test(version);
}

export function versionPart(version: string): Part {
  return isPlainVersion(version) ? version : { code: version, atMost: 24 };
}

/** "version 57", or `otherwise` without a number. */
export function versionOr(version: string | undefined, otherwise: string): Phrase {
  return version === undefined ? [otherwise] : ["version ", versionPart(version)];
}
