/** Describes strategies, the same way in lists, forms, previews and replies. */

import { typed } from "../../../handlers/names/names.ts";
import { isAtOnce, stepsOf } from "../../../handlers/strategy/curve.ts";
import type { StrategyPlace } from "../../../handlers/strategy/places.ts";
import {
  changedFields,
  factorOf,
  fieldNames,
  type PaceField,
  paceFields,
} from "../../../handlers/strategy/settings.ts";
import type { Reading, RolloutSettings, Strategy, StrategyUse } from "../../../handlers/strategy/strategy.ts";
import { code, quote, word } from "../parts/phrase.ts";
import { count } from "../parts/words.ts";

/** AWS's limit for the name of a strategy. */
export const nameAtMost = 64;
const usesAtMost = 5;

/** "`linear-20-30min` in prod, eu-west-1" */
export function placed({ name }: Pick<Strategy, "name">, place: StrategyPlace): string {
  return `${code(name, nameAtMost)} in ${describeWhere(place)}`;
}

/** The id, if another strategy in the same account and region has the same or nearly the same name; else empty. */
export function idAmong(strategy: Strategy, all: readonly Strategy[]): string {
  const { account, region, id } = strategy.ref;
  const lettersOf = (name: string): string => typed(name).toLowerCase();
  const isShared = all.some(
    ({ ref, name }) =>
      ref.id !== id &&
      ref.account === account &&
      ref.region === region &&
      lettersOf(name) === lettersOf(strategy.name),
  );
  return isShared ? id : "";
}

export function describeWhere({
  accountName,
  region,
}: Pick<StrategyPlace, "accountName" | "region">): string {
  return `${word(accountName, 20)}, ${word(region)}`;
}

/** "linear, 20% per step, 100% after 30 min, then 10 min bake time" */
export function paceLine(pace: RolloutSettings): string {
  const growth = isAtOnce(pace)
    ? "100% at once"
    : `${growthClause(pace)}, 100% after ${pace.durationMinutes} min`;
  return `${growth}, then ${describeBake(pace)}`;
}

function growthClause(pace: RolloutSettings): string {
  const factor = factorOf(pace);
  return pace.growthType === "linear"
    ? `linear, ${factor}% per step`
    : `exponential, ${factor}% and then twice as much with every step`;
}

function describeBake({ finalBakeMinutes }: RolloutSettings): string {
  return finalBakeMinutes === 0 ? "no bake time" : `${finalBakeMinutes} min bake time`;
}

/** One value with its unit. */
function describeValue(pace: RolloutSettings, field: PaceField): string {
  switch (field) {
    case "duration":
      return `${pace.durationMinutes} min`;
    case "growthFactor":
      return `${factorOf(pace)}%`;
    case "growthType":
      return pace.growthType;
    case "finalBakeTime":
      return `${pace.finalBakeMinutes} min`;
    case "description":
      return pace.description === "" ? "(none)" : code(pace.description, 120);
  }
}

export function valueLines(pace: RolloutSettings): readonly string[] {
  const [description] = paceFields.slice(-1);
  return [
    ...paceFields
      .filter((field) => field !== description)
      .map((field) => `*${fieldNames[field]}:* ${describeValue(pace, field)}${stepsBeside(pace, field)}`),
    pace.description === "" ? "*Description:* (none)" : `*Description:*${quote(pace.description, 400)}`,
  ];
}

function stepsBeside(pace: RolloutSettings, field: PaceField): string {
  return field === "growthFactor" && !isAtOnce(pace) ? `, ${count(stepsOf(pace), "step")}` : "";
}

/** Old and new values, one per line; unchanged ones are marked. */
export function changeLines(from: RolloutSettings, to: RolloutSettings): readonly string[] {
  const changed = changedFields(from, to);
  return paceFields.map((field) => {
    const now = describeValue(from, field);
    return changed.includes(field)
      ? `*${fieldNames[field]}:* ${now} → ${bold(describeValue(to, field))}`
      : `*${fieldNames[field]}:* ${now} (unchanged)`;
  });
}

/** Bold code loses its colour in some clients; a value in code stands out enough. */
function bold(words: string): string {
  return words.startsWith("`") ? words : `*${words}*`;
}

/** "duration, now 45 min": the values that somebody else set. */
export function foundWords(current: RolloutSettings, fields: readonly PaceField[]): string {
  return fields
    .map((field) => `${fieldNames[field].toLowerCase()}, now ${describeValue(current, field)}`)
    .join("; ");
}

