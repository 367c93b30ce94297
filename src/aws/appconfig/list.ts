/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { AppConfigClient, Environment } from "@aws-sdk/client-appconfig";
import { isTerminal } from "../../handlers/deployment.ts";
import type { System, Telemetry } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { notConfigured } from "../errors.ts";
import { listInProgress } from "../listing.ts";
import { printId } from "./id.ts";
import { isMissing, listApplications, listEnvironments, newestDeployments } from "./reads.ts";
import { phaseOf } from "./state.ts";

/** An environment deploys one configuration at a time; a few more do no harm. */
const newestAtMost = 5;

/** Which environments an application has changes rarely, and is asked once for several sweeps. A new one is known by its events. */
const keptMs = 5 * 60_000;
/** Enough for some thousand applications. */
const maxKept = 5_000;

interface Kept {
  readonly environments: readonly Environment[];
  readonly until: number;
}

export function createList(
  clients: ClientsOf<AppConfigClient>,
  telemetry: Telemetry,
  now: () => number,
): System["list"] {
  const kept = new Map<string, Kept>();

  function keep(key: string, read: Kept): void {
    kept.delete(key);
    kept.set(key, read);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
  }

  return async function list(account, region, wanted) {
    const client = clients.read(account, region);
    if (client === undefined) return notConfigured({ account, region });
    const options = { title: "AppConfig", lastCall: "appconfig:ListDeployments", telemetry };
    return listInProgress(
      { system: "appconfig", account, region },
      options,
      async ({ signal, trying, each }, found) => {
        const environmentsOf = async (application: string): Promise<readonly Environment[]> => {
          const key = `${account} ${region} ${application}`;
          const known = kept.get(key);
          if (known !== undefined && now() < known.until) return known.environments;
          return trying("appconfig:ListEnvironments", async () => {
            const environments = await listEnvironments(client, application, signal);
            keep(key, { environments, until: now() + keptMs });
            return environments;
          });
        };
        const applications = await trying("appconfig:ListApplications", () =>
          listApplications(client, signal),
        );
        // One application after the other: a sweep that is cut off has seen some of them whole.
        await each(applications, async ({ Id: application, Name }) => {
          if (application === undefined) return;
          for (const { Id: environment, Name: name } of await environmentsOf(application)) {
            if (environment === undefined || !wanted(`${Name ?? application}/${name ?? environment}`))
              continue;
            const newest = await trying("appconfig:ListDeployments", () =>
              newestDeployments(client, { application, environment }, newestAtMost, signal).catch(
                (error: unknown) => {
                  if (!isMissing(error)) throw error;
                  // Deleted since its application was asked.
                  kept.delete(`${account} ${region} ${application}`);
                  return [];
                },
              ),
            );
            for (const { DeploymentNumber: number, State } of newest) {
              if (number !== undefined && !isTerminal({ phase: phaseOf(State) }))
                found(printId({ application, environment, number }));
            }
          }
        });
      },
    );
  };
}
