/**
 * Lists deployments in progress and existing deployment groups in one account and region, to find deployments whose
 * events were all lost.
 */

import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { createKeptLists } from "../kept-lists.ts";
import type { Sweep } from "../system.ts";
import {
  chunks,
  listApplications,
  listDeploymentGroups,
  listRunning,
  readDeployments,
} from "./read/calls.ts";

export function createList(now: () => number): (sweep: Sweep<CodeDeployClient>) => Promise<void> {
  const kept = createKeptLists<string>(now);

  return async function list({
    client,
    account,
    region,
    signal,
    trying,
    each,
    inTurn,
    wanted,
    naming,
    found,
  }) {
    const ids = await trying("codedeploy:ListDeployments", () => listRunning(client, signal));
    await each(chunks(ids), async (some) => {
      const infos = await trying("codedeploy:BatchGetDeployments", () =>
        readDeployments(client, some, signal),
      );
      for (const { deploymentId, applicationName, deploymentGroupName } of infos) {
        const target = applicationName ?? "";
        const qualified = deploymentGroupName === undefined ? target : `${target}/${deploymentGroupName}`;
        if (deploymentId !== undefined && wanted(target, qualified)) found(deploymentId);
      }
    });

    const applications = await trying("codedeploy:ListApplications", () =>
      naming.needed((onCut) => listApplications(client, signal, onCut)),
    );
    const keyOf = (application: string) => `${account} ${region} ${application}`;
    const name = (application: string, groups: readonly string[]): void => {
      for (const group of groups) {
        const qualifiedTarget = `${application}/${group}`;
        if (wanted(application, qualifiedTarget)) naming.exists({ target: application, qualifiedTarget });
      }
    };
    const askedForAll = (): void => {
      if (kept.knowsAll(applications.map(keyOf))) naming.asked(signal);
    };
    for (const application of applications) name(application, kept.known(keyOf(application)) ?? []);
    askedForAll();
    const due = applications.filter((application) => kept.fresh(keyOf(application)) === undefined);
    await inTurn(
      due,
      (application) => application,
      async (application) => {
        await trying("codedeploy:ListDeploymentGroups", async () => {
          const groups = await listDeploymentGroups(client, application, signal, naming.cut);
          kept.keep(keyOf(application), groups);
          name(application, groups);
          return groups;
        });
      },
    );
    askedForAll();
  };
}
