import type { WebClient } from "@slack/web-api";
import type { Store, Telemetry } from "../handlers/ports.ts";
import { editBuckets, type Weight } from "./budget.ts";
import type { Message } from "./card/blocks.ts";
import { isTooMuch, sizesOf } from "./plainly.ts";
import type { Problems } from "./problems.ts";
import { failureOf, type SlackFailure, wordsOf } from "./slack-error.ts";

export interface Edit {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  readonly content: Message;
  /** What is left out first when Slack finds it too large. */
  readonly smaller?: () => Message;
  readonly weight: Weight;
}

export type EditEnd = { readonly kind: "edited" | "gone" } | { readonly kind: "later"; readonly ms: number };

const retryMs = 5_000;
const refusedRetryMs = 60_000;

/** Redraws a message. chat.update changes nothing when it is repeated, so an unknown end is simply tried again. */
export function createEditor({
  client,
  store,
  problems,
  telemetry,
}: {
  readonly client: WebClient;
  readonly store: Pick<Store, "spend" | "limit">;
  readonly problems: Problems;
  readonly telemetry: Telemetry;
}): (edit: Edit) => Promise<EditEnd> {
  return async function edit(wanted) {
    const { team, channel, ts, content, smaller, weight } = wanted;
    const spent = await store.spend(team, editBuckets(weight));
    if (spent.kind === "wait") return { kind: "later", ms: spent.ms };
    let failure: SlackFailure | undefined;
    for (const size of sizesOf(content, smaller)) {
      failure = await update(channel, ts, size());
      if (failure === undefined) {
        problems.over(channel);
        return { kind: "edited" };
      }
      if (failure.kind !== "refused" || !isTooMuch(failure.error)) break;
      problems.tell(channel, failure.error);
    }
    return failure === undefined ? { kind: "edited" } : ended(wanted, failure);
  };

  async function update(
    channel: string,
    ts: string,
    { text, blocks }: Message,
  ): Promise<SlackFailure | undefined> {
    try {
      await client.chat.update({ channel, ts, text, blocks });
      telemetry.count("slack_calls", { method: "chat.update", result: "ok" });
      return undefined;
    } catch (error) {
      const failure = failureOf(error);
      telemetry.count("slack_calls", { method: "chat.update", result: failure.kind });
      telemetry.log("warn", "message not redrawn", { channel, ts, cause: wordsOf(failure) });
      return failure;
    }
  }

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
