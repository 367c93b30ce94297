/**
 * Lists deployments in progress and existing resources in one account and region, to find deployments whose events were
 * all lost.
 */

import type { ProtonClient } from "@aws-sdk/client-proton";
import type { Sweep } from "../system.ts";
import {
  type Listed,
  listComponents,
  listEnvironments,
  listInstances,
  listServices,
  readActions,
  readStanding,
} from "./reads.ts";
import { refId, targetOf, whichOf } from "./resource.ts";
import { newestOf } from "./standing.ts";

export async function list({
  client,
  signal,
  trying,
  inTurn,
  wanted,
  naming,
  found,
}: Sweep<ProtonClient>): Promise<void> {
  const read: typeof trying = (call, work) => trying(call, () => naming.needed(work));
  const keep = ({ resource, standing }: Listed): void => {
    const target = targetOf(resource);
    naming.exists({ target, qualifiedTarget: target, which: whichOf(resource) });
    const newest = newestOf(standing);
    if (newest !== undefined && isUnderWay(standing.deploymentStatus)) found(refId(resource, newest));
  };
  const lists = [
    await read("proton:ListServiceInstances", () => listInstances(client, signal, naming.cut)),
    await read("proton:ListEnvironments", () => listEnvironments(client, signal, naming.cut)),
    await read("proton:ListComponents", () => listComponents(client, signal, naming.cut)),
  ];
  for (const listed of lists.flat()) if (wanted(targetOf(listed.resource))) keep(listed);
  // No list includes the state of pipelines: each needs its own read.
  const services = await read("proton:ListServices", () => listServices(client, signal, naming.cut));
  await inTurn(
    services.filter((name) => wanted(name)),
    (name) => name,
    async (serviceName) => {
      const resource = { kind: "service-pipeline", serviceName } as const;
      const standings = await read(readActions["service-pipeline"], async () => [
        await readStanding(client, resource, signal),
      ]);
      for (const standing of standings) if (standing !== undefined) keep({ resource, standing });
    },
  );
  naming.asked(signal);
}

function isUnderWay(status: string | undefined): boolean {
  return status === "IN_PROGRESS" || status === "CANCELLING";
}
