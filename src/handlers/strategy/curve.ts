/**
 * The curve of a rollout, drawn from a strategy's values. AWS's documents differ on when a linear step begins: the API
 * reference gives the first targets the new version at once, the user guide after the first interval. Drawn is the
 * first, the larger exposure. How long an exponential step takes is documented nowhere. Pure.
 */

import { factorOf } from "./pace.ts";
import type { Pace } from "./strategy.ts";

type Growth = Pick<Pace, "durationMinutes" | "growthFactor" | "growthType">;

/** From this minute on so many per cent of the targets have the new version. */
export interface CurvePoint {
  readonly minute: number;
  readonly percent: number;
}

/** Divisions of floats end a hair above or below the whole number that is meant. */
const hair = 1e-9;

/** How many times the share grows until it is 100%: G, 2G, 3G ... or G, 2G, 4G ... */
export function stepsOf({ durationMinutes, growthFactor, growthType }: Growth): number {
  const factor = factorOf({ growthFactor });
  if (durationMinutes === 0 || factor >= 100) return 1;
  return growthType === "linear"
    ? Math.ceil(100 / factor - hair)
    : Math.ceil(Math.log2(100 / factor) - hair) + 1;
}

/** True when everything has the new version from the start. */
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

/** The share that is reached at a minute. */
export function percentAt(curve: readonly CurvePoint[], minute: number): number {
  return curve.findLast((point) => point.minute <= minute + hair)?.percent ?? 0;
}

/** For a table: every step where growth is exponential, because few equal parts would pass over the first ones. */
export function minutesInTable(growths: readonly Growth[]): readonly number[] {
  const minutes = minutesFor(growths).filter((_, index) => index % 2 === 0);
  const exponential = growths.filter((growth) => growth.growthType === "exponential" && !isAtOnce(growth));
  const steps = exponential.flatMap((growth) => curveOf(growth).map(({ minute }) => minute));
  const isEnough = exponential.length === growths.filter((growth) => !isAtOnce(growth)).length;
  return [...new Set([...(isEnough ? [] : minutes), ...steps])].sort((a, b) => a - b);
}

/** In how many equal parts a chart divides the time: eleven points, of which Slack takes twenty. */
const parts = 10;

/** The minutes at which curves are compared, up to the end of the longest. Empty where all of them are at once. */
export function minutesFor(growths: readonly Growth[]): readonly number[] {
  const longest = Math.max(...growths.map((growth) => (isAtOnce(growth) ? 0 : growth.durationMinutes)));
  if (longest <= 0) return [];
  return Array.from({ length: parts + 1 }, (_, part) => (longest * part) / parts);
}
