/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { ECSClient } from "@aws-sdk/client-ecs";
import type { System, Telemetry } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { notConfigured } from "../errors.ts";
import { listInProgress } from "../listing.ts";
import { parseArn, qualifiedName, withCluster } from "./arn.ts";
import { listClusters, listDeployments, listServices } from "./reads.ts";

export function createList(clients: ClientsOf<ECSClient>, telemetry: Telemetry): System["list"] {
  return async function list(account, region, wanted) {
    const ecs = clients.read(account, region);
    if (ecs === undefined) return notConfigured({ account, region });
    const isWanted = (serviceArn: string): boolean => {
      const arn = parseArn(serviceArn);
      return arn !== undefined && wanted(arn.service, qualifiedName(arn));
    };
    const options = { title: "ECS", lastCall: "ecs:ListServiceDeployments", telemetry };
    return listInProgress(
      { system: "ecs", account, region },
      options,
      async ({ signal, trying, each }, found) => {
        const clusters = await trying("ecs:ListClusters", () => listClusters(ecs, signal));
        const services: string[] = [];
        await each(clusters, async (cluster) => {
          const inCluster = await trying("ecs:ListServices", () => listServices(ecs, cluster, signal));
          services.push(...inCluster.map((arn) => withCluster(arn, cluster)).filter(isWanted));
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
