/**
 * The growth of a rollout over time. AWS's documents contradict each other about the timing; this follows one of them.
 * Pure.
 */

/** AppConfig's names and units: minutes and percent. A deployment has its own copy. */
export interface Pace {
  readonly DeploymentDurationInMinutes: number;
  readonly GrowthType: "LINEAR" | "EXPONENTIAL";
  readonly GrowthFactor: number;
  readonly FinalBakeTimeInMinutes: number;
}

export interface Step {
  /** Since the start of the deployment. */
  readonly afterMs: number;
  readonly percent: number;
}

const minuteMs = 60_000;

/**
 * N steps in N+1 equal intervals, as in the sample of AWS CLI's `get-deployment`: 25% in 15 minutes gives 25, 50, 75
 * and 100% after 3, 6, 9 and 12 minutes. AWS does not document the interval for exponential growth; this uses the same.
 */
export function stepsOf(pace: Pace): readonly Step[] {
  const percents = percentsOf(pace);
  const intervalMs = (pace.DeploymentDurationInMinutes * minuteMs) / (percents.length + 1);
  return percents.map((percent, index) => ({ afterMs: Math.round(intervalMs * (index + 1)), percent }));
}

/** Start and end of the final bake time, since the start of the deployment. */
export function bakeOf(pace: Pace): { readonly fromMs: number; readonly untilMs: number } {
  const fromMs = pace.DeploymentDurationInMinutes * minuteMs;
  return { fromMs, untilMs: fromMs + pace.FinalBakeTimeInMinutes * minuteMs };
}

/** Linear: G, 2G, 3G ... Exponential: G·2^0, G·2^1, G·2^2 ... Both end with exactly 100. */
function percentsOf({ GrowthType, GrowthFactor }: Pace): readonly number[] {
  const percents: number[] = [];
  const nth = (n: number) => (GrowthType === "LINEAR" ? GrowthFactor * (n + 1) : GrowthFactor * 2 ** n);
  for (let n = 0; nth(n) < 100; n += 1) percents.push(nth(n));
  return [...percents, 100];
}
