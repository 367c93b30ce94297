import type { WebClient } from "@slack/web-api";
import type { Store } from "../../handlers/store/store.ts";
import type { Message } from "../card/parts/blocks.ts";
import type { SlackCalls } from "../slack/call.ts";
import type { SlackFailure } from "../slack/error.ts";
import { editBuckets, type Weight } from "./budget.ts";
import { type MessageMetadata, metadataOf } from "./messages/find.ts";
import { fallbackContents, isContentTooLarge, isMetadataTooLarge } from "./messages/too-large.ts";
import type { Problems } from "./problems.ts";

export interface Edit {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  readonly content: Message;
  /** Tried if Slack rejects `content` as too large. */
  readonly smaller?: () => Message;
  readonly weight: Weight;
  /** New metadata for the message. Absent: keep the existing metadata. */
  readonly mark?: MessageMetadata;
}

export type EditEnd =
  /** `content` is what Slack accepted, possibly a smaller version. */
  | { readonly kind: "edited"; readonly content: Message }
  | { readonly kind: "gone" }
  /** `refused`: Slack's error code, if the channel rejects the edit. */
  | {
      readonly kind: "later";
      readonly ms: number;
      readonly refused?: string;
      /** The edit may have succeeded. */
      readonly unsure?: true;
    };

/** A deleted message with replies stays as a tombstone that can't be edited. */
const gone = new Set(["message_not_found", "cant_update_message"]);

const retryMs = 5_000;
const refusedRetryMs = 60_000;

/** Edits a message. chat.update is idempotent, so an unknown result is simply retried. */
export function createEditor({
  client,
  store,
  slackCalls,
  problems,
}: {
  readonly client: WebClient;
  readonly store: Pick<Store, "spend" | "limit">;
  readonly slackCalls: SlackCalls;
  readonly problems: Problems;
}): (edit: Edit) => Promise<EditEnd> {
  return async function edit(wanted) {
    const { team, channel, content, smaller, weight } = wanted;
    const spent = await store.spend(team, editBuckets(weight));
    if (spent.kind === "wait") return { kind: "later", ms: spent.ms };
    for (const size of fallbackContents(content, smaller)) {
      const drawn = size();
      const failure = await send(wanted, drawn);
      if (failure === undefined) return { kind: "edited", content: drawn };
      if (failure.kind !== "refused" || !isContentTooLarge(failure.error)) return ended(wanted, failure);
      problems.tell(channel, failure.error);
    }
    return { kind: "later", ms: refusedRetryMs };
  };

  async function send(
    { channel, ts, mark }: Edit,
    { text, blocks }: Message,
  ): Promise<SlackFailure | undefined> {
    const update = async (metadata: object): Promise<SlackFailure | undefined> => {
      const called = await slackCalls.call("chat.update", () =>
        client.chat.update({ channel, ts, text, blocks, ...metadata }),
      );
      return called.kind === "answered" ? undefined : called.failure;
    };
    if (mark === undefined) return update({});
    const failure = await update({ metadata: metadataOf(mark) });
    if (failure?.kind !== "refused" || !isMetadataTooLarge(failure.error)) return failure;
    problems.tell(channel, failure.error);
    // Keep the existing metadata.
    return update({});
  }

  async function ended({ team, channel }: Edit, failure: SlackFailure): Promise<EditEnd> {
    if (failure.kind === "rate-limited") {
      await store.limit(team, "chat.update", failure.retryAfterMs);
      return { kind: "later", ms: failure.retryAfterMs };
    }
    if (failure.kind === "unknown") return { kind: "later", ms: retryMs, unsure: true };
    if (failure.kind !== "refused") return { kind: "later", ms: retryMs };
    if (gone.has(failure.error)) return { kind: "gone" };
    problems.tell(channel, failure.error);
    return { kind: "later", ms: refusedRetryMs, refused: failure.error };
  }
}
