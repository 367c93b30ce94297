/**
 * Health facts: alarms, tasks, traffic, circuit breaker. Only what AWS returned; nothing that is missing is shown as
 * good (P9).
 */

import type { Fact, Phrase } from "../../../handlers/words.ts";
import { alarmFact } from "../../alarm-fact.ts";
import type { AlarmReading } from "../../alarms.ts";
import { describeCount } from "../../counts.ts";
import { productionPercent, testPercent } from "../facts/stage.ts";
import type { RevisionSummary, ServiceDeployment, StoredDetail } from "../facts/stored-detail.ts";
import { alarmsOf, areAlarmsOff } from "../facts/watched.ts";

export function healthFacts({ deployment, alarms }: StoredDetail): readonly Fact[] {
  return [
    ...alarmsFact(deployment, alarms),
    ...tasksFact(deployment),
    ...trafficFact(deployment),
    ...circuitBreakerFact(deployment),
  ].slice(0, 4);
}

/**
 * ECS returns only alarms that went off since the deployment began and leaves out those in ALARM before; CloudWatch has
 * the rest.
 */
function alarmsFact(
  deployment: ServiceDeployment,
  read: readonly AlarmReading[] | undefined,
): readonly Fact[] {
  const label = "Alarms";
  const { alarms, startedAt, createdAt } = deployment;
  const names = alarmsOf(deployment);
  const wentOff = alarms?.triggeredAlarmNames ?? [];
  const status: string | undefined = alarms?.status;
  const count = new Set([...names, ...wentOff]).size;
  if (wentOff.length === 0) {
    if (count > 0 && areAlarmsOff(deployment))
      return [{ kind: "value", label, value: [`switched off: ECS does not watch ${counted(names)}`] }];
    if (status === "TRIGGERED")
      return [{ kind: "value", label, value: ["🚨 one went off, ECS does not say which"] }];
    if (status === "MONITORING_COMPLETE" && read === undefined) {
      const value: Phrase = [`ECS watched ${count}, none went off; it no longer watches`];
      return [{ kind: "value", label, value }];
    }
    if (count > 0 && read === undefined) return [{ kind: "unknown", label, why: ecsSays(status, count) }];
  }
  return alarmFact(read ?? [], {
    startedAt: startedAt ?? createdAt,
    count,
    wentOff,
    otherwise: ecsSays(status, count),
    ...(status === "MONITORING_COMPLETE" ? { note: ["ECS no longer watches"] } : {}),
  });
}

function ecsSays(status: string | undefined, count: number): Phrase {
  if (status === undefined) return [`ECS does not tell about its ${count}`];
  const none = status === "MONITORING" || status === "MONITORING_COMPLETE";
  if (none) return [`ECS watches ${count}, none went off since it began`];
  return ["ECS says ", { code: status, atMost: 24 }, ` about its ${count}`];
}

function counted({ length }: readonly string[]): string {
  return length === 1 ? "its alarm" : `its ${length} alarms`;
}

function tasksFact({
  sourceServiceRevisions = [],
  targetServiceRevision,
}: ServiceDeployment): readonly Fact[] {
  const sides = [
    ...(sourceServiceRevisions.length > 0 ? [`old ${tasks(sourceServiceRevisions)}`] : []),
    ...(targetServiceRevision === undefined ? [] : [`new ${tasks([targetServiceRevision])}`]),
  ];
  return sides.length === 0 ? [] : [{ kind: "value", label: "Tasks running", value: [sides.join(", ")] }];
}

/** Several old revisions run if a deployment replaces one in progress. */
function tasks(revisions: readonly RevisionSummary[]): string {
  const running = sum(revisions.map(({ runningTaskCount }) => runningTaskCount));
  const requested = sum(revisions.map(({ requestedTaskCount }) => requestedTaskCount));
  return describeCount(running, requested);
}

/** Undefined if any count is missing. */
function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce(
    (total, count) => (total === undefined || count === undefined ? undefined : total + count),
    0,
  );
}

function trafficFact(deployment: ServiceDeployment): readonly Fact[] {
  const [production, test] = [productionPercent(deployment), testPercent(deployment)];
  const hasOld = (deployment.sourceServiceRevisions ?? []).length > 0;
  const parts = [
    ...(production === undefined ? [] : [`production ${share(production, hasOld)}`]),
    ...(test === undefined ? [] : [`test ${share(test, hasOld)}`]),
  ];
  return parts.length === 0 ? [] : [{ kind: "value", label: "Traffic", value: [parts.join(", ")] }];
}

function share(onNew: number, hasOld: boolean): string {
  if (onNew === 0 && hasOld) return "100% old";
  return onNew === 100 ? "100% new" : `${onNew}% new`;
}

/** Shown only if tasks have failed; normally there is nothing to report. */
function circuitBreakerFact({ deploymentCircuitBreaker }: ServiceDeployment): readonly Fact[] {
  const { status, failureCount = 0, threshold } = deploymentCircuitBreaker ?? {};
  if (failureCount === 0 && status !== "TRIGGERED") return [];
  const of = threshold === undefined ? "" : `, acts at ${threshold}`;
  const gone = status === "TRIGGERED" ? "🚨 triggered: " : "⚠️ ";
  const words = `${gone}${failureCount} failed ${failureCount === 1 ? "task" : "tasks"}${of}`;
  return [{ kind: "value", label: "Circuit breaker", value: [words] }];
}
