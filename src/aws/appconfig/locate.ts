/** What an AppConfig event is about. Pure; what it says stays a claim until AWS is read (P1). */

import type { Ref } from "../../handlers/deployment.ts";
import type { AwsEvent, Located, Location } from "../../handlers/ports.ts";
import { firstIssue } from "../envelope.ts";
import { printId } from "./id.ts";
import { DeploymentNews } from "./schema.ts";

/** AWS's reference and its action points spell the rollback differently, and it publishes no sample: both are taken. */
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
  if (byDetailType === undefined) return { kind: "ignored", why: "no event of a deployment" };
  const detail = DeploymentNews.safeParse(event.detail);
  if (!detail.success) return { kind: "malformed", why: `detail.${firstIssue(detail.error)}` };
  const { Type, Application, Environment, DeploymentNumber: number } = detail.data;
  const news = Type === undefined ? byDetailType : newsOf(Type);
  if (news === undefined) return { kind: "ignored", why: "another action point of an extension" };
  const { account, region } = event;
  const id = printId({ application: Application.Id, environment: Environment.Id, number });
  const ref: Ref = { system: "appconfig", account, region, id };
  return { kind: "located", located: { ref, ...news } };
}

type News = Pick<Located, "weight" | "claim">;

/** The detail type has spaces and `Type` has none; AWS does not always write both in the same case. */
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
