/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { ProtonClient } from "@aws-sdk/client-proton";
import type { Ref } from "../../handlers/deployment.ts";
import type { System } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { notConfigured } from "../errors.ts";
import { readTogether } from "../listing.ts";
import { createNaming } from "../naming.ts";
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
import type { Troubles } from "./trouble.ts";

/** A sweep is one look: it has to end before its lease does. */
const deadlineMs = 25_000;

export function createList(clients: ClientsOf<ProtonClient>, troubles: Troubles): System["list"] {
  return async function list(account, region, wanted) {
    const spot = { account, region };
    const proton = clients.read(account, region);
    if (proton === undefined) return notConfigured(spot);
    const getPipeline = readActions["service-pipeline"];

    const naming = createNaming();
    const { found, failed } = await readTogether<Listed>(
      { deadlineMs, lastCall: getPipeline },
      async ({ signal, trying, each }, find) => {
        const read: typeof trying = (call, work) =>
          trying(call, async () => {
            const items = await naming.needed(work);
            troubles.answered(spot, call);
            return items;
          });
        const keep = (listed: Listed): void => {
          const target = targetOf(listed.resource);
          naming.exists({ target, qualifiedTarget: target, which: whichOf(listed.resource) });
          find(listed);
        };
        const lists = [
          await read("proton:ListServiceInstances", () => listInstances(proton, signal, naming.cut)),
          await read("proton:ListEnvironments", () => listEnvironments(proton, signal, naming.cut)),
          await read("proton:ListComponents", () => listComponents(proton, signal, naming.cut)),
        ];
        for (const listed of lists.flat()) if (wanted(targetOf(listed.resource))) keep(listed);
        // No list shows how a pipeline stands: each is a read of its own.
        const services = await read("proton:ListServices", () => listServices(proton, signal, naming.cut));
        await each(
          services.filter((name) => wanted(name)),
          async (serviceName) => {
            const resource = { kind: "service-pipeline", serviceName } as const;
            const standings = await read(getPipeline, async () => [
              await readStanding(proton, resource, signal),
            ]);
            for (const standing of standings) if (standing !== undefined) keep({ resource, standing });
          },
        );
        naming.asked(signal);
      },
    );

    const refs = found.flatMap(({ resource, standing }): Ref[] => {
      const newest = newestOf(standing);
      if (newest === undefined || !isUnderWay(standing.deploymentStatus)) return [];
      return [{ system: "proton", account, region, id: refId(resource, newest) }];
    });
    const trouble = failed && troubles.unreadable(spot, failed.call, failed.error);
    return trouble !== undefined && refs.length === 0
      ? trouble
      : { kind: "listed", refs, ...naming.listed() };
  };
}

function isUnderWay(status: string | undefined): boolean {
  return status === "IN_PROGRESS" || status === "CANCELLING";
}
