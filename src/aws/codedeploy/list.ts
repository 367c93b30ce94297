/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { Listing, Telemetry } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { notConfigured } from "../errors.ts";
import { listInProgress } from "../listing.ts";
import { chunks, listRunning, readDeployments } from "./reads.ts";

export type List = (account: string, region: string, wanted: (target: string) => boolean) => Promise<Listing>;

export function createList(clients: ClientsOf<CodeDeployClient>, telemetry: Telemetry): List {
  return async function list(account, region, wanted) {
    const codedeploy = clients.read(account, region);
    if (codedeploy === undefined) return notConfigured({ account, region });
    const options = { title: "CodeDeploy", lastCall: "codedeploy:BatchGetDeployments", telemetry };
    return listInProgress(
      { system: "codedeploy", account, region },
      options,
      async ({ signal, trying, each }, found) => {
        const ids = await trying("codedeploy:ListDeployments", () => listRunning(codedeploy, signal));
        await each(chunks(ids), async (some) => {
          const infos = await trying("codedeploy:BatchGetDeployments", () =>
            readDeployments(codedeploy, some, signal),
          );
          for (const { deploymentId, applicationName, deploymentGroupName } of infos) {
            const names = [applicationName, deploymentGroupName].filter((name) => name !== undefined);
            if (deploymentId !== undefined && wanted(names.join("/"))) found(deploymentId);
          }
        });
      },
    );
  };
}
