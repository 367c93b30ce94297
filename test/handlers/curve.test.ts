import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  curveOf,
  isAtOnce,
  minutesFor,
  minutesInTable,
  percentAt,
  stepsOf,
} from "../../src/handlers/strategy/curve.ts";
import { growthTypes } from "../../src/handlers/strategy/strategy.ts";

const growths = fc.record({
  durationMinutes: fc.integer({ min: 0, max: 1_440 }),
  growthFactor: fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.double({ min: 1, max: 100, noNaN: true }).map((factor) => Number(factor.toFixed(3))),
    fc.double({ min: 1, max: 100, noNaN: true }).map(Math.fround),
  ),
  growthType: fc.constantFrom(...growthTypes),
});

describe("the curve of any strategy", () => {
  it("only ever grows, ends at 100% within the duration, and stays within 0 and 100", () => {
    fc.assert(
      fc.property(growths, (growth) => {
        const curve = curveOf(growth);
        const last = curve.at(-1);
        expect(last?.percent).toBe(100);
        const isExponential = growth.growthType === "exponential" && !isAtOnce(growth);
        expect(last?.minute).toBeGreaterThanOrEqual(isExponential ? growth.durationMinutes : 0);
        expect(last?.minute).toBeLessThanOrEqual(growth.durationMinutes);
        for (const [index, point] of curve.entries()) {
          const before = curve[index - 1] ?? { minute: -1, percent: -1 };
          expect(point.minute).toBeGreaterThan(before.minute);
          expect(point.percent).toBeGreaterThan(before.percent);
          expect(point.percent).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it("reaches 100% in the last step and not before", () => {
    fc.assert(
      fc.property(growths, (growth) => {
        const full = curveOf(growth).filter(({ percent }) => percent === 100);
        expect(full).toHaveLength(1);
      }),
    );
  });

  it("is compared at minutes that begin at 0, end with the longest and number at most twenty", () => {
    fc.assert(
      fc.property(fc.array(growths, { minLength: 1, maxLength: 2 }), (some) => {
        const minutes = minutesFor(some);
        expect(minutes.length).toBeLessThanOrEqual(20);
        const longest = Math.max(...some.map((one) => (isAtOnce(one) ? 0 : one.durationMinutes)));
        expect([minutes[0], minutes.at(-1)]).toEqual(longest === 0 ? [undefined, undefined] : [0, longest]);
      }),
    );
  });
});

it.each([
  ["linear", 20, 30, [20, 40, 60, 80, 100]],
  ["linear", 25, 15, [25, 50, 75, 100]],
  ["linear", 33.3, 40, [33.3, 66.6, 99.9, 100]],
  ["linear", Math.fround(33.3), 40, [33.3, 66.6, 99.9, 100]],
  ["linear", 60, 10, [60, 100]],
  ["exponential", 2, 60, [0, 2, 4, 8, 16, 32, 64, 100]],
  ["exponential", 50, 10, [0, 50, 100]],
  ["exponential", 25, 10, [0, 25, 50, 100]],
  ["exponential", 99, 10, [0, 99, 100]],
] as const)("%s growth of %s%% over %s min", (growthType, growthFactor, durationMinutes, percents) => {
  const growth = { growthType, growthFactor, durationMinutes };
  expect(curveOf(growth).map(({ percent }) => percent)).toEqual(percents);
  expect(stepsOf(growth)).toBe(percents.filter((percent) => percent > 0).length);
});

it.each(growthTypes)("is at once with a factor of 100 or no duration: %s", (growthType) => {
  for (const [growthFactor, durationMinutes] of [
    [100, 30],
    [20, 0],
    [100, 0],
  ] as const) {
    expect(curveOf({ growthType, growthFactor, durationMinutes })).toEqual([{ minute: 0, percent: 100 }]);
  }
});

it("gives the share of the step that has begun", () => {
  const curve = curveOf({ growthType: "linear", growthFactor: 20, durationMinutes: 30 });
  expect([0, 5.9, 6, 11.9, 12, 29.9, 30, 99].map((minute) => percentAt(curve, minute))).toEqual([
    20, 20, 40, 40, 60, 100, 100, 100,
  ]);
});

it("is never below either of AWS's accounts of linear growth", () => {
  fc.assert(
    fc.property(growths, fc.double({ min: 0, max: 1, noNaN: true }), (growth, part) => {
      const { durationMinutes, growthFactor } = growth;
      fc.pre(growth.growthType === "linear" && !isAtOnce(growth));
      const minute = part * durationMinutes;
      const interval = durationMinutes / stepsOf(growth);
      const after = Math.floor(minute / interval) * growthFactor;
      const shown = percentAt(curveOf(growth), minute);
      expect(shown).toBeGreaterThanOrEqual(Math.min(100, after) - 0.01);
      expect(shown).toBeGreaterThanOrEqual(Math.min(100, after + growthFactor) - growthFactor * 0.01 - 0.01);
    }),
  );
});

it("has every exponential step in its table, and few enough rows", () => {
  fc.assert(
    fc.property(fc.array(growths, { minLength: 1, maxLength: 2 }), (some) => {
      const minutes = minutesInTable(some);
      const steps = some
        .filter((growth) => growth.growthType === "exponential" && !isAtOnce(growth))
        .flatMap((growth) => curveOf(growth).map(({ minute }) => minute));
      expect(steps.filter((minute) => !minutes.includes(minute))).toEqual([]);
      expect(minutes.length).toBeLessThanOrEqual(24);
      expect(minutes).toEqual([...new Set(minutes)].toSorted((a, b) => a - b));
    }),
  );
});
