/** Deployment strategies: the predefined ones, and AWS's limits for all others. Pure. */
import { AwsError } from "../service.ts";
import type { Pace } from "./curve.ts";
import { isOf, type Place, type StrategyRecord } from "./records.ts";

/** The fields of a strategy that can change. */
export interface StrategyChange {
  readonly Description?: string | undefined;
  readonly DeploymentDurationInMinutes?: number | undefined;
  readonly FinalBakeTimeInMinutes?: number | undefined;
  readonly GrowthFactor?: number | undefined;
  readonly GrowthType?: string | undefined;
}

type Predefined = Omit<StrategyRecord, "account" | "region">;

const predefined: readonly Predefined[] = [
  own("AllAtOnce", "Quick", 0, "LINEAR", 100, 10),
  own("Linear50PercentEvery30Seconds", "Test/Demo", 1, "LINEAR", 50, 1),
  own("Canary10Percent20Minutes", "AWS Recommended", 20, "EXPONENTIAL", 10, 10),
  own("Linear20PercentEvery6Minutes", "AWS Recommended", 30, "LINEAR", 20, 30),
];

function own(
  shortName: string,
  description: string,
  DeploymentDurationInMinutes: number,
  GrowthType: Pace["GrowthType"],
  GrowthFactor: number,
  FinalBakeTimeInMinutes: number,
): Predefined {
  const name = `AppConfig.${shortName}`;
  const pace = { DeploymentDurationInMinutes, GrowthType, GrowthFactor, FinalBakeTimeInMinutes };
  return { id: name, name, description, pace, replicateTo: "NONE" };
}

/** The strategies of this account and region, oldest first, followed by the predefined ones. */
export function strategiesOf(rows: readonly StrategyRecord[], place: Place): readonly StrategyRecord[] {
  const made = rows.filter((strategy) => isOf(place, strategy));
  return [
    ...made,
    ...predefined.map((strategy) => ({ ...strategy, account: place.account, region: place.region })),
  ];
}

function isPredefined(id: string): boolean {
  return id.startsWith("AppConfig.");
}

/** Applies the given changes. Throws BadRequestException with everything that is invalid. */
export function changedPace(pace: Pace, change: StrategyChange): Pace {
  const wrong = [
    ...outside("DeploymentDurationInMinutes", change.DeploymentDurationInMinutes, 0, 1440, Number.isInteger),
    ...outside("FinalBakeTimeInMinutes", change.FinalBakeTimeInMinutes, 0, 1440, Number.isInteger),
    ...outside("GrowthFactor", change.GrowthFactor, 1, 100, Number.isFinite),
    ...((change.Description?.length ?? 0) > 1024 ? ["Description has more than 1024 characters"] : []),
    ...(growthOf(change.GrowthType ?? pace.GrowthType) === undefined
      ? ["GrowthType is neither LINEAR nor EXPONENTIAL"]
      : []),
  ];
  if (wrong.length > 0) throw new AwsError("BadRequestException", `${wrong.join("; ")}.`);
  return {
    DeploymentDurationInMinutes: change.DeploymentDurationInMinutes ?? pace.DeploymentDurationInMinutes,
    FinalBakeTimeInMinutes: change.FinalBakeTimeInMinutes ?? pace.FinalBakeTimeInMinutes,
    GrowthFactor: change.GrowthFactor ?? pace.GrowthFactor,
    GrowthType: growthOf(change.GrowthType) ?? pace.GrowthType,
  };
}

export function changed(strategy: StrategyRecord, change: StrategyChange): StrategyRecord {
  if (isPredefined(strategy.id))
    throw new AwsError("BadRequestException", `${strategy.id} is a predefined strategy.`);
  return {
    ...strategy,
    pace: changedPace(strategy.pace, change),
    ...(change.Description === undefined ? {} : { description: change.Description }),
  };
}

function growthOf(word: string | undefined): Pace["GrowthType"] | undefined {
  return word === "LINEAR" || word === "EXPONENTIAL" ? word : undefined;
}

function outside(
  name: string,
  value: number | undefined,
  least: number,
  most: number,
  fits: (value: number) => boolean,
): readonly string[] {
  if (value === undefined || (fits(value) && value >= least && value <= most)) return [];
  return [`${name} ${value} is not between ${least} and ${most}`];
}
