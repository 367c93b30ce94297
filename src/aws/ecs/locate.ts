/** Finds the deployment of an ECS event. Pure; the event's content is only a claim until AWS is read (P1). */

import type { AwsEvent, Location } from "../../handlers/ports.ts";
import { elsewhere, isIn, located, type News, noDeployment, parsed } from "../location.ts";
import { parseArn, withCluster } from "./arn.ts";
import { printReport, type Report } from "./facts/reports.ts";
import { DeploymentStateChange, HookStateChange, ServiceAction, ServiceResources } from "./schema.ts";

export const listensTo = [
  {
    source: "aws.ecs",
    detailTypes: ["ECS Hook State Change", "ECS Deployment State Change", "ECS Service Action"],
  },
] as const;

export function locate(event: AwsEvent): Location {
  switch (event.detailType) {
    case "ECS Hook State Change":
      return locateHook(event);
    case "ECS Deployment State Change":
      return locateDeployment(event);
    case "ECS Service Action":
      return locateServiceAction(event);
    default:
      return noDeployment;
  }
}

/** All pauses observed so far have an id of this form; some responses leave out the type. */
export function isPause(hook: { readonly type?: string | undefined; readonly id: string }): boolean {
  return hook.type === "PAUSE" || hook.id.startsWith("ecs-pause");
}

function locateHook(event: AwsEvent): Location {
  return parsed("detail", HookStateChange, event, ({ eventName, hookId, hookType, serviceDeploymentArn }) => {
    const otherType = hookType !== undefined && !isPause({ type: hookType, id: hookId });
    if (otherType) return { kind: "ignored", why: "a hook that asks no person" };
    return at(event, serviceDeploymentArn, hookNews(eventName, hookId));
  });
}

function hookNews(eventName: string, holdId: string): News {
  switch (eventName) {
    case "HOOK_AWAITING_ACTION":
      return { weight: "person", claim: { kind: "hold", holdId } };
    case "HOOK_SUCCEEDED":
    case "HOOK_FAILED":
    case "HOOK_TIMED_OUT":
      return { weight: "ending", claim: { kind: "answered", holdId } };
    default:
      return { weight: "progress" };
  }
}

function locateDeployment(event: AwsEvent): Location {
  return parsed("detail", DeploymentStateChange, event, (detail) =>
    atService(event, detail, deploymentNews({ ...detail, at: detail.updatedAt }) ?? { weight: "progress" }),
  );
}

/** A report whose event may have no time of its own. */
type Told = Omit<Report, "at"> & { readonly at: Report["at"] | undefined };

function deploymentNews({ at, ...report }: Told): News | undefined {
  switch (report.eventName) {
    case "SERVICE_DEPLOYMENT_FAILED":
      return {
        ...{ weight: "incident", claim: { kind: "ended" } },
        // Without its own time it can't be assigned to one of the service's deployments.
        ...(at === undefined ? {} : { carried: printReport({ ...report, at }) }),
      };
    case "SERVICE_DEPLOYMENT_COMPLETED":
      return { weight: "ending", claim: { kind: "ended" } };
    case "SERVICE_DEPLOYMENT_IN_PROGRESS":
      return { weight: "progress", claim: { kind: "started" } };
    default:
      return undefined;
  }
}

/**
 * ECS sends the deployment events under this type too. Warnings and errors are worth a read; steady-state events arrive
 * all day.
 */
function locateServiceAction(event: AwsEvent): Location {
  return parsed("detail", ServiceAction, event, (detail) => {
    const { createdAt: at } = detail;
    const news = deploymentNews({ ...detail, at });
    if (news !== undefined) return atService(event, detail, news);
    if (detail.eventType === "WARN" || detail.eventType === "ERROR")
      return atService(event, detail, {
        weight: "incident",
        carried: printReport({ ...detail, at: at ?? event.time }),
      });
    return { kind: "ignored", why: "changes no deployment" };
  });
}

function atService(
  event: AwsEvent,
  { clusterArn }: { readonly clusterArn?: string | undefined },
  news: News,
): Location {
  return parsed("resources", ServiceResources, event, ([arn]) =>
    at(event, withCluster(arn, clusterArn), news),
  );
}

function at(event: AwsEvent, id: string, news: News): Location {
  return isIn(event, parseArn(id) ?? {}) ? located("ecs", event, id, news) : elsewhere;
}
