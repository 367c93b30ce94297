/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Listing, Telemetry } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { notConfigured } from "../errors.ts";
import { listInProgress } from "../listing.ts";
import { parseArn } from "./arn.ts";
import { listClusters, listDeployments, listServices } from "./reads.ts";

export type List = (account: string, region: string, wanted: (target: string) => boolean) => Promise<Listing>;

export function createList(clients: ClientsOf<ECSClient>, telemetry: Telemetry): List {
  return async function list(account, region, wanted) {
    const ecs = clients.read(account, region);
    if (ecs === undefined) return notConfigured({ account, region });
    const options = { title: "ECS", lastCall: "ecs:ListServiceDeployments", telemetry };
    return listInProgress(
      { system: "ecs", account, region },
      options,
      async ({ signal, trying, each }, found) => {
        const clusters = await trying("ecs:ListClusters", () => listClusters(ecs, signal));
        const services: string[] = [];
        await each(clusters, async (cluster) => {
          const inCluster = await trying("ecs:ListServices", () => listServices(ecs, cluster, signal));
          services.push(...inCluster.filter((arn) => wanted(parseArn(arn)?.service ?? "")));
        });
        await each(services, async (service) => {
          const deployments = await trying("ecs:ListServiceDeployments", () =>
            listDeployments(ecs, service, "in-progress", signal),
          );
          for (const { serviceDeploymentArn: arn } of deployments) if (arn !== undefined) found(arn);
        });
      },
    );
  };
}
