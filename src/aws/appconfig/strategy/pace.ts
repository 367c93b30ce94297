/** Converts a strategy between AWS's and Holdpoint's form. Pure. */

import type { DeploymentStrategy, UpdateDeploymentStrategyCommandInput } from "@aws-sdk/client-appconfig";
import {
  type GrowthType,
  isPredefined,
  type RolloutSettings,
  type Strategy,
  type StrategyRef,
} from "../../../handlers/strategy/strategy.ts";

/** Contains only the changed fields; AWS keeps the value of a field that is left out. */
export function inputOf(id: string, change: Partial<RolloutSettings>): UpdateDeploymentStrategyCommandInput {
  const { durationMinutes, growthFactor, growthType, finalBakeMinutes, description } = change;
  return {
    DeploymentStrategyId: id,
    ...(durationMinutes === undefined ? {} : { DeploymentDurationInMinutes: durationMinutes }),
    ...(growthFactor === undefined ? {} : { GrowthFactor: growthFactor }),
    ...(growthType === undefined ? {} : { GrowthType: awsGrowthTypes[growthType] }),
    ...(finalBakeMinutes === undefined ? {} : { FinalBakeTimeInMinutes: finalBakeMinutes }),
    ...(description === undefined ? {} : { Description: description }),
  };
}

const awsGrowthTypes = { linear: "LINEAR", exponential: "EXPONENTIAL" } as const;

/** The strategy, or why it can't be used: settings that Holdpoint can't parse must not be overwritten by an edit. */
export function strategyOf(
  answer: DeploymentStrategy,
  { account, region }: Pick<StrategyRef, "account" | "region">,
): Strategy | string {
  const { Id: id, DeploymentDurationInMinutes: durationMinutes, GrowthFactor: growthFactor } = answer;
  if (id === undefined || durationMinutes === undefined || growthFactor === undefined)
    return "AppConfig did not tell its pace";
  const { GrowthType: awsGrowthType } = answer;
  if (awsGrowthType === undefined) return "AppConfig did not tell its growth type";
  const growthType = growthTypeOf(awsGrowthType);
  if (growthType === undefined) return `Holdpoint does not know the growth type ${awsGrowthType}`;
  return {
    ref: { account, region, id },
    name: answer.Name ?? id,
    pace: {
      durationMinutes,
      growthFactor,
      growthType,
      finalBakeMinutes: answer.FinalBakeTimeInMinutes ?? 0,
      description: answer.Description ?? "",
    },
    predefined: isPredefined(id),
  };
}

export function growthTypeOf(growthType: string | undefined): GrowthType | undefined {
  switch (growthType) {
    case "LINEAR":
      return "linear";
    case "EXPONENTIAL":
      return "exponential";
    default:
      return undefined;
  }
}
