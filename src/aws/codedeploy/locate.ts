/** Finds the deployment of an event. Pure; the event's content is only a claim until AWS is read (P1). */

import type { AwsEvent, Location } from "../../handlers/ports.ts";
import { located, type News, noDeployment, parsed } from "../location.ts";
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
    return event.detailType === hookEventDetailType ? locateHook(event) : noDeployment;
  }
  switch (event.detailType) {
    case deploymentChange:
      return locateChange(event, deploymentNews);
    case instanceChange:
      // An instance's state does not determine the deployment's, but its figures have changed: read it, at low
      // priority.
      return locateChange(event, () => ({ weight: "progress", unhurried: true }));
    default:
      return noDeployment;
  }
}

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
  return parsed("detail", StateChange, event, ({ deploymentId, region, state }) =>
    region !== undefined && region !== event.region
      ? { kind: "malformed", why: "the region of the detail is not that of the event" }
      : located("codedeploy", event, deploymentId, news(state, event)),
  );
}

function locateHook(event: AwsEvent): Location {
  return parsed("detail", hookEventDetail, event, (detail) =>
    located("codedeploy", event, detail.deploymentId, {
      weight: "person",
      claim: { kind: "hold", holdId: detail.lifecycleEventHookExecutionId },
      carried: carriedHook(detail, event.time),
    }),
  );
}
