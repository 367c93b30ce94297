import { randomUUID } from "node:crypto";
import type { Store } from "../../handlers/store/store.ts";
import type { Picture } from "../card/parts/picture.ts";
import { drawLongerProgress } from "../card/thread/thread.ts";
import type { Edit, EditEnd } from "./edit.ts";
import { markOf } from "./messages/metadata.ts";
import { lastPostedEntries, unpostedEntries } from "./unposted.ts";

export type AddEnd = { readonly kind: "added" } | { readonly kind: "later"; readonly ms: number };

/**
 * Adds progress to the thread's newest message if that contains only progress; undefined: a new message is needed. It
 * takes the same intent as a post, so that no other process posts the same entries meanwhile. A process that finds an
 * old intent searches the thread's metadata for its entries, and an edit updates that metadata too.
 */
export function createAddProgress({
  store,
  edit,
  postWaitMs,
}: {
  readonly store: Pick<Store, "intend" | "posted">;
  readonly edit: (edit: Edit) => Promise<EditEnd>;
  /** The age at which another process may take over an intent. */
  readonly postWaitMs: number;
}): (
  picture: Picture,
  at: { readonly team: string; readonly channel: string },
) => Promise<AddEnd | undefined> {
  return async function addProgress(picture, { team, channel }) {
    const { key, view } = picture;
    const { progress, said, postingSince } = view.board;
    const told = lastPostedEntries(picture);
    if (progress === undefined || told.length === 0 || postingSince !== undefined) return undefined;
    const message = drawLongerProgress(picture, told, unpostedEntries(picture));
    if (message === undefined) return undefined;
    const { text, blocks, to } = message;
    const { ts, from } = progress;
    const nonce = randomUUID();
    const { born } = view;
    const post = { seq: to, from: said + 1, nonce, postWaitMs, known: true, born };
    const intent = await store.intend(key, post);
    if (intent.kind === "busy") return { kind: "later", ms: intent.ms };
    if (intent.kind === "done") return { kind: "later", ms: 0 };
    // Another process's post may be in the thread already: the intent stays, and the next job searches.
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
