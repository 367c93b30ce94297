/** The thread's remarks, and the reasons of failures. A remark is described from its stored data alone. */

import { z } from "zod";
import { type Remark, servings } from "../../../handlers/deployment.ts";
import type { Phrase, RemarkWords } from "../../../handlers/words.ts";
import { reportPrefix } from "../facts/reports.ts";
import type { Cause } from "../facts/stored-detail.ts";

export function describeRemark({ name, said }: Remark): RemarkWords {
  const [kind = "", ...rest] = name.split("/");
  const what = rest.join("/");
  if (kind === "status") return describeStatus(what, said);
  if (kind === "stage") return { emoji: "▶️", words: ["stage ", { code: what }] };
  if (kind === "hold") return { emoji: "✋", words: describeHold(said) };
  if (kind === "incident") return describeIncident(what, said);
  if (kind === "impaired") return { emoji: "⚠️", words: ["new tasks fail to start or to stay healthy"] };
  if (name.startsWith(reportPrefix)) return describeReport(what);
  return { emoji: "ℹ️", words: [{ code: name }] };
}

const statuses: ReadonlyMap<string, RemarkWords> = new Map([
  ["PENDING", { emoji: "▶️", words: ["ECS accepted the deployment"] }],
  ["IN_PROGRESS", { emoji: "▶️", words: ["ECS is deploying"] }],
  ["STOP_REQUESTED", { emoji: "⏹️", words: ["ECS was asked to stop this deployment"] }],
  ["STOPPED", { emoji: "⏹️", words: ["ECS stopped this deployment"] }],
  ["ROLLBACK_REQUESTED", { emoji: "⏪", words: ["ECS was asked to roll back"] }],
  ["ROLLBACK_IN_PROGRESS", { emoji: "⏪", words: ["ECS began to roll back"] }],
  ["ROLLBACK_SUCCESSFUL", { emoji: "⏪", words: ["ECS confirmed the rollback"] }],
]);

const servingSaid = z.object({ serving: z.enum(servings) });

function describeStatus(status: string, said: unknown): RemarkWords {
  if (status === "SUCCESSFUL") return describeSuccess(servingSaid.safeParse(said).data?.serving);
  return statuses.get(status) ?? { emoji: "ℹ️", words: ["ECS shows status ", { code: status }] };
}

/** ECS can complete a deployment although nothing shows that the new version works. */
function describeSuccess(serving: (typeof servings)[number] | undefined): RemarkWords {
  if (serving === "new") return { emoji: "✅", words: ["ECS finished: the new version serves"] };
  const none = serving === "none";
  const words = none ? "no task runs, so nothing was proven" : "whether the new version serves was not read";
  return { emoji: "⚠️", words: [`ECS finished: ${words}`] };
}

const stageSaid = z.object({ stage: z.string() });

function describeHold(said: unknown): Phrase {
  const hold = stageSaid.safeParse(said);
  return hold.success
    ? ["waits for an answer at stage ", { code: hold.data.stage }]
    : ["waits for an answer"];
}

const causes: Readonly<Record<Cause | "rollback-failed", string>> = {
  "circuit-breaker": "failed: the circuit breaker was triggered",
  alarm: "an alarm went off",
  hook: "failed: a lifecycle hook reported a failure",
  "hook-timed-out": "failed: a lifecycle hook timed out",
  "timed-out": "nobody answered in time, so ECS rolls back",
  reported: "failed",
  "failed-tasks": "failed: tasks had failed when ECS stopped it; who stopped it was not read",
  rollback: "ECS rolls back",
  "rollback-failed": "the rollback failed",
};
const causeWords: ReadonlyMap<string, string> = new Map(Object.entries(causes));

const alarmSaid = z.object({ alarm: z.string(), more: z.number() });
const failedTasksSaid = z.object({ failedTasks: z.number() });

function describeIncident(cause: string, said: unknown): RemarkWords {
  const alarm = alarmSaid.safeParse(said);
  const failed = failedTasksSaid.safeParse(said);
  const words: Phrase = alarm.success
    ? ["alarm ", { code: alarm.data.alarm }, inAlarm(alarm.data.more)]
    : failed.success
      ? [`failed: ${tasksFailed(failed.data.failedTasks)} when ECS stopped it; who stopped it was not read`]
      : [causeWords.get(cause) ?? "failed"];
  return { emoji: "🚨", words, ...(cause === "rollback" ? { cause: [] } : {}) };
}

/** "3 tasks had failed" */
export function tasksFailed(count: number): string {
  return `${count} ${count === 1 ? "task" : "tasks"} had failed`;
}

function inAlarm(more: number): string {
  return more > 0 ? ` and ${more} more in ALARM` : " in ALARM";
}

const meanings: ReadonlyMap<string, string> = new Map([
  ["SERVICE_TASK_START_IMPAIRED", "new tasks fail to start"],
  ["SERVICE_TASK_PLACEMENT_FAILURE", "new tasks find no place to run"],
  ["SERVICE_TASK_CONFIGURATION_FAILURE", "new tasks can't be configured"],
  ["SERVICE_DISCOVERY_INSTANCE_UNHEALTHY", "service discovery sees an unhealthy task"],
  ["VPC_LATTICE_TARGET_UNHEALTHY", "VPC Lattice sees an unhealthy target"],
]);

function describeReport(eventName: string): RemarkWords {
  const meaning = meanings.get(eventName) ?? "something is wrong with the service";
  return { emoji: "⚠️", words: [`${meaning}: ECS reports `, { code: eventName, atMost: 48 }] };
}
