/**
 * The curve of a rollout, drawn from a strategy's values. It shows the pace: AWS's three accounts of linear timing
 * disagree about when a step begins, and say nothing about how long an exponential one takes. Pure.
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

/** The points where the share grows, from the start to 100% at the duration; at once: one point. */
export function curveOf(growth: Growth): readonly CurvePoint[] {
  if (isAtOnce(growth)) return [{ minute: 0, percent: 100 }];
  const steps = stepsOf(growth);
  return Array.from({ length: steps + 1 }, (_, step) => ({
    minute: step === steps ? growth.durationMinutes : (growth.durationMinutes * step) / steps,
    percent: percentAfter(growth, step),
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

/** In how many equal parts a chart divides the time: eleven points, of which Slack takes twenty. */
const parts = 10;

/** The minutes at which curves are compared, up to the end of the longest. Empty where all of them are at once. */
export function minutesFor(growths: readonly Growth[]): readonly number[] {
  const longest = Math.max(...growths.map((growth) => (isAtOnce(growth) ? 0 : growth.durationMinutes)));
  if (longest <= 0) return [];
  return Array.from({ length: parts + 1 }, (_, part) => (longest * part) / parts);
}
