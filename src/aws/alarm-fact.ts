/** The alarm line of a card. ✅ only if all alarms were read and are OK (P9). Pure. */

import type { AwsMs, WatchedAlarm } from "../handlers/deployment.ts";
import { shorten } from "../handlers/names/shorten.ts";
import type { Fact, Phrase } from "../handlers/words.ts";
import { type AlarmReading, perCall } from "./alarms.ts";
import { describeWhy } from "./client/why.ts";

const label = "Alarms";
const nameAtMost = 28;

const leftOutWords: Readonly<Record<string, Phrase>> = {
  "beyond-one-call": [`only ${perCall} are read`],
  "beyond-one-page": ["AWS did not return it in one page"],
  "unknown-state": ["CloudWatch shows a state that Holdpoint does not know"],
};

interface Around {
  /** The start of the deployment (AWS's clock): an alarm may have been in ALARM before. */
  readonly startedAt: AwsMs | undefined;
  /** The number of alarms, if not all of them were requested. */
  readonly count?: number;
  /** Alarms that, according to the system itself, went off during this deployment, whatever their state is now. */
  readonly wentOff?: readonly string[];
  /** Appended if no alarm could be read. */
  readonly otherwise?: Phrase;
  /** Appended to the line, for example a note on how the system uses its alarms. */
  readonly note?: Phrase;
}

export function alarmFact(
  readings: readonly AlarmReading[],
  { startedAt, count = readings.length, wentOff = [], otherwise, note }: Around,
): readonly Fact[] {
  if (count === 0) return [];
  const tail: Phrase = note === undefined ? [] : ["; ", ...note];
  const red = readings.filter((reading) => reading.state === "alarm");
  const [before, since] = [red.filter(isBefore(startedAt)), red.filter((one) => !isBefore(startedAt)(one))];
  const off = wentOff.filter((name) => !red.some((one) => one.name === name));
  const all = [...new Set([...readings.map(({ name }) => name), ...wentOff])];
  const ok = readings.filter(({ state }) => state === "ok").length;
  const unread = readings.filter((reading) => reading.state === "unread");
  const [first] = unread;
  if (first !== undefined && unread.length === count && off.length === 0) {
    const also: Phrase = otherwise === undefined ? [] : ["; ", ...otherwise];
    return [{ kind: "unknown", label, why: [...describeWhy(first.why, leftOutWords), ...also, ...tail] }];
  }
  if (ok === count && off.length === 0)
    return [{ kind: "value", label, value: [`✅ ${ok} of ${count} OK`, ...tail] }];
  const parts: readonly Phrase[] = [
    ...(since.length === 0 ? [] : [[`${since.length} of ${count} in ALARM: `, ...named(since, all)]]),
    ...(before.length === 0
      ? []
      : [
          [
            `${before.length} of ${count} in ALARM since before this deployment: `,
            ...named(before, all, false),
          ],
        ]),
    ...(off.length === 0 ? [] : [[`${off.length} of ${count} went off: `, ...named(asNames(off), all)]]),
    ...(red.length + off.length > 0 ? [] : [[`${ok} of ${count} OK`]]),
    ...counted(readings, all, "no-data", "without data"),
    ...counted(readings, all, "missing", "not found"),
    ...(first === undefined
      ? []
      : [[`${unread.length} not read: `, ...describeWhy(first.why, leftOutWords)]]),
  ];
  const sign = since.length + off.length > 0 ? "🚨 " : before.length > 0 ? "⚠️ " : "❓ ";
  const value = parts.flatMap((part, index): Phrase => (index === 0 ? part : ["; ", ...part]));
  return [{ kind: "value", label, value: [sign, ...value, ...tail] }];
}

/** The observed state of each alarm, to detect later whether it got worse. */
export function watchedAlarms(
  readings: readonly AlarmReading[],
  wentOff: readonly string[] = [],
): readonly WatchedAlarm[] {
  const read = readings.map((reading): WatchedAlarm => {
    const { name, state } = reading;
    if (state === "unread" || state === "missing")
      return { name, state: wentOff.includes(name) ? "alarm" : "unknown" };
    return { name, state, since: reading.since };
  });
  const rest = wentOff.filter((name) => !readings.some((one) => one.name === name));
  return [...read, ...rest.map((name): WatchedAlarm => ({ name, state: "alarm" }))];
}

function isBefore(startedAt: AwsMs | undefined): (reading: AlarmReading) => boolean {
  return (reading) =>
    startedAt !== undefined && "since" in reading && reading.since !== undefined && reading.since < startedAt;
}

function asNames(names: readonly string[]): readonly { readonly name: string }[] {
  return names.map((name) => ({ name }));
}

function named(
  alarms: readonly { readonly name: string; readonly since?: AwsMs }[],
  all: readonly string[],
  timed = true,
): Phrase {
  const [first] = alarms;
  if (first === undefined) return [];
  const since = first.since !== undefined && timed ? [" since ", minute(first.since)] : [];
  const more = alarms.length > 1 ? [` and ${alarms.length - 1} more`] : [];
  return [{ code: shortAlarm(first.name, all), atMost: nameAtMost }, ...since, ...more];
}

/** Shortened to fit a health line, and still different from every other name in `all`. */
export function shortAlarm(name: string, all: readonly string[]): string {
  return shorten(name, nameAtMost, all);
}

function minute(time: AwsMs): Phrase[number] {
  return { time, show: "minute" };
}

function counted(
  readings: readonly AlarmReading[],
  all: readonly string[],
  state: AlarmReading["state"],
  words: string,
): readonly Phrase[] {
  const those = readings.filter((reading) => reading.state === state);
  return those.length === 0
    ? []
    : [[`${those.length} ${words}: `, ...named(asNames(those.map((one) => one.name)), all)]];
}
