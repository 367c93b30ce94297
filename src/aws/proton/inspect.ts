/** Reads one deployment, or finds the newest one of a resource that an event named. */

import type { ProtonClient } from "@aws-sdk/client-proton";
import type { Deployment, Ref } from "../../handlers/deployment.ts";
import { isTerminal } from "../../handlers/deployment.ts";
import type { EventClaim, Inspection, LookContext } from "../../handlers/ports.ts";
import { troubleOf } from "../client/errors.ts";
import { type DeploymentRead, ReadError } from "../system.ts";
import { factsOf, lostFacts } from "./facts.ts";
import { readActions, readOwn, readStanding } from "./reads.ts";
import { type Place, parseRefId, type Resource, refId, titles } from "./resource.ts";
import { isOwnId, newestOf, type Own, phaseOf } from "./standing.ts";

/** An event can report an ending this long after it; a deployment that ended earlier is not the one it is about. */
const endedBeforeMs = 15 * 60_000;

export function lookAt(ref: Ref, { hint, previous }: LookContext): DeploymentRead<ProtonClient> | string {
  const place = parseRefId(ref.id);
  if (place === undefined) return "not a resource of Proton";
  const { resource, deployment } = place;
  return {
    call: readActions[resource.kind],
    read: (proton, { signal, beside }) =>
      deployment === undefined
        ? inspectResource(proton, ref, resource, hint.event, signal)
        : inspectDeployment(proton, ref, { resource, deployment }, previous, [signal, beside()]),
  };
}

async function inspectResource(
  proton: ProtonClient,
  ref: Ref,
  resource: Resource,
  event: EventClaim | undefined,
  signal: AbortSignal,
): Promise<Inspection> {
  const standing = await readStanding(proton, resource, signal);
  if (standing === undefined) return { kind: "gone", why: unknownResource(resource) };
  const newest = newestOf(standing);
  const none: Inspection = { kind: "points-to", refs: [] };
  const status = standing.deploymentStatus;
  if (newest === undefined || status?.startsWith("DELETE") === true) return none;
  const found: Inspection = { kind: "points-to", refs: [{ ...ref, id: refId(resource, newest) }] };
  if (!isTerminal({ phase: phaseOf(status) })) return found;
  // Without an event this comes from a sweep, and the deployment may have ended long ago: no card.
  if (event === undefined) return none;
  const own = isOwnId(newest) ? await readOwn(proton, resource, newest, signal) : undefined;
  const ended = own?.kind === "read" ? own.value.completedAt : undefined;
  return ended === undefined || ended >= earliestEnd(event) ? found : none;
}

/** A deployment that ended before the event of a start is the previous one, which a lagging read still shows. */
function earliestEnd({ claim, time }: EventClaim): number {
  return claim.kind === "started" ? time : time - endedBeforeMs;
}

async function inspectDeployment(
  proton: ProtonClient,
  ref: Ref,
  place: Required<Place>,
  previous: Deployment | undefined,
  [signal, beside]: readonly [AbortSignal, AbortSignal],
): Promise<Inspection> {
  const { resource, deployment } = place;
  const [standing, own] = await Promise.all([
    readStanding(proton, resource, signal),
    isOwnId(deployment)
      ? readOwn(proton, resource, deployment, beside)
      : Promise.resolve<Own>({ kind: "unnamed" }),
  ]);
  if (standing !== undefined && newestOf(standing) === deployment) {
    return { kind: "deployment", deployment: factsOf({ ref, place, standing, own }) };
  }
  switch (own.kind) {
    case "read":
      // The resource was deleted during the deployment: nothing runs it any more, and its record would never change.
      if (standing === undefined && !isTerminal({ phase: phaseOf(own.value.deploymentStatus) }))
        return { kind: "gone", why: unknownResource(resource) };
      return { kind: "deployment", deployment: factsOf({ ref, place, own }) };
    case "missing":
    case "unnamed":
      return { kind: "gone", why: standing === undefined ? unknownResource(resource) : replaced(resource) };
    case "unknown": {
      if (standing === undefined) return { kind: "gone", why: unknownResource(resource) };
      if (previous !== undefined && isTerminal(previous)) return { kind: "deployment", deployment: previous };
      const isForGood = ["denied", "unsupported", "statement"].includes(troubleOf(own.error));
      if (!isForGood) throw new ReadError("proton:GetDeployment", own.error);
      return { kind: "deployment", deployment: lostFacts({ ref, place, standing, own }) };
    }
  }
}

function unknownResource({ kind }: Resource): string {
  return `Proton does not know this ${titles[kind]}`;
}

function replaced({ kind }: Resource): string {
  return `Proton shows another deployment of this ${titles[kind]} and no longer knows this one`;
}
