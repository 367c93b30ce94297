/** The order of lifecycle events and waits in a fake deployment. Pure. */
import { canWait, configOf, countOf, type Plan, styleOf } from "./plan.ts";

export type Step = EventStep | WaitStep;

export interface WaitStep {
  readonly kind: "ready" | "bake" | "termination";
  readonly durationMs: number;
}

export interface EventStep {
  readonly kind: "event";
  readonly event: string;
  /** Indices of the targets that run it together. */
  readonly targets: readonly number[];
  readonly durationMs: number;
  /** The name of the Lambda function that decides. */
  readonly hook?: string;
  /** Changes of the new version's traffic percentage during the event. */
  readonly shifts: readonly Shift[];
}

interface Shift {
  readonly afterMs: number;
  readonly weight: number;
}

const minuteMs = 60_000;
const usualMs = 5000;

const leaveBalancer = ["BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"];
const install = [
  "ApplicationStop",
  "DownloadBundle",
  "BeforeInstall",
  "Install",
  "AfterInstall",
  "ApplicationStart",
  "ValidateService",
];
const joinBalancer = ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"];

/** Duration of Created, Queued or a lifecycle event. */
export function stepMs(plan: Plan, name: string): number {
  return plan.stepMs?.[name] ?? usualMs;
}

export function stepsOf(plan: Plan): readonly Step[] {
  switch (plan.platform) {
    case "Lambda":
      return [...events(plan, joinBalancer, [0]), ...bake(plan)];
    case "ECS":
      return ecsSteps(plan);
    case "Server":
      return styleOf(plan) === "IN_PLACE" ? inPlaceSteps(plan) : blueGreenSteps(plan);
  }
}

/** The lifecycle events of one target. */
export function eventsOfTarget(plan: Plan, target: number): readonly string[] {
  return stepsOf(plan).flatMap((step) =>
    step.kind === "event" && step.targets.includes(target) ? [step.event] : [],
  );
}

/** Blue/green servers have two fleets: first the new instances, then the old ones. */
export function targetCount(plan: Plan): number {
  if (plan.platform !== "Server") return 1;
  return styleOf(plan) === "IN_PLACE" ? countOf(plan) : 2 * countOf(plan);
}

function ecsSteps(plan: Plan): readonly Step[] {
  const tested =
    plan.testListener ?? plan.hooks?.some(({ event }) => event === "AfterAllowTestTraffic") ?? false;
  const before = ["BeforeInstall", "Install", "AfterInstall"];
  const test = tested ? ["AllowTestTraffic", "AfterAllowTestTraffic"] : [];
  return [
    ...events(plan, [...before, ...test], [0]),
    ...ready(plan),
    ...events(plan, joinBalancer, [0]),
    ...bake(plan),
    ...termination(plan),
  ];
}

function inPlaceSteps(plan: Plan): readonly Step[] {
  const all = range(0, countOf(plan));
  const names = plan.trafficControl ? [...leaveBalancer, ...install, ...joinBalancer] : install;
  const size = batchSize(configOf(plan), all.length);
  const batches = all.filter((index) => index % size === 0).map((index) => all.slice(index, index + size));
  return [...batches.flatMap((batch) => events(plan, names, batch)), ...bake(plan)];
}

function blueGreenSteps(plan: Plan): readonly Step[] {
  const green = range(0, countOf(plan));
  const blue = range(countOf(plan), 2 * countOf(plan));
  return [
    ...events(plan, install, green),
    ...ready(plan),
    ...events(plan, joinBalancer, green),
    ...events(plan, leaveBalancer, blue),
    ...bake(plan),
    ...termination(plan),
  ];
}

function events(plan: Plan, names: readonly string[], targets: readonly number[]): readonly EventStep[] {
  return names.map((event) => {
    const hook = plan.hooks?.find((one) => one.event === event)?.name;
    const shifts = event === "AllowTraffic" ? shiftsOf(configOf(plan)) : [];
    const lastShiftMs = shifts.at(-1)?.afterMs ?? 0;
    return {
      kind: "event",
      event,
      targets,
      durationMs: lastShiftMs + stepMs(plan, event),
      shifts,
      ...(hook === undefined ? {} : { hook }),
    };
  });
}

function ready(plan: Plan): readonly Step[] {
  if (!canWait(plan) || plan.readyWait === undefined) return [];
  return [{ kind: "ready", durationMs: plan.readyWait.minutes * minuteMs }];
}

function bake(plan: Plan): readonly Step[] {
  return plan.bakeMinutes === undefined ? [] : [{ kind: "bake", durationMs: plan.bakeMinutes * minuteMs }];
}

function termination(plan: Plan): readonly Step[] {
  if (plan.keepOld) return [];
  return [{ kind: "termination", durationMs: (plan.terminationWaitMinutes ?? 0) * minuteMs }];
}

/** Parsed from the names of AWS's predefined configurations; any other name moves all traffic at once. */
function shiftsOf(config: string): readonly Shift[] {
  const canary = /Canary(\d+)Percent(\d+)Minutes?$/.exec(config);
  if (canary) {
    const [, percent, minutes] = canary.map(Number);
    return [
      { afterMs: 0, weight: percent ?? 0 },
      { afterMs: (minutes ?? 0) * minuteMs, weight: 100 },
    ];
  }
  const linear = /Linear(\d+)PercentEvery(\d+)Minutes?$/.exec(config);
  if (linear === null) return [{ afterMs: 0, weight: 100 }];
  const [, percent = 100, minutes = 0] = linear.map(Number);
  return range(1, Math.ceil(100 / percent) + 1).map((step) => ({
    afterMs: (step - 1) * minutes * minuteMs,
    weight: Math.min(100, step * percent),
  }));
}

function batchSize(config: string, count: number): number {
  if (config.endsWith("OneAtATime")) return 1;
  return config.endsWith("HalfAtATime") ? Math.ceil(count / 2) : count;
}

function range(from: number, until: number): readonly number[] {
  return Array.from({ length: until - from }, (_, index) => from + index);
}
