/** Reads one deployment, or finds the deployments of a service that an event named. */

import type { ECSClient, ServiceDeployment, ServiceDeploymentBrief } from "@aws-sdk/client-ecs";
import type { Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { Claim, EventClaim, Inspection, LookContext, Telemetry } from "../../handlers/ports.ts";
import { alarmOf, type ReadAlarms } from "../alarms.ts";
import type { ClientsOf } from "../clients.ts";
import { within } from "../deadline.ts";
import { notConfigured, troubleOf, whyUnreadText } from "../errors.ts";
import { parseArn, withCluster } from "./arn.ts";
import { describe, phaseOf } from "./describe.ts";
import { alarmsOf, areAlarmsOff } from "./health.ts";
import { listDeployments, readDeployment, readService } from "./reads.ts";
import { isImpaired } from "./remarks.ts";
import { createReadVersions } from "./versions.ts";

/** Events can come this long after what they tell (79 s were seen); an older ending is not theirs. */
const endedBeforeMs = 15 * 60_000;
/** A replay of old events must not bring back every deployment since. */
const maxEnded = 5;

export type Inspect = (ref: Ref, context: LookContext) => Promise<Inspection>;

export function createInspect(
  clients: ClientsOf<ECSClient>,
  readAlarms: ReadAlarms,
  telemetry: Telemetry,
): Inspect {
  const readVersions = createReadVersions();

  async function inspectDeployment(
    ecs: ECSClient,
    ref: Ref,
    { previous, hint, urgent = false }: LookContext,
    signal: AbortSignal,
  ): Promise<Inspection> {
    const found = await readDeployment(ecs, ref.id, signal);
    if (found.kind === "missing") return { kind: "gone", why: found.why };
    const deployment = found.value;
    const [versions, trouble, alarms] = await Promise.all([
      readVersions(ecs, deployment, signal),
      readTrouble(ecs, deployment, signal),
      urgent ? undefined : alarmsWatched(ref, deployment),
    ]);
    return {
      kind: "deployment",
      deployment: describe({ ref, deployment, versions, alarms, previous, trouble, hint }),
    };
  }

  async function alarmsWatched(ref: Ref, deployment: ServiceDeployment) {
    const names = alarmsOf(deployment);
    const over = isTerminal({ phase: phaseOf(deployment.status) });
    if (over || names.length === 0 || areAlarmsOff(deployment)) return undefined;
    return readAlarms(names.map((name) => alarmOf(name, ref)));
  }

  return async function inspect(ref, context) {
    const kind = parseArn(ref.id)?.kind;
    if (kind === undefined) return { kind: "gone", why: "not an ARN of ECS" };
    const ecs = clients.read(ref.account, ref.region);
    if (ecs === undefined) return notConfigured(ref);
    const call = kind === "service" ? "ecs:ListServiceDeployments" : "ecs:DescribeServiceDeployments";
    try {
      return await within(clients.readDeadlineMs, (signal) =>
        kind === "service"
          ? inspectService(ecs, ref, context.hint.event, signal)
          : inspectDeployment(ecs, ref, context, signal),
      );
    } catch (error) {
      if (isMissing(error)) return { kind: "gone", why: "ECS does not know this service" };
      const why = whyUnreadText(error, call);
      telemetry.log("warn", "ECS can't be read", { id: ref.id, why, error });
      return { kind: "unreadable", why, cause: error };
    }
  };
}

/** Until AWS agrees the look is repeated: reads lag behind events. */
export function confirms(inspection: Inspection, claim: Claim): boolean {
  if (inspection.kind === "points-to") {
    return claim.kind === "started" || claim.kind === "ended" ? inspection.refs.length > 0 : true;
  }
  if (inspection.kind !== "deployment") return false;
  const { deployment } = inspection;
  if (claim.kind === "started") return true;
  if (claim.kind === "ended") return isTerminal(deployment);
  const hold = deployment.holds.find(({ id }) => id === claim.holdId);
  if (claim.kind === "answered") return hold?.shows !== "open" && hold?.shows !== "pending";
  return isTerminal(deployment) || (hold !== undefined && hold.shows !== "pending");
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

/** The newest that has not finished, whatever status it shows, and what ended around the event or later. A service in a steady state has ended its deployment long ago: it gets no card. */
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

/** Only for tasks that fail now: the service's newest event says why, and no other read does. */
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
          createdAt !== undefined && createdAt >= since && tellsTrouble(message),
      )
      .toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))[0]?.message;
  } catch {
    // The circuit breaker's figures stand on the card without it.
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
  return (
    error instanceof Error && ["ServiceNotFoundException", "ClusterNotFoundException"].includes(error.name)
  );
}

function isRefusal(error: unknown): boolean {
  return !isMissing(error) && ["denied", "unsupported", "statement"].includes(troubleOf(error));
}
