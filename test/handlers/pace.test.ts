import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changedFields,
  changedSince,
  changeOf,
  checkPace,
  isSettingsFingerprint,
  settingsFingerprint,
  writtenOf,
} from "../../src/handlers/strategy/settings.ts";
import { growthTypes } from "../../src/handlers/strategy/strategy.ts";
import { paceOf } from "./aws-strategies.ts";

const good = {
  duration: "30",
  growthFactor: "20",
  growthType: "LINEAR",
  finalBakeTime: "10",
  description: "for flags",
};

const paces = fc.record({
  durationMinutes: fc.integer({ min: 0, max: 1_440 }),
  growthFactor: fc.integer({ min: 1_000, max: 100_000 }).map((thousandths) => thousandths / 1_000),
  growthType: fc.constantFrom(...growthTypes),
  finalBakeMinutes: fc.integer({ min: 0, max: 1_440 }),
  description: fc.string({ maxLength: 1_024 }),
});

describe("values as they are typed", () => {
  it.each([
    ["duration", "0", { durationMinutes: 0 }],
    ["duration", "1440", { durationMinutes: 1_440 }],
    ["duration", " 45 ", { durationMinutes: 45 }],
    ["growthFactor", "1", { growthFactor: 1 }],
    ["growthFactor", "100", { growthFactor: 100 }],
    ["growthFactor", "33.3", { growthFactor: 33.3 }],
    ["growthType", "EXPONENTIAL", { growthType: "exponential" }],
    ["growthType", "linear", { growthType: "linear" }],
    ["finalBakeTime", "0", { finalBakeMinutes: 0 }],
    ["description", "", { description: "" }],
    ["description", "a|b|c\nd", { description: "a|b|c\nd" }],
    ["description", "x".repeat(1_024), { description: "x".repeat(1_024) }],
  ])("takes %s %j", (field, typed, pace) => {
    expect(checkPace({ ...good, [field]: typed })).toEqual({ kind: "pace", pace: { ...paceOf(), ...pace } });
  });

  it.each([
    ["duration", ""],
    ["duration", "   "],
    ["duration", "1441"],
    ["duration", "-1"],
    ["duration", "12.5"],
    ["duration", "30.0"],
    ["duration", "1e3"],
    ["duration", "0x10"],
    ["duration", "+5"],
    ["duration", "thirty"],
    ["duration", "Infinity"],
    ["duration", "٣٠"],
    ["duration", "99999999999999999999"],
    ["growthFactor", ""],
    ["growthFactor", "0.5"],
    ["growthFactor", "0"],
    ["growthFactor", "100.1"],
    ["growthFactor", "1e1"],
    ["growthFactor", "20%"],
    ["growthFactor", "33,3"],
    ["growthFactor", ".5"],
    ["growthFactor", "20."],
    ["growthFactor", "33.3333"],
    ["growthFactor", "NaN"],
    ["growthType", ""],
    ["growthType", "quadratic"],
    ["finalBakeTime", ""],
    ["finalBakeTime", "1441"],
    ["finalBakeTime", "2.5"],
    ["description", "x".repeat(1_025)],
  ])("refuses %s %j at its field, with a sentence", (field, typed) => {
    const checked = checkPace({ ...good, [field]: typed });
    expect(checked).toEqual({ kind: "wrong", problems: { [field]: expect.stringMatching(/^[A-Z].*\.$/) } });
  });

  it("tells every bad value at once", () => {
    const typed = { duration: "x", growthFactor: "0", growthType: "?", finalBakeTime: "", description: "" };
    const checked = checkPace(typed);
    expect(checked.kind === "wrong" && Object.keys(checked.problems)).toEqual([
      "duration",
      "growthFactor",
      "growthType",
      "finalBakeTime",
    ]);
  });

  it("are the ones that were printed", () => {
    fc.assert(
      fc.property(paces, (pace) => {
        expect(checkPace(writtenOf(pace))).toEqual({ kind: "pace", pace });
      }),
    );
  });
});

describe("the mark of values", () => {
  it("tells which fields have changed, and nothing when none has", () => {
    fc.assert(
      fc.property(paces, paces, (from, to) => {
        const mark = settingsFingerprint(from);
        expect(isSettingsFingerprint(mark)).toBe(true);
        expect(changedSince(mark, to)).toEqual(changedFields(from, to));
        expect(changedSince(mark, from)).toEqual([]);
      }),
    );
  });

  it.each(["", "30,20,linear,10", "30,20,cubic,10,00000000", "30|20", "30,20,linear,10,zzzzzzzz"])(
    "is not %j",
    (text) => {
      expect(isSettingsFingerprint(text)).toBe(false);
    },
  );

  it("does not take what AWS makes of a factor in 32 bits for a change", () => {
    expect(
      changedFields(paceOf({ growthFactor: 33.3 }), paceOf({ growthFactor: Math.fround(33.3) })),
    ).toEqual([]);
  });
});

it("sends only what changed", () => {
  fc.assert(
    fc.property(paces, paces, (from, to) => {
      const change = changeOf(from, to);
      expect(Object.keys(change)).toHaveLength(changedFields(from, to).length);
      expect({ ...from, ...change }).toEqual(to);
    }),
  );
});
