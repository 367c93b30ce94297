import { randomUUID } from "node:crypto";
import type { Store } from "../../handlers/store/store.ts";
import type { Picture } from "../card/parts/picture.ts";
import { drawLongerProgress } from "../card/thread/thread.ts";
import type { Edit, EditEnd } from "./edit.ts";
import { markOf } from "./mark.ts";
import { saidLast, unsaid } from "./unsaid.ts";

export type AddEnd = { readonly kind: "added" } | { readonly kind: "later"; readonly ms: number };

/**
 * Tells progress in the thread's newest message while that tells nothing else; undefined where a new one is wanted. It is
 * under the same intent as a post, so that nobody tells the same entries in a message of their own meanwhile. Whoever finds
 * an old intent looks for its entries in the marks of the thread, where those of an edited message stand too.
 */
export function createAddProgress({
  store,
  edit,
  postWaitMs,
}: {
  readonly store: Pick<Store, "intend" | "posted">;
  readonly edit: (edit: Edit) => Promise<EditEnd>;
  /** Age at which an intent may be taken over. */
  readonly postWaitMs: number;
}): (
  picture: Picture,
  at: { readonly team: string; readonly channel: string },
) => Promise<AddEnd | undefined> {
  return async function addProgress(picture, { team, channel }) {
    const { key, view } = picture;
    const { progress, said, postingSince } = view.board;
    const told = saidLast(picture);
    if (progress === undefined || told.length === 0 || postingSince !== undefined) return undefined;
    const message = drawLongerProgress(picture, told, unsaid(picture));
    if (message === undefined) return undefined;
    const { text, blocks, to } = message;
    const { ts, from } = progress;
    const nonce = randomUUID();
    const intent = await store.intend(key, { seq: to, from: said + 1, nonce, postWaitMs, known: true });
    if (intent.kind === "busy") return { kind: "later", ms: intent.ms };
    if (intent.kind === "done") return { kind: "later", ms: 0 };
    // Somebody's post may stand in the thread already: the intent stays, and the next look searches.
    if (intent.kind === "search") return { kind: "later", ms: postWaitMs };
    const mark = { ...markOf(picture, false, to), incident: "none" as const, from, to };
    const end = await edit({ team, channel, ts, content: { text, blocks }, weight: "progress", mark });
    if (end.kind === "later" && end.unsure === true) return { kind: "later", ms: postWaitMs };
    if (end.kind !== "edited") {
      await store.posted(key, { seq: to, nonce, channel });
      return end.kind === "later" && end.refused === undefined ? end : undefined;
    }
    const kept = await store.posted(key, { seq: to, nonce, ts, channel, progressFrom: from });
    return kept === "lost" ? { kind: "later", ms: 0 } : { kind: "added" };
  };
}
