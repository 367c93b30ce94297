/** Converts the targets of a deployment to AWS's responses: instances, a Lambda function, an ECS service. Pure. */
import type { DeploymentTarget, ECSTaskSet, LifecycleEvent } from "@aws-sdk/client-codedeploy";
import { countOf } from "./plan.ts";
import { type DeploymentRecord, hasEnded, type LifecycleRecord, type TargetRecord } from "./records.ts";

export function describedTarget(record: DeploymentRecord, target: TargetRecord): DeploymentTarget {
  const common = {
    deploymentId: record.id,
    targetId: target.id,
    targetArn: target.arn,
    lastUpdatedAt: new Date(target.updatedAt),
    lifecycleEvents: target.events.map(describedEvent),
    status: target.status,
  };
  switch (record.plan.platform) {
    case "ECS":
      return {
        deploymentTargetType: "ECSTarget",
        ecsTarget: { ...common, taskSetsInfo: taskSets(record, target) },
      };
    case "Lambda":
      return { deploymentTargetType: "LambdaTarget", lambdaTarget: { ...common, ...lambdaInfo(record) } };
    case "Server": {
      const label = target.label === undefined ? {} : { instanceLabel: target.label };
      return { deploymentTargetType: "InstanceTarget", instanceTarget: { ...common, ...label } };
    }
  }
}

function describedEvent({ name, status, startedAt, endedAt, diagnostics }: LifecycleRecord): LifecycleEvent {
  return {
    lifecycleEventName: name,
    ...(diagnostics ? { diagnostics: { ...diagnostics } } : {}),
    ...(startedAt === undefined ? {} : { startTime: new Date(startedAt) }),
    ...(endedAt === undefined ? {} : { endTime: new Date(endedAt) }),
    status,
  };
}

function lambdaInfo({ plan, weight }: DeploymentRecord) {
  if (plan.lambda === undefined) return {};
  const { functionName, alias, currentVersion, targetVersion } = plan.lambda;
  return {
    lambdaFunctionInfo: {
      functionName,
      functionAlias: alias,
      currentVersion,
      targetVersion,
      // AWS documents this as a percentage; Lambda's own routing weights are fractions.
      targetVersionWeight: weight,
    },
  };
}

/** The new task set exists from Install on, the old one until the end of the termination wait. */
function taskSets(record: DeploymentRecord, target: TargetRecord): ECSTaskSet[] {
  const { plan, weight, running } = record;
  const desired = countOf(plan);
  const install = target.events.find(({ name }) => name === "Install");
  const hasGreen = install?.startedAt !== undefined || running > 0;
  const hasBlue = record.terminationWait !== "over" && !(record.status === "Succeeded" && !plan.keepOld);
  const broken = hasEnded(record) && record.status !== "Succeeded";
  const primary = weight === 100 ? "green" : "blue";
  const blue: ECSTaskSet = {
    identifer: record.taskSets.blue,
    desiredCount: desired,
    pendingCount: 0,
    runningCount: desired,
    status: primary === "blue" ? "PRIMARY" : "ACTIVE",
    trafficWeight: 100 - weight,
    targetGroup: { name: `${plan.ecs?.service}-blue` },
    taskSetLabel: "Blue",
  };
  const green: ECSTaskSet = {
    identifer: record.taskSets.green,
    desiredCount: desired,
    pendingCount: desired - running,
    runningCount: running,
    status: primary === "green" ? "PRIMARY" : broken ? "DRAINING" : "ACTIVE",
    trafficWeight: weight,
    targetGroup: { name: `${plan.ecs?.service}-green` },
    taskSetLabel: "Green",
  };
  return [...(hasBlue ? [blue] : []), ...(hasGreen ? [green] : [])];
}
