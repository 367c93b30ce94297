/** Reads one deployment, or finds the deployments of the service that an event named. */

import type { ECSClient, ServiceDeploymentBrief } from "@aws-sdk/client-ecs";
import type { Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { EventClaim, Inspection, LookContext } from "../../handlers/ports.ts";
import { alarmOf, type ReadAlarms } from "../alarms.ts";
import { isNamed, troubleOf } from "../client/errors.ts";
import type { PlanRead } from "../system.ts";
import { parseArn, withCluster } from "./arn.ts";
import { factsOf, phaseOf } from "./facts/facts.ts";
import { isImpaired } from "./facts/remarks.ts";
import { type ServiceDeployment, serviceDeployment } from "./facts/stored-detail.ts";
import { unreadVersions } from "./facts/versions.ts";
import { alarmsOf, areAlarmsOff } from "./facts/watched.ts";
import { createReadVersions } from "./read-versions.ts";
import { listDeployments, readDeployment, readService } from "./reads.ts";

/**
 * Events can arrive late (up to 79 s was observed); a deployment that ended earlier than this before the event is not
 * the one it is about.
 */
const endedBeforeMs = 15 * 60_000;
/** A replay of old events must not bring back every deployment since. */
const maxEnded = 5;

export function createLookAt(readAlarms: ReadAlarms): PlanRead<ECSClient> {
  const readVersions = createReadVersions();

  async function inspectDeployment(
    ecs: ECSClient,
    ref: Ref,
    { previous, hint, urgent = false }: LookContext,
    signal: AbortSignal,
  ): Promise<Inspection> {
    // A rollback is decided by hold and deployment alone.
    const readItsVersions = urgent ? undefined : readVersions(ecs, previous, signal);
    const found = await readDeployment(ecs, ref.id, signal);
    if (found.kind === "missing") return { kind: "gone", why: found.why };
    const deployment = serviceDeployment.parse(found.value);
    if (readItsVersions === undefined)
      return {
        kind: "deployment",
        deployment: factsOf({ ref, deployment, versions: unreadVersions, previous, hint }),
      };
    const [versions, trouble, alarms] = await Promise.all([
      readItsVersions(deployment),
      readTrouble(ecs, deployment, signal),
      alarmsWatched(ref, deployment),
    ]);
    return {
      kind: "deployment",
      deployment: factsOf({ ref, deployment, versions, alarms, previous, trouble, hint }),
    };
  }

  async function alarmsWatched(ref: Ref, deployment: ServiceDeployment) {
    const names = alarmsOf(deployment);
    const over = isTerminal({ phase: phaseOf(deployment.status) });
    if (over || names.length === 0 || areAlarmsOff(deployment)) return undefined;
    return readAlarms(names.map((name) => alarmOf(name, ref)));
  }

  return (ref, context) => {
    switch (parseArn(ref.id)?.kind) {
      case undefined:
        return "not an ARN of ECS";
      case "service":
        return {
          call: "ecs:ListServiceDeployments",
          read: (ecs, { signal }) => inspectService(ecs, ref, context.hint.event, signal),
        };
      case "service-deployment":
        return {
          call: "ecs:DescribeServiceDeployments",
          read: (ecs, { signal }) => inspectDeployment(ecs, ref, context, signal),
        };
    }
  };
}

export function goneBy(error: unknown): string | undefined {
  return isMissing(error) ? "ECS does not know this service" : undefined;
}

async function inspectService(
  ecs: ECSClient,
  ref: Ref,
  event: EventClaim | undefined,
  signal: AbortSignal,
): Promise<Inspection> {
  let arns: readonly string[];
  try {
    const [running, newest] = await Promise.all([
      listDeployments(ecs, ref.id, "in-progress", signal),
      event === undefined ? [] : listDeployments(ecs, ref.id, "newest", signal),
    ]);
    const ended = event === undefined ? [] : endedAround(newest, event);
    arns = [...running, ...ended].flatMap(({ serviceDeploymentArn: arn }) =>
      arn === undefined ? [] : [arn],
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const service = await readService(ecs, ref.id, signal);
    if (service.kind === "missing") return { kind: "gone", why: service.why };
    const current = service.value.currentServiceDeployment;
    arns = current === undefined ? [] : [current];
  }
  const refs = [...new Set(arns)].flatMap((id) => (belongsTo(ref, id) ? [{ ...ref, id }] : []));
  return { kind: "points-to", refs };
}

/**
 * The newest deployment if it has not finished, whatever its status, and those that ended up to `endedBeforeMs` before
 * the event or later. The last deployment of a service in a steady state ended long ago and gets no card.
 */
export function endedAround(
  deployments: readonly ServiceDeploymentBrief[],
  { time }: EventClaim,
): readonly ServiceDeploymentBrief[] {
  const age = ({ createdAt, startedAt }: ServiceDeploymentBrief): number =>
    (startedAt ?? createdAt)?.getTime() ?? 0;
  const newestFirst = deployments.toSorted((a, b) => age(b) - age(a));
  return newestFirst
    .filter(({ finishedAt }, index) =>
      finishedAt === undefined ? index === 0 : finishedAt.getTime() >= time - endedBeforeMs,
    )
    .slice(0, maxEnded);
}

/** Only while tasks are failing: the service's latest event has the reason, and no other read does. */
async function readTrouble(
  ecs: ECSClient,
  deployment: ServiceDeployment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const since = deployment.startedAt ?? deployment.createdAt;
  const over = isTerminal({ phase: phaseOf(deployment.status) });
  if (over || !isImpaired(deployment) || deployment.serviceArn === undefined || since === undefined)
    return undefined;
  try {
    const serviceArn = withCluster(deployment.serviceArn, deployment.clusterArn);
    const service = await readService(ecs, serviceArn, signal);
    const events = service.kind === "found" ? (service.value.events ?? []) : [];
    return events
      .filter(
        ({ createdAt, message = "" }) =>
          createdAt !== undefined && createdAt.getTime() >= since && tellsTrouble(message),
      )
      .toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))[0]?.message;
  } catch {
    // The card shows the circuit breaker's figures without it.
    return undefined;
  }
}

function tellsTrouble(message: string): boolean {
  return /unable|fail|unhealthy|error|stopped/i.test(message);
}

function belongsTo({ account, region }: Ref, id: string): boolean {
  const arn = parseArn(id);
  return arn?.kind === "service-deployment" && arn.account === account && arn.region === region;
}

function isMissing(error: unknown): boolean {
  return isNamed(error, "ServiceNotFoundException", "ClusterNotFoundException");
}

function isRefusal(error: unknown): boolean {
  return !isMissing(error) && ["denied", "unsupported", "statement"].includes(troubleOf(error));
}
