/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { AppConfigClient } from "@aws-sdk/client-appconfig";
import { isTerminal } from "../../handlers/deployment.ts";
import type { System, Telemetry } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { listInProgress } from "../listing.ts";
import { printId } from "./id.ts";
import { type InEnvironment, listApplications, listEnvironments, newestDeployments } from "./reads.ts";
import { phaseOf } from "./state.ts";

/** An environment deploys one configuration at a time; a few more do no harm. */
const newestAtMost = 5;

export function createList(clients: ClientsOf<AppConfigClient>, telemetry: Telemetry): System["list"] {
  return async function list(account, region, wanted) {
    const client = clients.read(account, region);
    if (client === undefined) {
      const why = `account ${account} in ${region} is not configured`;
      return { kind: "unreadable", why, cause: new Error(why) };
    }
    const options = { title: "AppConfig", lastCall: "appconfig:ListDeployments", telemetry };
    return listInProgress(
      { system: "appconfig", account, region },
      options,
      async ({ signal, trying, each }, found) => {
        const environments: InEnvironment[] = [];
        const applications = await trying("appconfig:ListApplications", () =>
          listApplications(client, signal),
        );
        await each(applications, async ({ Id: application, Name }) => {
          if (application === undefined) return;
          const inApplication = await trying("appconfig:ListEnvironments", () =>
            listEnvironments(client, application, signal),
          );
          for (const { Id: environment, Name: name } of inApplication) {
            const target = `${Name ?? application}/${name ?? environment}`;
            if (environment !== undefined && wanted(target)) environments.push({ application, environment });
          }
        });
        await each(environments, async (environment) => {
          const newest = await trying("appconfig:ListDeployments", () =>
            newestDeployments(client, environment, newestAtMost, signal),
          );
          for (const { DeploymentNumber: number, State } of newest) {
            if (number !== undefined && !isTerminal({ phase: phaseOf(State) }))
              found(printId({ ...environment, number }));
          }
        });
      },
    );
  };
}
