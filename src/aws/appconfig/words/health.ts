/**
 * Health facts: what AppConfig logged, and its alarms. AppConfig reports an alarm only when it rolls back because of it
 * (P9).
 */

import type { Deployment } from "../../../handlers/deployment.ts";
import type { Fact, Phrase } from "../../../handlers/words.ts";
import { alarmFact, shortAlarm } from "../../alarm-fact.ts";
import type { StoredDetail } from "../facts/stored-detail.ts";
import { whyUnread } from "./earlier.ts";
import { figure } from "./figures.ts";

export function healthFacts(deployment: Deployment, said: StoredDetail): readonly Fact[] {
  if (said.trigger === "alarm") {
    const all = (said.alarms ?? []).map(({ name }) => name);
    return [value("Alarms", triggered(said.alarm, all)), ...lastStep(said)];
  }
  return [...lastStep(said), ...alarms(deployment, said)];
}

function triggered(name: string | undefined, all: readonly string[]): Phrase {
  return name === undefined
    ? ["🚨 one was in ALARM; AppConfig does not say which"]
    : ["🚨 ", { code: shortAlarm(name, all) }, " was in ALARM"];
}

/** From AWS's log; the time of the next step is known only to AppConfig. */
function lastStep({ deployment, steps }: StoredDetail): readonly Fact[] {
  const step = steps.at(-1);
  if (step === undefined) return [];
  const percent = step.percent ?? deployment.PercentageComplete;
  const share = percent === undefined ? "" : `${figure(percent)}% `;
  return [value("Last step", [`${share}at `, { time: step.at, show: "minute" }])];
}

function alarms(
  { phase, startedAt }: Deployment,
  { names: { environment }, alarms: read }: StoredDetail,
): readonly Fact[] {
  if (phase !== "running") return [];
  if (environment.kind === "read" && environment.value.alarms?.length === 0)
    return [value("Alarms", ["none set: nothing rolls back by itself"])];
  if (environment.kind === "unknown" || environment.value.alarms === undefined || read === undefined) {
    const why: Phrase = environment.kind === "unknown" ? whyUnread(environment.why) : ["not read this time"];
    return [{ kind: "unknown", label: "Alarms", why: [...why, "; AppConfig rolls back if one is in ALARM"] }];
  }
  return alarmFact(read, { startedAt, note: ["AppConfig rolls back if one is in ALARM"] });
}

function value(label: string, words: Phrase): Fact {
  return { kind: "value", label, value: words };
}
