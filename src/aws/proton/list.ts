/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { ProtonClient } from "@aws-sdk/client-proton";
import type { Ref } from "../../handlers/deployment.ts";
import type { Listing } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import {
  type Listed,
  listComponents,
  listEnvironments,
  listInstances,
  listServices,
  readActions,
  readStanding,
} from "./reads.ts";
import { refId, targetOf } from "./resource.ts";
import { newestOf } from "./standing.ts";
import { notConfigured, type Troubles, type Unreadable } from "./trouble.ts";

/** Each pipeline is a read of its own, because no list shows them. Proton's rate limits are not published. */
const concurrency = 4;
/** A sweep is one look: it has to end before its lease does. */
const listDeadlineMs = 25_000;

export type List = (account: string, region: string, wanted: (target: string) => boolean) => Promise<Listing>;

/** Runs one read. A read that fails is noted and counts as empty, so that the others still tell what they know. */
type Trying = <Item>(call: string, read: () => Promise<readonly Item[]>) => Promise<readonly Item[]>;

export function createList(clients: ClientsOf<ProtonClient>, troubles: Troubles): List {
  return async function list(account, region, wanted) {
    const spot = { account, region };
    const proton = clients.read(account, region);
    if (proton === undefined) return notConfigured(spot);
    const found = new Set<string>();
    let failed: Unreadable | undefined;

    const trying: Trying = async (call, read) => {
      try {
        const items = await read();
        troubles.answered(spot, call);
        return items;
      } catch (error) {
        const trouble = troubles.unreadable(spot, call, error);
        failed ??= trouble;
        return [];
      }
    };
    const keep = (listed: readonly Listed[]): void => {
      for (const { resource, standing } of listed) {
        const newest = newestOf(standing);
        if (newest !== undefined && isUnderWay(standing.deploymentStatus) && wanted(targetOf(resource)))
          found.add(refId(resource, newest));
      }
    };

    const lists = async (signal: AbortSignal): Promise<void> => {
      keep(await trying("proton:ListServiceInstances", () => listInstances(proton, signal)));
      keep(await trying("proton:ListEnvironments", () => listEnvironments(proton, signal)));
      keep(await trying("proton:ListComponents", () => listComponents(proton, signal)));
      await eachPipeline(proton, trying, wanted, signal, keep);
    };
    await within(listDeadlineMs, lists).catch((error: unknown) => {
      failed ??= troubles.unreadable(spot, "proton:ListServices", error);
    });

    if (failed !== undefined && found.size === 0) return failed;
    const refs = [...found].map((id): Ref => ({ system: "proton", account, region, id }));
    return { kind: "listed", refs };
  };
}

async function eachPipeline(
  proton: ProtonClient,
  trying: Trying,
  wanted: (target: string) => boolean,
  signal: AbortSignal,
  keep: (listed: readonly Listed[]) => void,
): Promise<void> {
  const names = await trying("proton:ListServices", () => listServices(proton, signal));
  // A sweep that runs out of time begins somewhere else the next time.
  const left = shuffled(names.filter(wanted)).values();
  const worker = async (): Promise<void> => {
    for (const serviceName of left) {
      if (signal.aborted) return;
      const resource = { kind: "service-pipeline", serviceName } as const;
      keep(
        await trying(readActions["service-pipeline"], async () => {
          const standing = await readStanding(proton, resource, signal);
          return standing === undefined ? [] : [{ resource, standing }];
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

function isUnderWay(status: string | undefined): boolean {
  return status === "IN_PROGRESS" || status === "CANCELLING";
}

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
