/**
 * Lists existing services and their deployments in progress in one account and region, to find deployments whose events
 * were all lost. Ten services take one call; only those that are not settled take one of their own.
 */

import type { ECSClient, Service } from "@aws-sdk/client-ecs";
import { LRUCache } from "lru-cache";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Sweep } from "../system.ts";
import { parseArn, qualifiedName, withCluster } from "./arn.ts";
import { phaseOf } from "./facts/facts.ts";
import {
  listClusters,
  listDeployments,
  listServices,
  readDeployments,
  readServices,
  servicesPerCall,
} from "./reads.ts";

/** Enough for several accounts with thousands of services. */
const maxKept = 50_000;

export function createList(): (sweep: Sweep<ECSClient>) => Promise<void> {
  /** Service deployments that have ended: they stay ended. */
  const ended = new LRUCache<string, true>({ max: maxKept });
  /** What a service showed when it had no deployment in progress, by its ARN. */
  const idle = new LRUCache<string, string>({ max: maxKept });

  /** Finds the current deployments of these services, if they are in progress. */
  async function readCurrent(services: readonly Service[], sweep: Sweep<ECSClient>): Promise<void> {
    const { client, signal, trying, found } = sweep;
    const current = services.flatMap(({ currentServiceDeployment: arn }) =>
      arn === undefined || ended.has(arn) ? [] : [arn],
    );
    if (current.length === 0) return;
    const deployments = await trying("ecs:DescribeServiceDeployments", () =>
      readDeployments(client, current, signal),
    );
    for (const { serviceDeploymentArn: arn, status } of deployments) {
      if (arn === undefined) continue;
      if (isTerminal({ phase: phaseOf(status) })) ended.set(arn, true);
      else found(arn);
    }
  }

  async function readOne(
    service: Service,
    { client, signal, trying, found }: Sweep<ECSClient>,
  ): Promise<void> {
    const { serviceArn, clusterArn } = service;
    if (serviceArn === undefined) return;
    const shown = shownBy(service);
    if (idle.get(serviceArn) === shown) return;
    const listed = await trying("ecs:ListServiceDeployments", async () => [
      await listDeployments(client, withCluster(serviceArn, clusterArn), "in-progress", signal),
    ]);
    for (const deployments of listed) {
      for (const { serviceDeploymentArn: arn } of deployments) if (arn !== undefined) found(arn);
      if (deployments.length === 0 && !isRollingOut(service)) idle.set(serviceArn, shown);
    }
  }

  return async function list(sweep) {
    const { client, signal, trying, each, inTurn, wanted, naming } = sweep;
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
    await inTurn(perCall(services), lastOf, async (some) => {
      const described = await trying("ecs:DescribeServices", () => readServices(client, some, signal));
      const settled = described.filter(isSettled);
      await readCurrent(settled, sweep);
      for (const service of described) if (!settled.includes(service)) await readOne(service, sweep);
    });
  };
}

/** Services of one cluster, as many as one call takes. */
function perCall(services: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  for (const service of services.toSorted()) {
    const chunk = chunks.at(-1);
    const isFull = chunk === undefined || chunk.length === servicesPerCall;
    if (isFull || clusterOf(chunk[0] ?? "") !== clusterOf(service)) chunks.push([service]);
    else chunk.push(service);
  }
  return chunks;
}

function clusterOf(service: string): string | undefined {
  return parseArn(service)?.cluster;
}

function lastOf(services: readonly string[]): string {
  return services.at(-1) ?? "";
}

/** One rollout, completed. Services with another deployment controller show no state of theirs. */
function isSettled({ deployments = [] }: Service): boolean {
  return deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
}

function isRollingOut({ deployments = [] }: Service): boolean {
  return deployments.some(({ rolloutState }) => rolloutState === "IN_PROGRESS");
}

/** Changes when a deployment of this service begins or ends. */
function shownBy({ currentServiceDeployment = "", deployments = [] }: Service): string {
  const rollouts = deployments.map(({ id, status, rolloutState }) => [id, status, rolloutState].join(" "));
  return [currentServiceDeployment, ...rollouts].join("\n");
}
