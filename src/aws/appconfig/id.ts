/** The ids of AppConfig deployments. AWS numbers them within their environment and gives them no ARN. */

import type { Ref } from "../../handlers/deployment.ts";

export interface DeploymentId {
  readonly application: string;
  readonly environment: string;
  readonly number: number;
}

export function printId({ application, environment, number }: DeploymentId): string {
  return `${application}/${environment}/${number}`;
}

/** AWS allows several applications or environments of the same name, so this distinguishes them by id. */
export function whichOf({ application, environment }: Omit<DeploymentId, "number">): string {
  return `id ${application}/${environment}`;
}

/** `undefined` if it is not `<application id>/<environment id>/<deployment number>`. */
export function parseId(id: string): DeploymentId | undefined {
  const [, application, environment, number] =
    /^([a-z0-9]{4,7})\/([a-z0-9]{4,7})\/(\d{1,10})$/.exec(id) ?? [];
  if (application === undefined || environment === undefined) return undefined;
  return { application, environment, number: Number(number) };
}

export function consoleUrl({ region }: Ref, { application, environment, number }: DeploymentId): string {
  const path = `applications/${application}/environments/${environment}/deployments/${number}`;
  return `https://${consoleHost(region)}/systems-manager/appconfig/${path}?region=${encodeURIComponent(region)}`;
}

function consoleHost(region: string): string {
  if (region.startsWith("cn-")) return "console.amazonaws.cn";
  if (region.startsWith("us-gov-")) return "console.amazonaws-us-gov.com";
  return `${region}.console.aws.amazon.com`;
}
