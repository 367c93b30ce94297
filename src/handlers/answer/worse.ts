/**
 * What has become worse since somebody saw it: before anything goes forward, a fresh read is held against the card that
 * was drawn last (docs/worse-than-seen.md). Pure.
 */

import { createHash } from "node:crypto";
import type { Action, EpochMs, Watched } from "../deployment.ts";

/** What somebody saw of the health of a deployment. A count that was not shown is absent. */
export interface Seen {
  /** The alarms in ALARM, each as eight hex digits of its name: a button has little room. */
  readonly red: readonly string[];
  readonly failed?: number;
  readonly healthy?: number;
}

export type Change =
  | { readonly what: "alarm"; readonly name: string; readonly since?: EpochMs }
  | {
      readonly what: "failed" | "healthy";
      readonly unit: Watched["unit"];
      /** Absent: not known. */
      readonly before?: number;
      readonly now: number;
    };

/** Both can't be taken back by the other answer: new traffic flows, old capacity goes. */
export function isForward(action: Action): boolean {
  return action === "continue" || action === "terminate-old";
}

export function seenOf({ alarms, failed, healthy }: Watched): Seen {
  const red = alarms.filter(({ state }) => state === "alarm").map(({ name }) => alarmKey(name));
  return {
    red: [...new Set(red)].toSorted(),
    ...(failed === undefined ? {} : { failed }),
    ...(healthy === undefined ? {} : { healthy }),
  };
}

/** What either of them shows, where each was seen by the same person: the card, and the difference that was confirmed. */
export function together(one: Seen | undefined, other: Seen): Seen {
  if (one === undefined) return other;
  return {
    red: [...new Set([...one.red, ...other.red])].toSorted(),
    ...pick("failed", Math.max, one, other),
    ...pick("healthy", Math.min, one, other),
  };
}

/**
 * Nothing that was not read now is worse: who can't be told a difference can't confirm one. What the card did not show
 * is not taken for seen: an alarm that was not read then and is red now is told.
 */
export function worseThan(seen: Seen | undefined, now: Watched | undefined): readonly Change[] {
  if (now === undefined) return [];
  const { alarms, unit, failed, healthy } = now;
  const known = new Set(seen?.red);
  const red = alarms.filter(({ name, state }) => state === "alarm" && !known.has(alarmKey(name)));
  return [
    ...red.map(
      ({ name, since }): Change => ({ what: "alarm", name, ...(since === undefined ? {} : { since }) }),
    ),
    ...(failed !== undefined && failed > (seen?.failed ?? 0)
      ? [counted("failed", unit, seen?.failed, failed)]
      : []),
    ...(healthy !== undefined && seen?.healthy !== undefined && healthy < seen.healthy && isShort(now)
      ? [counted("healthy", unit, seen.healthy, healthy)]
      : []),
  ];
}

/** After scaling in fewer are wanted, and all of them run. Where nothing runs, nothing shows that the version works. */
function isShort({ healthy, wanted }: Watched): boolean {
  return healthy === undefined || wanted === undefined || healthy < wanted || healthy === 0;
}

/** What confirming these changes accepts: these and no more. */
export function acceptedBy(changes: readonly Change[]): Seen {
  const red = changes.flatMap((change) => (change.what === "alarm" ? [alarmKey(change.name)] : []));
  const now = (what: Change["what"]) =>
    changes.flatMap((change) => (change.what === what && change.what !== "alarm" ? [change.now] : []))[0];
  const [failed, healthy] = [now("failed"), now("healthy")];
  return {
    red: [...new Set(red)].toSorted(),
    ...(failed === undefined ? {} : { failed }),
    ...(healthy === undefined ? {} : { healthy }),
  };
}

/** `1a2b3c4d,…/3/2`, without spaces: it stands in buttons and in Redis. */
export function printSeen(seen: Seen | undefined): string {
  const { red, failed, healthy } = seen ?? nothingKnown;
  return `${red.join(",")}/${failed ?? ""}/${healthy ?? ""}`;
}

/** Nobody knows what was seen: then nothing bad was. */
const nothingKnown: Seen = { red: [] };

/** `undefined` for whatever this version has not printed. */
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
  return { what, unit, now, ...(before === undefined ? {} : { before }) };
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

/** "`high-5xx` is in ALARM", in words without markup. */
export function changeText(change: Change): string {
  if (change.what === "alarm") return `${change.name} is in ALARM`;
  const { unit, before, now } = change;
  const what = change.what === "failed" ? `failed ${unit}s` : `running ${unit}s of the new version`;
  return `${what}: ${before === undefined ? "" : `${before} before, `}${now} now`;
}
