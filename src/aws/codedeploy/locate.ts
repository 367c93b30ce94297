/** What an event is about. Pure; what it says stays a claim until AWS is read (P1). */

import type { Ref } from "../../handlers/deployment.ts";
import type { AwsEvent, Located, Location } from "../../handlers/ports.ts";
import { firstIssue } from "../envelope.ts";
import { carriedHook, carriedReady } from "./carried.ts";
import { hookEventDetail, hookEventDetailType, hookEventSource } from "./hook-event.ts";
import { StateChange } from "./schema.ts";
import { readyWait } from "./waits.ts";

const deploymentChange = "CodeDeploy Deployment State-change Notification";
const instanceChange = "CodeDeploy Instance State-change Notification";

export const listensTo = [
  { source: "aws.codedeploy", detailTypes: [deploymentChange, instanceChange] },
  { source: hookEventSource, detailTypes: [hookEventDetailType] },
] as const;

export function locate(event: AwsEvent): Location {
  if (event.source === hookEventSource) {
    return event.detailType === hookEventDetailType ? locateHook(event) : notOurs;
  }
  switch (event.detailType) {
    case deploymentChange:
      return locateChange(event, deploymentNews);
    case instanceChange:
      // What becomes of one instance says nothing about the deployment; its figures are worth a look.
      return locateChange(event, () => ({ weight: "progress", unhurried: true }));
    default:
      return notOurs;
  }
}

const notOurs: Location = { kind: "ignored", why: "no event of a deployment" };

type News = Omit<Located, "ref">;

function deploymentNews(state: string, { time }: AwsEvent): News {
  switch (state) {
    case "READY":
      return {
        weight: "person",
        claim: { kind: "hold", holdId: readyWait },
        carried: carriedReady(time),
      };
    case "SUCCESS":
    case "STOP":
      return { weight: "ending", claim: { kind: "ended" } };
    case "FAILURE":
      return { weight: "incident", claim: { kind: "ended" } };
    case "START":
    case "QUEUED":
      return { weight: "progress", claim: { kind: "started" } };
    default:
      return { weight: "progress" };
  }
}

function locateChange(event: AwsEvent, news: (state: string, event: AwsEvent) => News): Location {
  const detail = StateChange.safeParse(event.detail);
  if (!detail.success) return { kind: "malformed", why: `detail.${firstIssue(detail.error)}` };
  const { deploymentId, region, state } = detail.data;
  if (region !== undefined && region !== event.region)
    return { kind: "malformed", why: "the region of the detail is not that of the event" };
  return at(event, deploymentId, news(state, event));
}

function locateHook(event: AwsEvent): Location {
  const detail = hookEventDetail.safeParse(event.detail);
  if (!detail.success) return { kind: "malformed", why: `detail.${firstIssue(detail.error)}` };
  return at(event, detail.data.deploymentId, {
    weight: "person",
    claim: { kind: "hold", holdId: detail.data.lifecycleEventHookExecutionId },
    carried: carriedHook(detail.data, event.time),
  });
}

function at({ account, region }: AwsEvent, id: string, news: News): Location {
  const ref: Ref = { system: "codedeploy", account, region, id };
  return { kind: "located", located: { ref, ...news } };
}
