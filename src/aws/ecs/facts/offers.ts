/** What can be asked of ECS now, and what people decide about when they do. */

import type { Hold, Offer, Phase } from "../../../handlers/deployment.ts";
import type { ServiceDeployment, Versions } from "./said.ts";

export interface Situation {
  readonly deployment: ServiceDeployment;
  readonly versions: Versions;
}

export function offersOf(situation: Situation, phase: Phase, holds: readonly Hold[]): readonly Offer[] {
  if (phase !== "running") return [];
  const atHolds = openInOrder(holds).flatMap((hold) => [
    continueAt(situation, hold),
    rollbackAt(situation, hold),
  ]);
  return [...atHolds, rollbackOfDeployment(situation)];
}

/** AWS promises no order; the numbers on the buttons have to stay where they are. */
export function openInOrder(holds: readonly Hold[]): readonly Hold[] {
  return holds.filter((hold) => hold.shows === "open").toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function continueAt({ deployment, versions }: Situation, { id, stage }: Hold): Offer {
  return {
    action: "continue",
    holdId: id,
    evidence: {
      hold: id,
      stage,
      "target revision": deployment.targetServiceRevision?.arn ?? null,
      "image digests": digests(versions),
    },
  };
}

function rollbackAt({ deployment: { targetServiceRevision: target } }: Situation, { id }: Hold): Offer {
  const evidence = { hold: id, ...(target?.arn === undefined ? {} : { "target revision": target.arn }) };
  return { action: "rollback", holdId: id, evidence };
}

/** AWS fences this by the deployment alone, and an emergency must not fail because something else could not be read. */
function rollbackOfDeployment({ deployment }: Situation): Offer {
  return { action: "rollback", evidence: { deployment: deployment.serviceDeploymentArn ?? null } };
}

/** What a person would release. `null` where the new revision could not be read: nobody decides about something unknown. */
function digests({ new: target }: Versions): string | null {
  if (target.kind === "unknown" || target.value.images.length === 0) return null;
  return target.value.images
    .map(({ container, digest, image }) => `${container}=${digest ?? image}`)
    .sort()
    .join(" ");
}
