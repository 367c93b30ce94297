/** The two EventBridge events that CodeDeploy sends for deployments, in the format of AWS's published samples. */
import type { EventBus } from "../events.ts";
import { arnOf, type DeploymentRecord, type TargetRecord } from "./records.ts";

type DeploymentNews = "QUEUED" | "START" | "READY" | "SUCCESS" | "FAILURE" | "STOP";
type InstanceNews = "START" | "READY" | "SUCCESS" | "FAILURE";

export interface News {
  readonly deployment: (deployment: DeploymentRecord, state: DeploymentNews) => void;
  /** Does nothing for Lambda functions and ECS services, which are not instances. */
  readonly instance: (deployment: DeploymentRecord, target: TargetRecord, state: InstanceNews) => void;
}

export function createNews(bus: EventBus): News {
  const content = ({ id, plan, instanceGroupId }: DeploymentRecord, state: string) => {
    const { account, region, application, group } = plan;
    return {
      source: "aws.codedeploy",
      account,
      region,
      application: arnOf(plan, `application:${application}`),
      group: arnOf(plan, `deploymentgroup:${application}/${group}`),
      detail: { instanceGroupId, region, application, deploymentId: id, state, deploymentGroup: group },
    };
  };
  return {
    deployment: (deployment, state) => {
      const { application, group, ...event } = content(deployment, state);
      bus.emit({
        ...event,
        "detail-type": "CodeDeploy Deployment State-change Notification",
        resources: [application, group],
      });
    },
    instance: (deployment, target, state) => {
      if (deployment.plan.platform !== "Server") return;
      const { application, group, detail, ...event } = content(deployment, state);
      bus.emit({
        ...event,
        "detail-type": "CodeDeploy Instance State-change Notification",
        // AWS's samples have these ARNs in another order here.
        resources: [target.arn, group, application],
        detail: { ...detail, instanceId: target.id },
      });
    },
  };
}
