/** What an ECS event is about. Pure; what it says stays a claim until AWS is read (P1). */

import type { Ref } from "../../handlers/deployment.ts";
import type { AwsEvent, Claim, Located, Location } from "../../handlers/ports.ts";
import { firstIssue } from "../envelope.ts";
import { parseArn, withCluster } from "./arn.ts";
import { type Report, reported } from "./reports.ts";
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
      return { kind: "ignored", why: "no event of a deployment" };
  }
}

/** Every pause that was seen has an id of this form; AWS leaves the type out in some answers. */
export function isPause(hook: { readonly type?: string | undefined; readonly id: string }): boolean {
  return hook.type === "PAUSE" || hook.id.startsWith("ecs-pause");
}

function locateHook(event: AwsEvent): Location {
  const detail = HookStateChange.safeParse(event.detail);
  if (!detail.success) return { kind: "malformed", why: `detail.${firstIssue(detail.error)}` };
  const { eventName, hookId, hookType, serviceDeploymentArn } = detail.data;
  const otherType = hookType !== undefined && !isPause({ type: hookType, id: hookId });
  if (otherType) return { kind: "ignored", why: "a hook that asks no person" };
  return at(event, serviceDeploymentArn, hookNews(eventName, hookId));
}

type News = Pick<Located, "weight"> & {
  readonly claim?: Claim;
  readonly carried?: NonNullable<Located["carried"]>;
};

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
  const detail = DeploymentStateChange.safeParse(event.detail);
  if (!detail.success) return { kind: "malformed", why: `detail.${firstIssue(detail.error)}` };
  return atService(event, detail.data, deploymentNews(detail.data) ?? { weight: "progress" });
}

function deploymentNews(report: Report): News | undefined {
  switch (report.eventName) {
    case "SERVICE_DEPLOYMENT_FAILED":
      return { weight: "incident", claim: { kind: "ended" }, carried: reported(report) };
    case "SERVICE_DEPLOYMENT_COMPLETED":
      return { weight: "ending", claim: { kind: "ended" } };
    case "SERVICE_DEPLOYMENT_IN_PROGRESS":
      return { weight: "progress", claim: { kind: "started" } };
    default:
      return undefined;
  }
}

/** ECS tells the same news of a deployment here too. Warnings are worth a look; steady states come all day long. */
function locateServiceAction(event: AwsEvent): Location {
  const detail = ServiceAction.safeParse(event.detail);
  if (!detail.success) return { kind: "malformed", why: `detail.${firstIssue(detail.error)}` };
  const { eventType } = detail.data;
  const news = deploymentNews(detail.data);
  if (news !== undefined) return atService(event, detail.data, news);
  if (eventType === "WARN" || eventType === "ERROR")
    return atService(event, detail.data, { weight: "incident", carried: reported(detail.data) });
  return { kind: "ignored", why: "changes no deployment" };
}

function atService(
  event: AwsEvent,
  { clusterArn }: { readonly clusterArn?: string | undefined },
  news: News,
): Location {
  const resources = ServiceResources.safeParse(event.resources);
  if (!resources.success) return { kind: "malformed", why: `resources.${firstIssue(resources.error)}` };
  return at(event, withCluster(resources.data[0], clusterArn), news);
}

function at(event: AwsEvent, id: string, news: News): Location {
  const arn = parseArn(id);
  if (arn?.account !== event.account || arn.region !== event.region)
    return { kind: "malformed", why: "account and region of the ARN are not those of the event" };
  const ref: Ref = { system: "ecs", account: event.account, region: event.region, id };
  return { kind: "located", located: { ref, ...news } };
}
