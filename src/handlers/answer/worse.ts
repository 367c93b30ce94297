/**
 * Compares a fresh read with the card that was rendered last, before anything goes forward, and returns what got
 * worse (docs/worse-than-seen.md). Pure.
 */

import { createHash } from "node:crypto";
import type { Action, AwsMs, Watched } from "../deployment.ts";

/** The health of a deployment that somebody saw. A count that was not shown is absent. */
export interface Seen {
  /** The alarms in ALARM, each as the first eight hex digits of its name's SHA-256: button values are short. */
  readonly red: readonly string[];
  readonly failed?: number | undefined;
  readonly healthy?: number | undefined;
}

export type Change =
  | { readonly what: "alarm"; readonly name: string; readonly since?: AwsMs | undefined }
  | {
      readonly what: "failed" | "healthy";
      readonly unit: Watched["unit"];
      /** Absent: unknown. */
      readonly before?: number | undefined;
      readonly now: number;
    };

/** Neither can be undone by the other answer: traffic shifts, or old capacity is removed. */
export function isForward(action: Action): boolean {
  return action === "continue" || action === "terminate-old";
}

export function seenOf({ alarms, failed, healthy }: Watched): Seen {
  const red = alarms.filter(({ state }) => state === "alarm").map(({ name }) => alarmKey(name));
  return {
    red: [...new Set(red)].toSorted(),
    failed,
    healthy,
  };
}

/** Merges two things that the same person saw: the card, and the difference that they confirmed. */
export function together(one: Seen | undefined, other: Seen): Seen {
  if (one === undefined) return other;
  return {
    red: [...new Set([...one.red, ...other.red])].toSorted(),
    ...pick("failed", Math.max, one, other),
    ...pick("healthy", Math.min, one, other),
  };
}

/**
 * Compares only what could be read now: a difference that can't be shown can't be confirmed. Health that the card did
 * not show does not count as seen: an alarm that was not read then and is in ALARM now is reported.
 */
export function worseThan(seen: Seen | undefined, now: Watched | undefined): readonly Change[] {
  if (now === undefined) return [];
  const { alarms, unit, failed, healthy } = now;
  const known = new Set(seen?.red);
  const red = alarms.filter(({ name, state }) => state === "alarm" && !known.has(alarmKey(name)));
  return [
    ...red.map(({ name, since }): Change => ({ what: "alarm", name, since })),
    ...(failed !== undefined && failed > (seen?.failed ?? 0)
      ? [counted("failed", unit, seen?.failed, failed)]
      : []),
    ...(healthy !== undefined && seen?.healthy !== undefined && healthy < seen.healthy && isShort(now)
      ? [counted("healthy", unit, seen.healthy, healthy)]
      : []),
  ];
}

/** After scaling in, fewer are wanted and all of them run. If none run, nothing shows that the version works. */
function isShort({ healthy, wanted }: Watched): boolean {
  return healthy === undefined || wanted === undefined || healthy < wanted || healthy === 0;
}

/** What confirming these changes accepts: exactly these. */
export function acceptedBy(changes: readonly Change[]): Seen {
  const red = changes.flatMap((change) => (change.what === "alarm" ? [alarmKey(change.name)] : []));
  const now = (what: Change["what"]) =>
    changes.flatMap((change) => (change.what === what && change.what !== "alarm" ? [change.now] : []))[0];
  const [failed, healthy] = [now("failed"), now("healthy")];
  return {
    red: [...new Set(red)].toSorted(),
    failed,
    healthy,
  };
}

/** `1a2b3c4d,…/3/2`, without spaces, for button values and Redis. */
export function printSeen(seen: Seen | undefined): string {
  const { red, failed, healthy } = seen ?? nothingKnown;
  return `${red.join(",")}/${failed ?? ""}/${healthy ?? ""}`;
}

/** If it is unknown what was seen, assume that nothing bad was. */
const nothingKnown: Seen = { red: [] };

/** `undefined` for text that `printSeen` can't have written. */
export function parseSeen(text: string): Seen | undefined {
  const parts = /^((?:[0-9a-f]{8}(?:,[0-9a-f]{8})*)?)\/(\d{0,9})\/(\d{0,9})$/.exec(text);
  if (parts === null) return undefined;
  const [, red = "", failed = "", healthy = ""] = parts;
  return {
    red: red === "" ? [] : red.split(","),
    ...(failed === "" ? {} : { failed: Number(failed) }),
    ...(healthy === "" ? {} : { healthy: Number(healthy) }),
  };
}

function counted(
  what: "failed" | "healthy",
  unit: Watched["unit"],
  before: number | undefined,
  now: number,
): Change {
  return { what, unit, now, before };
}

function pick(
  name: "failed" | "healthy",
  choose: (...counts: number[]) => number,
  one: Seen,
  other: Seen,
): Partial<Seen> {
  const counts = [one[name], other[name]].filter((count) => count !== undefined);
  return counts.length === 0 ? {} : { [name]: choose(...counts) };
}

function alarmKey(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}

/** "high-5xx is in ALARM": plain text without markup. */
export function changeText(change: Change): string {
  if (change.what === "alarm") return `${change.name} is in ALARM`;
  const { unit, before, now } = change;
  const what = change.what === "failed" ? `failed ${unit}s` : `running ${unit}s of the new version`;
  return `${what}: ${before === undefined ? "" : `${before} before, `}${now} now`;
}
