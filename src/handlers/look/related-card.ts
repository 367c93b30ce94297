/** A rollback that is a deployment of its own: the cards of the two are linked, and the first one tells how the second ended. */

import { type Deployment, isTerminal } from "../deployment.ts";
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
  { related }: Deployment,
): Promise<RelatedCard | undefined> {
  if (related?.ref === undefined) return undefined;
  const view = await store.view(keyOf(related.ref, system.laneOf(related.ref)), ["end"]);
  const { channel, ts } = view.board;
  const { snapshot: deployment } = view;
  if (channel === undefined || ts === undefined) return undefined;
  if (deployment === undefined) return { channel, ts };
  return {
    ...{ channel, ts },
    ...(isRolledBackOnItsOwn({ deployment, view }) ? { onItsOwn: true } : {}),
    ...(isTerminal(deployment) ? { end: endOf(deployment) } : {}),
  };
}

/** The deployment that this one rolls back has ended: its card is drawn again with a link to this one, and with its end. */
export async function drawRelated(store: Pick<Store, "enqueue">, { related }: Deployment): Promise<void> {
  if (related?.relation === "rollback-of" && related.ref !== undefined)
    await store.enqueue([{ member: { kind: "ref", ref: related.ref }, delayMs: drawnAgainMs, hint: {} }]);
}

function endOf(deployment: Deployment): RelatedEnd {
  const { phase, endedAt } = deployment;
  return {
    ...{ phase, serving: servingOf(deployment), isOver: isOver(deployment) },
    ...(endedAt === undefined ? {} : { at: endedAt }),
  };
}
