/** Is it healthy: alarms, then tasks, then traffic. Only what ECS said; what it did not say is not shown as good (P9). */

import type { ServiceDeployment, ServiceRevisionSummary } from "@aws-sdk/client-ecs";
import type { Fact, Phrase } from "../../handlers/deployment.ts";
import { productionPercent, testPercent } from "./stage.ts";

export function healthOf(deployment: ServiceDeployment): readonly Fact[] {
  return [
    ...alarmFact(deployment),
    ...tasksFact(deployment),
    ...trafficFact(deployment),
    ...circuitBreakerFact(deployment),
  ].slice(0, 4);
}

/** ECS watches these alarms itself. It tells which have gone off, not what the others show. */
function alarmFact({ alarms, deploymentConfiguration }: ServiceDeployment): readonly Fact[] {
  const label = "Alarms";
  const configured = deploymentConfiguration?.alarms;
  const names = alarms?.alarmNames ?? configured?.alarmNames ?? [];
  const triggered = alarms?.triggeredAlarmNames ?? [];
  const status: string | undefined = alarms?.status;
  const count = Math.max(names.length, triggered.length);
  if (triggered.length > 0) {
    const more = triggered.length > 1 ? ` and ${triggered.length - 1} more` : "";
    const value: Phrase = [
      `🚨 ${triggered.length} of ${count} in ALARM: `,
      { code: triggered[0] ?? "", atMost: 28 },
      more,
    ];
    return [{ kind: "value", label, value }];
  }
  if (status === "TRIGGERED")
    return [{ kind: "value", label, value: ["🚨 in ALARM, ECS does not say which"] }];
  if (names.length === 0 || status === "DISABLED" || configured?.enable === false) return [];
  if (status === "MONITORING")
    return [{ kind: "value", label, value: [`✅ ECS watches ${count}, none in ALARM`] }];
  if (status === "MONITORING_COMPLETE") {
    return [{ kind: "value", label, value: [`ECS watched ${count}, none went off; it no longer watches`] }];
  }
  const why: Phrase =
    status === undefined
      ? [`ECS does not tell about its ${count}`]
      : ["ECS says ", { code: status, atMost: 24 }, ` about its ${count}`];
  return [{ kind: "unknown", label, why }];
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

/** Several old revisions run when a deployment replaces one that was still under way. */
function tasks(revisions: readonly ServiceRevisionSummary[]): string {
  const sum = (count: (revision: ServiceRevisionSummary) => number | undefined): number =>
    revisions.reduce((total, revision) => total + (count(revision) ?? 0), 0);
  return `${sum((revision) => revision.runningTaskCount)} of ${sum((revision) => revision.requestedTaskCount)}`;
}

function trafficFact(deployment: ServiceDeployment): readonly Fact[] {
  const [production, test] = [productionPercent(deployment), testPercent(deployment)];
  const parts = [
    ...(production === undefined ? [] : [`production ${share(production)}`]),
    ...(test === undefined ? [] : [`test ${share(test)}`]),
  ];
  return parts.length === 0 ? [] : [{ kind: "value", label: "Traffic", value: [parts.join(", ")] }];
}

function share(onNew: number): string {
  if (onNew === 0) return "100% old";
  return onNew === 100 ? "100% new" : `${onNew}% new`;
}

/** Silence is its normal state: it gets a line when tasks have failed. */
function circuitBreakerFact({ deploymentCircuitBreaker }: ServiceDeployment): readonly Fact[] {
  const { status, failureCount = 0, threshold } = deploymentCircuitBreaker ?? {};
  if (failureCount === 0 && status !== "TRIGGERED") return [];
  const of = threshold === undefined ? "" : `, acts at ${threshold}`;
  const gone = status === "TRIGGERED" ? "🚨 triggered: " : "⚠️ ";
  const words = `${gone}${failureCount} failed ${failureCount === 1 ? "task" : "tasks"}${of}`;
  return [{ kind: "value", label: "Circuit breaker", value: [words] }];
}
