/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import type { System, Telemetry } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { notConfigured } from "../errors.ts";
import { listInProgress } from "../listing.ts";
import { chunks, listRunning, readDeployments } from "./reads.ts";

export function createList(clients: ClientsOf<CodeDeployClient>, telemetry: Telemetry): System["list"] {
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
            const target = applicationName ?? "";
            const qualified = deploymentGroupName === undefined ? target : `${target}/${deploymentGroupName}`;
            if (deploymentId !== undefined && wanted(target, qualified)) found(deploymentId);
          }
        });
      },
    );
  };
}
