/**
 * Lists deployments in progress and existing environments in one account and region, to find deployments whose events
 * were all lost.
 */

import type { AppConfigClient, Application, Environment } from "@aws-sdk/client-appconfig";
import { isTerminal } from "../../handlers/deployment.ts";
import { qualify } from "../../handlers/names/names.ts";
import { createKeptLists } from "../kept-lists.ts";
import type { Sweep } from "../system.ts";
import { phaseOf } from "./facts/state.ts";
import { printId, whichOf } from "./id.ts";
import { isMissing, listApplications, listEnvironments, newestDeployments } from "./reads.ts";

/** An environment has one deployment in progress at a time; a few more do no harm. */
const newestAtMost = 5;

export function createList(now: () => number): (sweep: Sweep<AppConfigClient>) => Promise<void> {
  const kept = createKeptLists<Environment>(now);

  return async function list({ client, account, region, signal, trying, inTurn, wanted, naming, found }) {
    const applications = await trying("appconfig:ListApplications", () =>
      naming.needed((onCut) => listApplications(client, signal, onCut)),
    );
    const ids = applications.flatMap(({ Id }) => Id ?? []);
    const keyOf = (application: string) => `${account} ${region} ${application}`;
    const askedForAll = (): void => {
      if (kept.knowsAll(ids.map(keyOf))) naming.asked(signal);
    };
    /** The environments that a route matches. */
    const shown = ({ Id = "", Name = Id }: Application, environments: readonly Environment[]) =>
      environments.flatMap(({ Id: environment, Name: name = environment }) => {
        const target = `${Name}/${name}`;
        const qualifiedTarget = qualify(Name, name ?? "");
        if (environment === undefined || !wanted(target, qualifiedTarget)) return [];
        naming.exists({ target, qualifiedTarget, which: whichOf({ application: Id, environment }) });
        return [environment];
      });
    const environmentsOf = async (application: string): Promise<readonly Environment[]> =>
      kept.fresh(keyOf(application)) ??
      trying("appconfig:ListEnvironments", async () => {
        const environments = await listEnvironments(client, application, signal, naming.cut);
        kept.keep(keyOf(application), environments);
        return environments;
      });
    for (const application of applications) shown(application, kept.known(keyOf(application.Id ?? "")) ?? []);
    askedForAll();
    // One application after the other, so that a sweep that is cut off has read some of them completely.
    const keyed = applications.flatMap(({ Id: id, ...names }) =>
      id === undefined ? [] : [{ ...names, Id: id }],
    );
    await inTurn(
      keyed,
      ({ Id }) => Id,
      async (itsNames) => {
        const { Id: application } = itsNames;
        for (const environment of shown(itsNames, await environmentsOf(application))) {
          const newest = await trying("appconfig:ListDeployments", () =>
            newestDeployments(client, { application, environment }, newestAtMost, signal).catch(
              (error: unknown) => {
                if (!isMissing(error)) throw error;
                // Deleted since its application's environments were listed.
                kept.forget(keyOf(application));
                return [];
              },
            ),
          );
          for (const { DeploymentNumber: number, State } of newest) {
            if (number !== undefined && !isTerminal({ phase: phaseOf(State) }))
              found(printId({ application, environment, number }));
          }
        }
        askedForAll();
      },
    );
  };
}
