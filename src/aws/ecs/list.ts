/**
 * Lists existing services and their deployments in progress in one account and region, to find deployments whose events
 * were all lost.
 */

import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Sweep } from "../system.ts";
import { parseArn, qualifiedName, withCluster } from "./arn.ts";
import { listClusters, listDeployments, listServices } from "./reads.ts";

export async function list({
  client,
  signal,
  trying,
  each,
  wanted,
  naming,
  found,
}: Sweep<ECSClient>): Promise<void> {
  const clusters = await trying("ecs:ListClusters", () =>
    naming.needed((onCut) => listClusters(client, signal, onCut)),
  );
  const services: string[] = [];
  await each(clusters, async (cluster) => {
    const inCluster = await trying("ecs:ListServices", () =>
      naming.needed((onCut) => listServices(client, cluster, signal, onCut)),
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
      listDeployments(client, service, "in-progress", signal),
    );
    for (const { serviceDeploymentArn: arn } of deployments) if (arn !== undefined) found(arn);
  });
}
