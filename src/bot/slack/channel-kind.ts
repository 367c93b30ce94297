import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Clock, Telemetry } from "../../handlers/ports.ts";
import { failureOf, wordsOf } from "./error.ts";

/** `unknown`: the lookup failed, or the bot can't see this channel. */
export type ChannelKind = "public" | "private" | "unknown";

/** A channel hardly ever changes between public and private. */
const knownMs = 600_000;
const maxKnown = 1_000;

const channelInfo = z.object({ channel: z.object({ is_private: z.boolean() }) });

/** Never throws: a failed lookup is logged, counted and retried next time. */
export function createChannelKind({
  client,
  clock,
  telemetry,
}: {
  readonly client: WebClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}): (channel: string) => Promise<ChannelKind> {
  const known = new Map<string, { readonly atMs: number; readonly kind: ChannelKind }>();
  return async (channel) => {
    const last = known.get(channel);
    if (last !== undefined && clock.monotonicMs() - last.atMs < knownMs) return last.kind;
    try {
      const info = channelInfo.parse(await client.conversations.info({ channel }));
      const kind = info.channel.is_private ? "private" : "public";
      if (known.size >= maxKnown) known.clear();
      known.set(channel, { atMs: clock.monotonicMs(), kind });
      return kind;
    } catch (error) {
      telemetry.count("slack_lookups_failed");
      telemetry.log("warn", "channel lookup failed", { channel, cause: wordsOf(failureOf(error)) });
      return "unknown";
    }
  };
}
