import type { WebClient } from "@slack/web-api";
import type { Store } from "../handlers/store.ts";
import { editBuckets, type Weight } from "./budget.ts";
import type { Message } from "./card/blocks.ts";
import { type Mark, metadataOf } from "./find.ts";
import { isTooMuch, sizesOf } from "./plainly.ts";
import type { Problems } from "./problems.ts";
import type { SlackCalls } from "./slack-call.ts";
import type { SlackFailure } from "./slack-error.ts";

export interface Edit {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  readonly content: Message;
  /** What is left out first when Slack finds it too large. */
  readonly smaller?: () => Message;
  readonly weight: Weight;
  /** What the message is to carry from now on. Absent: what it carries already. */
  readonly mark?: Mark;
}

export type EditEnd = { readonly kind: "edited" | "gone" } | { readonly kind: "later"; readonly ms: number };

const retryMs = 5_000;
const refusedRetryMs = 60_000;

/** Redraws a message. chat.update changes nothing when it is repeated, so an unknown end is simply tried again. */
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
    const { team, channel, ts, content, smaller, weight, mark } = wanted;
    const metadata = mark === undefined ? {} : { metadata: metadataOf(mark) };
    const spent = await store.spend(team, editBuckets(weight));
    if (spent.kind === "wait") return { kind: "later", ms: spent.ms };
    for (const size of sizesOf(content, smaller)) {
      const { text, blocks } = size();
      const called = await slackCalls.call("chat.update", () =>
        client.chat.update({ channel, ts, text, blocks, ...metadata }),
      );
      if (called.kind === "answered") return { kind: "edited" };
      const { failure } = called;
      if (failure.kind !== "refused" || !isTooMuch(failure.error)) return ended(wanted, failure);
      problems.tell(channel, failure.error);
    }
    return { kind: "later", ms: refusedRetryMs };
  };

  async function ended({ team, channel }: Edit, failure: SlackFailure): Promise<EditEnd> {
    if (failure.kind === "rate-limited") {
      await store.limit(team, "chat.update", failure.retryAfterMs);
      return { kind: "later", ms: failure.retryAfterMs };
    }
    if (failure.kind !== "refused") return { kind: "later", ms: retryMs };
    if (failure.error === "message_not_found") return { kind: "gone" };
    problems.tell(channel, failure.error);
    return { kind: "later", ms: refusedRetryMs };
  }
}
