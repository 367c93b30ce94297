/** Links the cards of a deployment and of the deployment that rolls it back; the first shows how the second ended. */

import { type Deployment, isRollback, isSameRef, isTerminal, type Phase, type Ref } from "../deployment.ts";
import { deploymentDecision, keyOf } from "../identity.ts";
import type { RelatedCard, RelatedEnd } from "../picture.ts";
import type { System } from "../ports.ts";
import { isOver, servingOf } from "../standing.ts";
import { isRolledBackOnItsOwn } from "../state.ts";
import type { Store } from "../store/store.ts";

/** By then the new card is recorded. */
const drawnAgainMs = 5_000;

export async function relatedCardOf(
  store: Pick<Store, "view">,
  system: System,
  { ref, related }: Deployment,
): Promise<RelatedCard | undefined> {
  if (related?.ref === undefined) return undefined;
  const view = await store.view(keyOf(related.ref, system.laneOf(related.ref)), [deploymentDecision.end]);
  const { channel, ts } = view.board;
  const { snapshot: deployment } = view;
  if (channel === undefined || ts === undefined) return undefined;
  if (deployment === undefined) return { channel, ts };
  const isOnItsOwn = pointsTo(deployment, ref) && isRolledBackOnItsOwn({ deployment, view });
  return {
    ...{ channel, ts },
    ...(isOnItsOwn ? { onItsOwn: true } : {}),
    ...(isTerminal(deployment) ? { end: endOf(deployment, ref) } : {}),
  };
}

/** Enqueues the deployment that this one rolls back: its card then links to this one and shows how it ended. */
export async function drawRelated(store: Pick<Store, "enqueue">, { related }: Deployment): Promise<void> {
  if (related?.relation === "rollback-of" && related.ref !== undefined)
    await store.enqueue([{ member: { kind: "ref", ref: related.ref }, delayMs: drawnAgainMs, hint: {} }]);
}

/** AWS may omit which deployment it is related to. */
function pointsTo({ related }: Deployment, ref: Ref): boolean {
  return related !== undefined && (related.ref === undefined || isSameRef(related.ref, ref));
}

function endOf(rollback: Deployment, of: Ref): RelatedEnd {
  const { endedAt } = rollback;
  const how = isRollback(rollback) && pointsTo(rollback, of) ? howOf(rollback) : "not-known";
  const isKnown = how !== "not-known";
  return {
    ...{ how, serving: isKnown ? servingOf(rollback) : "unknown", isOver: isKnown && isOver(rollback) },
    ...(endedAt === undefined ? {} : { at: endedAt }),
  };
}

const ends: Readonly<Record<Phase, RelatedEnd["how"]>> = {
  running: "not-known",
  stopping: "not-known",
  "rolling-back": "not-known",
  succeeded: "not-known",
  "rolled-back": "rolled-back",
  stopped: "stopped",
  failed: "failed",
};

function howOf({ phase, vanished }: Deployment): RelatedEnd["how"] {
  return vanished === true ? "not-known" : ends[phase];
}
