/**
 * The environments whose latest deployment used a strategy. AppConfig has no such list, and its lists of deployments
 * don't include the strategy, so the latest deployment of each environment is read.
 */

import type { AppConfigClient } from "@aws-sdk/client-appconfig";
import { isTerminal } from "../../../handlers/deployment.ts";
import type { Strategies, StrategyUse } from "../../../handlers/strategy/strategy.ts";
import type { ClientsOf } from "../../client/clients.ts";
import { notConfigured } from "../../client/errors.ts";
import { whyText } from "../../client/why.ts";
import { readTogether } from "../../listing.ts";
import { phaseOf } from "../facts/state.ts";
import {
  type InEnvironment,
  listApplications,
  listEnvironments,
  newestDeployments,
  readDeployment,
} from "../reads.ts";

interface Place extends InEnvironment {
  readonly names: Pick<StrategyUse, "application" | "environment">;
}

export function createUses(clients: ClientsOf<AppConfigClient>): Strategies["uses"] {
  return async function uses({ account, region, id }) {
    const client = clients.read(account, region);
    if (client === undefined) return notConfigured({ account, region });
    let environments = 0;
    // A person is waiting, so the deadline is that of a mutating call.
    const options = { deadlineMs: clients.callTimeoutMs, lastCall: "appconfig:GetDeployment" };
    const { found, failed } = await readTogether<StrategyUse>(
      options,
      async ({ signal, trying, each }, use) => {
        const places: Place[] = [];
        const applications = await trying("appconfig:ListApplications", () =>
          listApplications(client, signal),
        );
        await each(applications, async ({ Id: application, Name: applicationName }) => {
          if (application === undefined) return;
          const inApplication = await trying("appconfig:ListEnvironments", () =>
            listEnvironments(client, application, signal),
          );
          for (const { Id: environment, Name: environmentName } of inApplication) {
            if (environment === undefined) continue;
            places.push({
              application,
              environment,
              names: {
                application: applicationName ?? application,
                environment: environmentName ?? environment,
              },
            });
          }
        });
        environments = places.length;
        await each(places, async (place) => {
          const newest = await trying("appconfig:ListDeployments", () =>
            newestDeployments(client, place, 1, signal),
          );
          const number = newest[0]?.DeploymentNumber;
          if (number === undefined) return;
          const deployments = await trying("appconfig:GetDeployment", async () => [
            await readDeployment(client, { ...place, number }, signal),
          ]);
          for (const { DeploymentStrategyId, StartedAt, State } of deployments) {
            if (DeploymentStrategyId !== id) continue;
            use({
              ...place.names,
              deploymentNumber: number,
              startedAt: StartedAt,
              running: !isTerminal({ phase: phaseOf(State) }),
            });
          }
        });
      },
    );
    if (failed !== undefined && environments === 0)
      return { kind: "unreadable", why: whyText(failed.error, failed.call), cause: failed.error };
    const named = found.toSorted((a, b) => (label(a) < label(b) ? -1 : 1));
    return { kind: "read", value: { uses: named, complete: failed === undefined } };
  };
}

function label({ application, environment }: StrategyUse): string {
  return `${application}/${environment}`;
}
