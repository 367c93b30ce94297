/** Lists what is in progress in one account and region, for deployments whose events were all lost. */

import type { ECSClient } from "@aws-sdk/client-ecs";
import type { Ref } from "../../handlers/deployment.ts";
import type { Listing, Telemetry } from "../../handlers/ports.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import { whyUnreadText } from "../errors.ts";
import { parseArn } from "./arn.ts";
import { listClusters, listDeployments, listServices } from "./reads.ts";

/** AWS allows about twenty of these reads per second and account, which other tools need too. */
const concurrency = 4;
/** A sweep is one look: it has to end before its lease does. */
const listDeadlineMs = 25_000;

export type List = (account: string, region: string, wanted: (target: string) => boolean) => Promise<Listing>;

export function createList(clients: ClientsOf<ECSClient>, telemetry: Telemetry): List {
  return async function list(account, region, wanted) {
    const ecs = clients.read(account, region);
    if (ecs === undefined) {
      const why = `account ${account} in ${region} is not configured`;
      return { kind: "unreadable", why, cause: new Error(why) };
    }
    const found = new Set<string>();
    let failed: { readonly call: string; readonly error: unknown } | undefined;

    async function trying<Item>(
      call: string,
      read: () => Promise<readonly Item[]>,
    ): Promise<readonly Item[]> {
      try {
        return await read();
      } catch (error) {
        failed ??= { call, error };
        return [];
      }
    }

    const lists = async (signal: AbortSignal): Promise<void> => {
      const clusters = await trying("ecs:ListClusters", () => listClusters(ecs, signal));
      const services: string[] = [];
      await each(clusters, signal, async (cluster) => {
        const inCluster = await trying("ecs:ListServices", () => listServices(ecs, cluster, signal));
        services.push(...inCluster.filter((arn) => wanted(parseArn(arn)?.service ?? "")));
      });
      await each(shuffled(services), signal, async (service) => {
        const deployments = await trying("ecs:ListServiceDeployments", () =>
          listDeployments(ecs, service, "in-progress", signal),
        );
        for (const { serviceDeploymentArn: arn } of deployments) if (arn !== undefined) found.add(arn);
      });
    };
    await within(listDeadlineMs, lists).catch((error: unknown) => {
      failed ??= { call: "ecs:ListServiceDeployments", error };
    });

    const refs = [...found].map((id): Ref => ({ system: "ecs", account, region, id }));
    if (failed === undefined) return { kind: "listed", refs };
    const { call, error } = failed;
    const why = whyUnreadText(error, call);
    if (refs.length === 0) return { kind: "unreadable", why, cause: error };
    telemetry.log("warn", "sweep saw only a part of ECS", { account, region, why, error });
    return { kind: "listed", refs };
  };
}

/** Runs `work` over all items, some at a time, until the deadline. */
async function each<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (signal.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}

/** A sweep that runs out of time begins somewhere else the next time. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
