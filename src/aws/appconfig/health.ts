/** Is it healthy: what AppConfig logged, and its alarms. AppConfig tells of one only when it acts on it (P9). */

import type { Phase } from "../../handlers/deployment.ts";
import type { Fact, Phrase } from "../../handlers/words.ts";
import { alarmFact, shortAlarm } from "../alarm-fact.ts";
import { whyWords } from "../why.ts";
import type { Seen } from "./describe.ts";
import { alarmIn, stepsOf, triggerOf } from "./log.ts";
import { figure } from "./state.ts";

type Known = Pick<Seen, "deployment" | "names" | "alarms">;

export function healthOf(seen: Known, phase: Phase): readonly Fact[] {
  if (triggerOf(seen.deployment) === "alarm") {
    const all = (seen.alarms ?? []).map(({ name }) => name);
    return [value("Alarms", triggered(alarmIn(seen.deployment), all)), ...lastStep(seen)];
  }
  return [...lastStep(seen), ...alarms(seen, phase)];
}

function triggered(name: string | undefined, all: readonly string[]): Phrase {
  return name === undefined
    ? ["🚨 one was in ALARM; AppConfig does not say which"]
    : ["🚨 ", { code: shortAlarm(name, all) }, " was in ALARM"];
}

/** AWS's own record of it; when the next one comes, AppConfig alone knows. */
function lastStep({ deployment }: Pick<Seen, "deployment">): readonly Fact[] {
  const step = stepsOf(deployment).at(-1);
  if (step === undefined) return [];
  const percent = step.percent ?? deployment.PercentageComplete;
  const share = percent === undefined ? "" : `${figure(percent)}% `;
  return [value("Last step", [`${share}at `, { time: step.at, show: "minute" }])];
}

function alarms({ deployment, names: { environment }, alarms: read }: Known, phase: Phase): readonly Fact[] {
  if (phase !== "running") return [];
  if (environment.kind === "read" && environment.value.alarms?.length === 0)
    return [value("Alarms", ["AppConfig watches none in this environment"])];
  if (environment.kind === "unknown" || environment.value.alarms === undefined || read === undefined) {
    const why: Phrase = environment.kind === "unknown" ? whyWords(environment.why) : ["not read this time"];
    return [{ kind: "unknown", label: "Alarms", why: [...why, "; AppConfig rolls back if one is in ALARM"] }];
  }
  return alarmFact(read, {
    startedAt: deployment.StartedAt?.getTime(),
    note: ["AppConfig rolls back if one is in ALARM"],
  });
}

function value(label: string, words: Phrase): Fact {
  return { kind: "value", label, value: words };
}
