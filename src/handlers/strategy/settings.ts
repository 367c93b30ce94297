/** Validates a strategy's settings, compares them, and makes the fingerprint that detects a change. Pure. */

import { createHash } from "node:crypto";
import { type GrowthType, growthTypes, type RolloutSettings } from "./strategy.ts";

/** The inputs of the form, in order. */
export const paceFields = ["duration", "growthFactor", "growthType", "finalBakeTime", "description"] as const;
export type PaceField = (typeof paceFields)[number];

export const fieldNames: Readonly<Record<PaceField, string>> = {
  duration: "Duration",
  growthFactor: "Growth factor",
  growthType: "Growth type",
  finalBakeTime: "Final bake time",
  description: "Description",
};

/** AppConfig's limits. */
export const minutesAtMost = 1_440;
export const descriptionAtMost = 1_024;
const factorDigits = 3;

/** As typed, and as stored in a button. */
export type WrittenPace = Readonly<Record<PaceField, string>>;

/** `wrong` has a message for each field that AppConfig would reject. */
export type CheckedPace =
  | { readonly kind: "pace"; readonly pace: RolloutSettings }
  | { readonly kind: "wrong"; readonly problems: Readonly<Partial<Record<PaceField, string>>> };

/** Parses the values of the form. Only plain figures: `1e3` and `0x10` are numbers to a computer, typos to people. */
export function checkPace(written: WrittenPace): CheckedPace {
  const duration = minutesIn(written.duration);
  const bake = minutesIn(written.finalBakeTime);
  const factor = factorIn(written.growthFactor);
  const growthType = growthTypes.find((type) => type === written.growthType.trim().toLowerCase());
  const { description } = written;
  const tooLong = description.length > descriptionAtMost;
  if (
    typeof duration === "number" &&
    typeof bake === "number" &&
    typeof factor === "number" &&
    growthType !== undefined &&
    !tooLong
  ) {
    const pace = { durationMinutes: duration, finalBakeMinutes: bake, growthFactor: factor };
    return { kind: "pace", pace: { ...pace, growthType, description } };
  }
  return {
    kind: "wrong",
    problems: {
      ...(typeof duration === "string" ? { duration } : {}),
      ...(typeof factor === "string" ? { growthFactor: factor } : {}),
      ...(growthType === undefined ? { growthType: "Choose linear or exponential." } : {}),
      ...(typeof bake === "string" ? { finalBakeTime: bake } : {}),
      ...(tooLong
        ? { description: `Write at most ${descriptionAtMost} characters. These are ${description.length}.` }
        : {}),
    },
  };
}

function minutesIn(typed: string): number | string {
  const text = typed.trim();
  if (text === "") return `Write how many minutes, 0 to ${minutesAtMost}.`;
  if (!/^\d+$/.test(text)) return `Write whole minutes in plain figures, 0 to ${minutesAtMost}.`;
  const minutes = Number(text);
  return minutes <= minutesAtMost ? minutes : `At most ${minutesAtMost} minutes are possible (24 hours).`;
}

function factorIn(typed: string): number | string {
  const text = typed.trim();
  if (text === "") return "Write the per cent, 1 to 100.";
  if (!/^\d+(\.\d+)?$/.test(text))
    return "Write the per cent in plain figures, 1 to 100, with a point for decimals.";
  if ((text.split(".")[1] ?? "").length > factorDigits) return `Write at most ${factorDigits} decimals.`;
  const factor = Number(text);
  return factor >= 1 && factor <= 100 ? factor : "Only 1 to 100 per cent are possible.";
}

/** A setting as text. AWS stores the factor in 32 bits: 33.3 comes back as 33.29999923706055. */
export function valueIn(pace: RolloutSettings, field: PaceField): string {
  switch (field) {
    case "duration":
      return String(pace.durationMinutes);
    case "growthFactor":
      return String(factorOf(pace));
    case "growthType":
      return pace.growthType;
    case "finalBakeTime":
      return String(pace.finalBakeMinutes);
    case "description":
      return pace.description;
  }
}

export function factorOf({ growthFactor }: Pick<RolloutSettings, "growthFactor">): number {
  return Number(growthFactor.toFixed(factorDigits));
}

export function writtenOf(pace: RolloutSettings): WrittenPace {
  return {
    duration: valueIn(pace, "duration"),
    growthFactor: valueIn(pace, "growthFactor"),
    growthType: valueIn(pace, "growthType"),
    finalBakeTime: valueIn(pace, "finalBakeTime"),
    description: valueIn(pace, "description"),
  };
}

export function changedFields(from: RolloutSettings, to: RolloutSettings): readonly PaceField[] {
  return paceFields.filter((field) => valueIn(from, field) !== valueIn(to, field));
}

/** Only the fields to send. */
export function changeOf(from: RolloutSettings, to: RolloutSettings): Partial<RolloutSettings> {
  const changed = changedFields(from, to);
  return {
    ...(changed.includes("duration") ? { durationMinutes: to.durationMinutes } : {}),
    ...(changed.includes("growthFactor") ? { growthFactor: to.growthFactor } : {}),
    ...(changed.includes("growthType") ? { growthType: to.growthType } : {}),
    ...(changed.includes("finalBakeTime") ? { finalBakeMinutes: to.finalBakeMinutes } : {}),
    ...(changed.includes("description") ? { description: to.description } : {}),
  };
}

/** `30,20,linear,10,5be1d09c`: short enough for a button; the last part is the hash of the description. */
export function settingsFingerprint(pace: RolloutSettings): string {
  return paceFields
    .map((field) => (field === "description" ? hashOf(pace.description) : valueIn(pace, field)))
    .join(",");
}

const markPattern = new RegExp(
  `^\\d{1,4},\\d{1,3}(?:\\.\\d{1,${factorDigits}})?,(?:${growthTypes.join("|")}),\\d{1,4},[0-9a-f]{8}$`,
);

export function isSettingsFingerprint(text: string): boolean {
  return markPattern.test(text);
}

/** The fields that have changed since the fingerprint was made. */
export function changedSince(mark: string, now: RolloutSettings): readonly PaceField[] {
  const before = mark.split(",");
  const present = settingsFingerprint(now).split(",");
  return paceFields.filter((_, index) => before[index] !== present[index]);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** AppConfig's two types, in the order of the form. */
export const growthWords: Readonly<Record<GrowthType, string>> = {
  linear: "Every step adds the same share",
  exponential: "Every step doubles the share",
};
