/** The holds that people were called for, read from message metadata in Slack after Redis lost its data. */

import type { DecisionId } from "../../handlers/decision.ts";
import { isWaitedFor } from "../../handlers/deployment.ts";
import { decisionOfHold, keyText } from "../../handlers/identity.ts";
import { isTopLevel, notifiedBy, peopleOf } from "../../handlers/notify.ts";
import { openHolds } from "../../handlers/offers.ts";
import type { Store } from "../../handlers/store/store.ts";
import type { Picture } from "../card/parts/picture.ts";
import { holdToCallFor } from "../card/thread/call.ts";
import type { NumberedEntry } from "../card/thread/thread.ts";
import type { Finder } from "./messages/find.ts";
import { numbered } from "./unposted.ts";

/** Decision ids of the open holds that wait for a person and that the log reports up to this entry. */
export function calledIn(picture: Picture, upTo: number): readonly DecisionId[] {
  const { deployment, view } = picture;
  const later = new Set(
    numbered(picture).flatMap(({ seq, entry }) =>
      seq > upTo && entry.k === "remark" ? (entry.remark.holdId ?? []) : [],
    ),
  );
  return openHolds(deployment, view.decisions)
    .filter((hold) => isWaitedFor(hold) && !later.has(hold.id))
    .map(({ id }) => decisionOfHold(id));
}

/** The card is from before Redis lost its data, and nothing was posted in its thread since. */
export function isCardOfLostStore({ view }: Picture): boolean {
  return view.board.older === true && view.board.said === 0;
}

/**
 * Undefined if the result is not needed, if it can't be read, or if an earlier release posted one of the messages. If
 * the rate budget has no room for the search, the message has to wait: otherwise nobody would be called for a new hold.
 */
export function createCalledBefore({
  store,
  finder,
}: {
  readonly store: Pick<Store, "spend">;
  readonly finder: Finder;
}) {
  return async function calledBefore(
    picture: Picture,
    entries: readonly NumberedEntry[],
    { team, channel, ts }: { readonly team: string; readonly channel: string; readonly ts: string },
  ): Promise<ReadonlySet<DecisionId> | { readonly kind: "later"; readonly ms: number } | undefined> {
    const calls = entries.some(({ entry }) => holdToCallFor(picture, entry) !== undefined);
    if (!calls || !isCardOfLostStore(picture)) return undefined;
    const beside = isTopLevel(peopleOf(notifiedBy(picture.route.policy)));
    const search = {
      ...{
        channel,
        key: keyText(picture.key),
        weight: "person" as const,
        takeover: true,
        rememberedForMs: 0,
      },
      // Messages in the thread are newer than the card.
      oldest: Math.floor(Number(ts) * 1_000),
      thread: { ts, beside, bornAt: 0, seq: 0 },
    };
    const spent = await store.spend(team, finder.costs(search));
    if (spent.kind === "wait") return { kind: "later", ms: spent.ms };
    const marks = await finder.marks(search);
    const isWhole =
      marks?.some(({ to }) => to === 0) === true && marks.every(({ called }) => called !== undefined);
    return isWhole ? new Set(marks.flatMap(({ called = "" }) => called.split(" "))) : undefined;
  };
}
