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
    const options = { title: "ECS", lastCall: "ecs:ListServiceDeployments", telemetry };
    return listInProgress(
      { system: "ecs", account, region },
      options,
      async ({ signal, trying, each, naming }, found) => {
        const clusters = await trying("ecs:ListClusters", () =>
          naming.needed((onCut) => listClusters(ecs, signal, onCut)),
        );
        const services: string[] = [];
        await each(clusters, async (cluster) => {
          const inCluster = await trying("ecs:ListServices", () =>
            naming.needed((onCut) => listServices(ecs, cluster, signal, onCut)),
          );
          for (const service of inCluster.map((arn) => withCluster(arn, cluster))) {
            const arn = parseArn(service);
            if (arn === undefined) continue;
            const names = { target: arn.service, qualifiedTarget: qualifiedName(arn) ?? arn.service };
            if (!wanted(names.target, names.qualifiedTarget)) continue;
            naming.exists(names);
            services.push(service);
          }
        });
        naming.asked(signal);
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
