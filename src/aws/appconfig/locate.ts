/** Finds the deployment of an AppConfig event. Pure; the event's content is only a claim until AWS is read (P1). */

import type { AwsEvent, Location } from "../../handlers/ports.ts";
import { located, type News, noDeployment, parsed } from "../location.ts";
import { printId } from "./id.ts";
import { DeploymentNews } from "./schema.ts";

/**
 * AWS's event reference and its docs on action points spell the rollback differently, and there is no published sample:
 * accept both.
 */
export const listensTo = [
  {
    source: "aws.appconfig",
    detailTypes: [
      "On Deployment Start",
      "On Deployment Step",
      "On Deployment Baking",
      "On Deployment Complete",
      "On Deployment Rollback",
      "On Deployment Rolled Back",
    ],
  },
] as const;

export function locate(event: AwsEvent): Location {
  const byDetailType = newsOf(event.detailType);
  if (byDetailType === undefined) return noDeployment;
  return parsed(
    "detail",
    DeploymentNews,
    event,
    ({ Type, Application, Environment, DeploymentNumber: number }) => {
      const news = Type === undefined ? byDetailType : newsOf(Type);
      if (news === undefined) return { kind: "ignored", why: "another action point of an extension" };
      const id = printId({ application: Application.Id, environment: Environment.Id, number });
      return located("appconfig", event, id, news);
    },
  );
}

/** The detail type contains spaces and `Type` does not; AWS is inconsistent about their case. */
function newsOf(name: string): News | undefined {
  switch (name.replaceAll(/\s/g, "").toLowerCase()) {
    case "ondeploymentstart":
    case "ondeploymentstep":
    case "ondeploymentbaking":
      return { weight: "progress", claim: { kind: "started" } };
    case "ondeploymentcomplete":
    case "ondeploymentrollback":
    case "ondeploymentrolledback":
      return { weight: "ending", claim: { kind: "ended" } };
    default:
      return undefined;
  }
}
