/** The headline while no answer is needed, and what comes next. */

import type { AwsMs, Deployment } from "../../../handlers/deployment.ts";
import { type CurvePoint, curveOf } from "../../../handlers/strategy/curve.ts";
import type { DeploymentWords, Phrase } from "../../../handlers/words.ts";
import type { Before, Step, StoredDetail } from "../facts/stored-detail.ts";
import { growthTypeOf } from "../strategy/pace.ts";
import { figure, versionOr } from "./figures.ts";

export function describeProgress(deployment: Deployment, said: StoredDetail): DeploymentWords["progress"] {
  const { PercentageComplete: percent } = said.deployment;
  const { before } = said.history;
  if (deployment.phase === "rolling-back") {
    return { headline: ["AppConfig is rolling back"], next: afterRollback(before) };
  }
  if (deployment.phase !== "running") return undefined;
  const bar = percent === undefined ? {} : { percent };
  return { headline: headline(deployment, said), ...bar, next: next(deployment, said) };
}

function afterRollback(before: Before): Phrase {
  switch (before.kind) {
    case "none":
      return ["AppConfig ends the deployment; no earlier version was completed here."];
    case "unknown":
      return ["AppConfig ends the deployment. Not known: which version the targets get."];
    case "read":
      return ["all targets get ", ...versionOr(before.value.version, ""), " again."];
  }
}

function headline({ status }: Deployment, { deployment }: StoredDetail): Phrase {
  const { PercentageComplete: percent, ConfigurationVersion: version } = deployment;
  if (status === "VALIDATING" && (percent ?? 0) === 0) {
    return ["AppConfig validates ", ...versionOr(version, "the new version")];
  }
  const has: Phrase = ["have ", ...versionOr(version, "the new version")];
  return percent === undefined
    ? ["AppConfig does not say how many targets ", ...has]
    : [`${figure(percent)}% of the targets `, ...has];
}

/**
 * From the deployment's own copy of the settings. AWS's documents disagree on when a step happens, so the times say
 * "about".
 */
function next(deployment: Deployment, said: StoredDetail): Phrase {
  const { FinalBakeTimeInMinutes: bake, PercentageComplete: percent = 0 } = said.deployment;
  const bakesUntil = bakeEnd(said);
  const baking = bake === undefined ? "the bake time" : bake === 0 ? "the end" : `${bake} min bake time`;
  switch (deployment.status) {
    case "BAKING":
      if (bakesUntil !== undefined)
        return [
          "the bake time ends about ",
          { time: bakesUntil, show: "deadline" },
          ", then alarms no longer roll it back.",
        ];
      return [
        bake === undefined || bake === 0 ? "the bake time" : `${bake} min bake time in all`,
        ", then the end.",
      ];
    case "VALIDATING":
    case "DEPLOYING":
      return percent > all ? [`${baking}.`] : [...steps(deployment, said), `, then ${baking}.`];
    default:
      return ["AppConfig continues on its own. Holdpoint does not know this state."];
  }
}

/** Until then alarms still roll it back. */
function bakeEnd({ bakeStartedAt, deployment }: StoredDetail): AwsMs | undefined {
  const { FinalBakeTimeInMinutes: minutes = 0 } = deployment;
  return bakeStartedAt === undefined || minutes === 0 ? undefined : bakeStartedAt + minutes * minuteMs;
}

function steps(deployment: Deployment, said: StoredDetail): Phrase {
  const coming = comingSteps(deployment, said);
  if (coming.length === 0) return pace(said);
  const isCut = coming.length > stepsAtMost;
  const shown = isCut ? [...coming.slice(0, stepsWhereCut), ...coming.slice(-1)] : coming;
  return shown.flatMap(({ percent, at }, index): Phrase => {
    const joint = index === 0 ? "" : isCut && index === stepsWhereCut ? " … and " : ", ";
    return [`${joint}${figure(percent)}% about `, { time: at, show: "deadline" }];
  });
}

const minuteMs = 60_000;
/** AWS's values are 32-bit floats. */
const hair = 0.05;
const all = 100 - hair;
/** Lines on a card are short: with more than four steps left, show the next three and the last. */
const stepsAtMost = 4;
const stepsWhereCut = 3;

interface ComingStep {
  readonly percent: number;
  readonly at: AwsMs;
}

/**
 * Uses the interval between the last two logged steps; before that, the planned one. Empty if the log doesn't show when
 * the current percentage was reached, or has steps that don't fit the settings.
 */
function comingSteps(
  { startedAt }: Deployment,
  { deployment, steps: logged }: StoredDetail,
): readonly ComingStep[] {
  const { PercentageComplete: now, DeploymentDurationInMinutes: durationMinutes, GrowthFactor } = deployment;
  const growthType = growthTypeOf(deployment.GrowthType);
  if (
    now === undefined ||
    growthType === undefined ||
    GrowthFactor === undefined ||
    durationMinutes === undefined
  )
    return [];
  const curve = curveOf({ growthType, growthFactor: GrowthFactor, durationMinutes });
  const shares = curve.map(({ percent }) => percent).filter((percent) => percent > now + hair);
  const [before, latest] = [logged.at(-2), logged.at(-1)];
  const isBehind = latest !== undefined && !isSameShare(latest.percent, now);
  const last = latest?.at ?? (now === 0 ? startedAt : undefined);
  if (last === undefined || isBehind || curve.length === 1) return [];
  const planned = (durationMinutes * minuteMs) / growthSteps(curve);
  const interval = before === undefined || latest === undefined ? planned : between(before, latest, curve);
  if (interval === undefined) return [];
  return shares.map((percent, index) => ({ percent, at: last + interval * (index + 1) }));
}

/** The log may leave out steps, and its percentages are rounded. */
function between(before: Step, latest: Step, curve: readonly CurvePoint[]): number | undefined {
  const [from, to] = [before, latest].map((step) =>
    curve.findIndex(({ percent }) => isSameShare(step.percent, percent)),
  );
  if (from === undefined || to === undefined || from < 0 || to <= from) return undefined;
  return (latest.at - before.at) / (to - from);
}

/** Steps are never smaller than one percent. */
function isSameShare(one: number | undefined, other: number): boolean {
  return one !== undefined && Math.abs(one - other) < 0.5;
}

function growthSteps(curve: readonly CurvePoint[]): number {
  return curve.filter(({ percent }) => percent > 0).length;
}

function pace({
  deployment: { GrowthType, GrowthFactor, DeploymentDurationInMinutes },
}: StoredDetail): Phrase {
  if (DeploymentDurationInMinutes === 0) return ["all targets at once"];
  if (GrowthFactor === undefined) return ["more targets per step"];
  const percent = `${figure(GrowthFactor)}%`;
  if (GrowthType === "LINEAR") return [`+${percent} per step`];
  if (GrowthType === "EXPONENTIAL") return [`steps that double, from ${percent} on`];
  return ["steps of growth type ", { code: GrowthType ?? "unknown", atMost: 24 }];
}
