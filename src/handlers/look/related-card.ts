/** A rollback that is a deployment of its own: the cards of the two are linked, and the first one tells how the second ended. */

import { type Deployment, isRollback, isSameRef, isTerminal, type Ref } from "../deployment.ts";
import { keyOf } from "../identity.ts";
import type { RelatedCard, RelatedEnd } from "../picture.ts";
import type { System } from "../ports.ts";
import { isOver, isRolledBackOnItsOwn, servingOf } from "../state.ts";
import type { Store } from "../store/store.ts";

/** The new card is on record by then. */
const drawnAgainMs = 5_000;

/** The card of the other deployment, where it has one. */
export async function relatedCardOf(
  store: Pick<Store, "view">,
  system: System,
  { ref, related }: Deployment,
): Promise<RelatedCard | undefined> {
  if (related?.ref === undefined) return undefined;
  const view = await store.view(keyOf(related.ref, system.laneOf(related.ref)), ["end"]);
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

/** The deployment that this one rolls back has ended: its card is drawn again with a link to this one, and with its end. */
export async function drawRelated(store: Pick<Store, "enqueue">, { related }: Deployment): Promise<void> {
  if (related?.relation === "rollback-of" && related.ref !== undefined)
    await store.enqueue([{ member: { kind: "ref", ref: related.ref }, delayMs: drawnAgainMs, hint: {} }]);
}

/** AWS may leave out which one it is related to. */
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

function howOf({ phase, vanished }: Deployment): RelatedEnd["how"] {
  const isTold = phase === "rolled-back" || phase === "stopped" || phase === "failed";
  return isTold && vanished !== true ? phase : "not-known";
}
