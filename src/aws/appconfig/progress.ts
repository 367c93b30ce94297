/** What happens while nobody has to answer, what comes next, and what the targets get when it is over. */

import type { Deployment as AwsDeployment } from "@aws-sdk/client-appconfig";
import { type CurvePoint, curveOf } from "../../handlers/curve.ts";
import type { EpochMs, Phase, Serving } from "../../handlers/deployment.ts";
import type { DeploymentWords, Phrase } from "../../handlers/words.ts";
import type { Seen } from "./describe.ts";
import { earlierOr } from "./history.ts";
import { lastOf, type Step, stepsOf } from "./log.ts";
import { growthTypeOf } from "./pace.ts";
import { figure, versionOr, versionPart } from "./state.ts";

type Progress = NonNullable<DeploymentWords["progress"]>;

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

/** From the deployment's own copy of the pace. AWS's accounts of when a step comes differ, so the times say "about". */
function next(deployment: AwsDeployment): Phrase {
  const bake = deployment.FinalBakeTimeInMinutes;
  const bakesUntil = bakeEnd(deployment);
  const baking = bake === undefined ? "the bake time" : bake === 0 ? "the end" : `${bake} min bake time`;
  switch (deployment.State) {
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
      return hasAll(deployment) ? [`${baking}.`] : [...steps(deployment), `, then ${baking}.`];
    default:
      return ["AppConfig continues on its own. Holdpoint does not know this state."];
  }
}

/** AWS's figures are 32 bit floats. */
function hasAll({ PercentageComplete: percent = 0 }: AwsDeployment): boolean {
  return percent > 100 - hair;
}

/** Alarms roll it back until then. */
function bakeEnd(deployment: AwsDeployment): EpochMs | undefined {
  const began = lastOf(deployment, "BAKE_TIME_STARTED")?.OccurredAt?.getTime();
  const { FinalBakeTimeInMinutes: minutes } = deployment;
  return began === undefined || minutes === undefined || minutes === 0
    ? undefined
    : began + minutes * minuteMs;
}

function steps(deployment: AwsDeployment): Phrase {
  const coming = comingSteps(deployment);
  if (coming.length === 0) return pace(deployment);
  const isCut = coming.length > stepsAtMost;
  const shown = isCut ? [...coming.slice(0, stepsWhereCut), ...coming.slice(-1)] : coming;
  return shown.flatMap(({ percent, at }, index): Phrase => {
    const joint = index === 0 ? "" : isCut && index === stepsWhereCut ? " … and " : ", ";
    return [`${joint}${figure(percent)}% about `, { time: at, show: "deadline" }];
  });
}

const minuteMs = 60_000;
const hair = 0.05;
/** Slack's lines are short: of more steps the next ones stand there, and when all targets have it. */
const stepsAtMost = 4;
const stepsWhereCut = 3;

interface ComingStep {
  readonly percent: number;
  readonly at: EpochMs;
}

/**
 * The interval is the one that the log shows; before two steps were logged, the pace's own. None where the log does not
 * tell when the present share was reached, or has steps that this pace does not come to.
 */
function comingSteps(deployment: AwsDeployment): readonly ComingStep[] {
  const { StartedAt: started, PercentageComplete: now, DeploymentDurationInMinutes } = deployment;
  if (now === undefined) return [];
  const growthType = growthTypeOf(deployment.GrowthType);
  const { GrowthFactor: growthFactor } = deployment;
  if (growthType === undefined || growthFactor === undefined || DeploymentDurationInMinutes === undefined)
    return [];
  const curve = curveOf({ growthType, growthFactor, durationMinutes: DeploymentDurationInMinutes });
  const shares = curve.map(({ percent }) => percent).filter((percent) => percent > now + hair);
  const logged = stepsOf(deployment);
  const [before, latest] = [logged.at(-2), logged.at(-1)];
  const isBehind = latest !== undefined && !isSameShare(latest.percent, now);
  const last = latest?.at ?? (now === 0 ? started?.getTime() : undefined);
  if (last === undefined || isBehind || curve.length === 1) return [];
  const planned = (DeploymentDurationInMinutes * minuteMs) / growthSteps(curve);
  const interval = before === undefined || latest === undefined ? planned : between(before, latest, curve);
  if (interval === undefined) return [];
  return shares.map((percent, index) => ({ percent, at: last + interval * (index + 1) }));
}

/** The log may leave out steps, and a share in its words is rounded. */
function between(before: Step, latest: Step, curve: readonly CurvePoint[]): number | undefined {
  const [from, to] = [before, latest].map((step) =>
    curve.findIndex(({ percent }) => isSameShare(step.percent, percent)),
  );
  if (from === undefined || to === undefined || from < 0 || to <= from) return undefined;
  return (latest.at - before.at) / (to - from);
}

/** No pace has steps of less than one per cent. */
function isSameShare(one: number | undefined, other: number): boolean {
  return one !== undefined && Math.abs(one - other) < 0.5;
}

function growthSteps(curve: readonly CurvePoint[]): number {
  return curve.filter(({ percent }) => percent > 0).length;
}

function pace({ GrowthType, GrowthFactor, DeploymentDurationInMinutes }: AwsDeployment): Phrase {
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
      const alarms = isPast ? "." : ". No longer rolled back by alarms.";
      return [{ bold: got }, ...ofConfiguration(deployment), ...was(before), alarms, ...later];
    }
    case "ROLLED_BACK":
    case "REVERTED": {
      if (before.kind === "none") {
        return [
          "No earlier version was completed here. Look in AWS to see what the targets get now.",
          ...later,
        ];
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

export function isReplaced({ history: { later } }: Seen): boolean {
  return later.kind === "read" && later.value !== undefined;
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
