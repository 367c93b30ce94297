/**
 * The curve of a rollout, computed from a strategy's settings. AWS's documents contradict each other about a linear
 * rollout: by the API reference the first targets get the new version at once, by the user guide after the first
 * interval. This uses the first, the larger exposure. The length of an exponential step is not documented. Pure.
 */

import { factorOf } from "./settings.ts";
import type { RolloutSettings } from "./strategy.ts";

type Growth = Pick<RolloutSettings, "durationMinutes" | "growthFactor" | "growthType">;

/** From `minute` on, `percent` of the targets have the new version. */
export interface CurvePoint {
  readonly minute: number;
  readonly percent: number;
}

/** Float divisions can end slightly above or below a whole number. */
const hair = 1e-9;

/** The number of growth steps to 100%: G, 2G, 3G ... or G, 2G, 4G ... */
export function stepsOf({ durationMinutes, growthFactor, growthType }: Growth): number {
  const factor = factorOf({ growthFactor });
  if (durationMinutes === 0 || factor >= 100) return 1;
  return growthType === "linear"
    ? Math.ceil(100 / factor - hair)
    : Math.ceil(Math.log2(100 / factor) - hair) + 1;
}

/** True if all targets have the new version from the start. */
export function isAtOnce(growth: Growth): boolean {
  return stepsOf(growth) === 1;
}

/** The points where the share grows: linear from the first step, exponential from 0% to 100% at the duration. */
export function curveOf(growth: Growth): readonly CurvePoint[] {
  if (isAtOnce(growth)) return [{ minute: 0, percent: 100 }];
  const steps = stepsOf(growth);
  const { durationMinutes, growthType } = growth;
  const first = growthType === "linear" ? 1 : 0;
  return Array.from({ length: steps + 1 - first }, (_, index) => ({
    minute: index === steps ? durationMinutes : (durationMinutes * index) / steps,
    percent: percentAfter(growth, index + first),
  }));
}

function percentAfter({ growthFactor, growthType }: Growth, step: number): number {
  if (step === 0) return 0;
  const factor = factorOf({ growthFactor });
  const share = growthType === "linear" ? factor * step : factor * 2 ** (step - 1);
  return Math.min(100, Number(share.toFixed(3)));
}

/** The share at a minute. */
export function percentAt(curve: readonly CurvePoint[], minute: number): number {
  return curve.findLast((point) => point.minute <= minute + hair)?.percent ?? 0;
}

/** The minutes of a table: every step if growth is exponential, because equal intervals would miss the first ones. */
export function minutesInTable(growths: readonly Growth[]): readonly number[] {
  const minutes = minutesFor(growths).filter((_, index) => index % 2 === 0);
  const exponential = growths.filter((growth) => growth.growthType === "exponential" && !isAtOnce(growth));
  const steps = exponential.flatMap((growth) => curveOf(growth).map(({ minute }) => minute));
  const isEnough = exponential.length === growths.filter((growth) => !isAtOnce(growth)).length;
  return [...new Set([...(isEnough ? [] : minutes), ...steps])].sort((a, b) => a - b);
}

/** The intervals of a chart: eleven points. Slack's limit is twenty. */
const parts = 10;

/** The minutes at which curves are compared, up to the end of the longest. Empty if all of them are at once. */
export function minutesFor(growths: readonly Growth[]): readonly number[] {
  const longest = Math.max(...growths.map((growth) => (isAtOnce(growth) ? 0 : growth.durationMinutes)));
  if (longest <= 0) return [];
  return Array.from({ length: parts + 1 }, (_, part) => (longest * part) / parts);
}
