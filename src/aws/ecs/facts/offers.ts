/** The offers that ECS accepts now, with the evidence that people decide on. */

import type { Hold, Offer, Phase } from "../../../handlers/deployment.ts";
import type { ServiceDeployment, Versions } from "./stored-detail.ts";

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

/** AWS guarantees no order, and the numbers on the buttons must not change. */
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

/**
 * The deployment is the only evidence that AWS requires, and an emergency rollback must not fail because something else
 * could not be read.
 */
function rollbackOfDeployment({ deployment }: Situation): Offer {
  return { action: "rollback", evidence: { deployment: deployment.serviceDeploymentArn ?? null } };
}

/**
 * The images that Continue would release. `null` if the new revision could not be read, so that nobody approves unknown
 * images.
 */
function digests({ new: target }: Versions): string | null {
  if (target.kind === "unknown" || target.value.images.length === 0) return null;
  return target.value.images
    .map(({ container, digest, image }) => `${container}=${digest ?? image}`)
    .sort()
    .join(" ");
}