/** "Slower: 100% after 60 min instead of 30." One sentence per change. */
export function describeSettingsChange(from: RolloutSettings, to: RolloutSettings): string {
  const changed = changedFields(from, to);
  const bake = changed.includes("finalBakeTime")
    ? [`Bake time: ${minutes(to.finalBakeMinutes, from.finalBakeMinutes)}`]
    : [];
  const sentences = [...growthChange(from, to, changed), ...bake];
  if (sentences.length > 0) return sentences.join(" ");
  return changed.includes("description") ? "Only the description changes." : "Nothing changes.";
}

function growthChange(
  from: RolloutSettings,
  to: RolloutSettings,
  changed: readonly PaceField[],
): readonly string[] {
  const before = minutesTo100(from);
  const after = minutesTo100(to);
  const instead = (["growthFactor", "growthType"] as const)
    .filter((field) => changed.includes(field))
    .map(
      (field) =>
        `${fieldNames[field]}: ${describeValue(to, field)} instead of ${describeValue(from, field)}.`,
    );
  if (isAtOnce(from) && isAtOnce(to)) {
    const duration = changed.includes("duration")
      ? [`Duration: ${minutes(to.durationMinutes, from.durationMinutes)}`]
      : [];
    const fields = [...duration, ...instead];
    return fields.length === 0 ? [] : [...fields, "Still 100% at once."];
  }
  const slower = before === after ? [] : [describeSlower(before, after)];
  if (isAtOnce(from) || isAtOnce(to)) return slower;
  const areOthers = stepsOf(from) !== stepsOf(to);
  return [
    ...slower,
    ...(areOthers ? [`Other steps: ${count(stepsOf(to), "step")} instead of ${stepsOf(from)}.`] : instead),
  ];
}

function minutes(now: number, before: number): string {
  return `${now} min instead of ${before}.`;
}

function describeSlower(before: number, after: number): string {
  const word = after > before ? "Slower" : "Faster";
  const then = after === 0 ? "at once" : `after ${after} min`;
  const now = before === 0 ? "at once" : after === 0 ? `after ${before} min` : before;
  return `${word}: 100% ${then} instead of ${now}.`;
}

function minutesTo100(pace: RolloutSettings): number {
  return isAtOnce(pace) ? 0 : pace.durationMinutes;
}

export type Uses = Reading<{
  readonly uses: readonly StrategyUse[];
  readonly complete: boolean;
  /** The number of further uses that are hidden from this person. */
  readonly hidden?: number;
}>;

/** The environments that used it last, and a warning if not all could be read (P9). */
export function linesOfUses(read: Uses): readonly string[] {
  if (read.kind === "missing") return [];
  if (read.kind === "unreadable") return [`*Last used by:* ❓ unknown: ${code(read.why, 120)}`];
  const { uses, complete, hidden = 0 } = read.value;
  const some = [
    ...uses.slice(0, usesAtMost).map(wordsOfUse),
    ...(hidden === 0 ? [] : [`${hidden} in private channels`]),
  ];
  const more = uses.length > usesAtMost ? [`and ${uses.length - usesAtMost} more`] : [];
  const rest = complete ? [] : ["⚠️ Not every environment could be read in time."];
  const nobody = complete
    ? "No environment's latest deployment used it."
    : "*Last used by:* none of the environments that could be read";
  return [some.length === 0 ? nobody : `*Last used by:* ${[...some, ...more].join(", ")}`, ...rest];
}

function wordsOfUse(use: StrategyUse): string {
  return `${code(`${use.application}/${use.environment}`, 48)} (deployment ${use.deploymentNumber}${use.running ? ", running" : ""})`;
}

/**
 * AWS does not document whether a running deployment keeps its values. It has its own copy of them, hence "most
 * likely".
 */
export function runningLine(read: Uses): string | undefined {
  const running = read.kind === "read" ? read.value.uses.filter((use) => use.running) : [];
  const [first, second] = running;
  if (first === undefined) return undefined;
  return second === undefined
    ? `The running deployment ${first.deploymentNumber} most likely keeps its pace: it carries its own copy.`
    : `The ${running.length} running deployments most likely keep their pace: they carry their own copies.`;
}

/** Says how reliable the curves are. */
export function paceOnly(paces: readonly RolloutSettings[]): string {
  const grows = (growthType: RolloutSettings["growthType"]): boolean =>
    paces.some((pace) => pace.growthType === growthType && !isAtOnce(pace));
  return [
    "The curve shows the pace, not promised times.",
    ...(grows("linear")
      ? [
          "AWS’s documents differ on whether linear growth begins at once or after the first interval: the larger share is drawn.",
        ]
      : []),
    ...(grows("exponential") ? ["AWS does not document how long an exponential step takes."] : []),
  ].join(" ");
}
