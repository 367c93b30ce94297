import type { FetchFunction, WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Telemetry } from "../../handlers/ports.ts";
import type { ChartedMessage } from "../card/strategy/chart.ts";
import { slackFetch } from "./clients.ts";
import { failureOf, wordsOf } from "./error.ts";

/** The recipient of a private message, and the ways to reach them. */
export interface Audience {
  readonly user: string;
  readonly channel?: string | undefined;
  readonly threadTs?: string | undefined;
  /** From a click or a command: 5 uses within 30 minutes, and no rate limit. */
  readonly responseUrl?: string | undefined;
  /** Replace the private message that contains the clicked button. */
  readonly inPlace?: boolean;
  /** The command's name in this workspace, for text that mentions it. */
  readonly slash: string;
}

/** `plainer`: the same message without a chart, which Slack may reject in a private message (undocumented there). */
export type Reply = (audience: Audience, message: ChartedMessage, plainer?: ChartedMessage) => Promise<void>;

/** After this long without a reply, the person is told that the request is still in progress. */
const patienceMs = 6_000;

const respondMs = 3_000;
const tries = 2;

/** Sends one person a private message. Never throws: a decision does not depend on whether its message is delivered. */
export function createReply({
  client,
  fetch: send = slackFetch,
  telemetry,
}: {
  readonly client: WebClient;
  readonly fetch?: FetchFunction | undefined;
  readonly telemetry: Telemetry;
}): Reply {
  async function respond(
    url: string,
    audience: Audience,
    { text, blocks }: ChartedMessage,
  ): Promise<boolean> {
    const body = JSON.stringify({
      response_type: "ephemeral",
      replace_original: audience.inPlace === true,
      text,
      blocks,
      ...(audience.threadTs === undefined ? {} : { thread_ts: audience.threadTs }),
    });
    for (let tried = 0; tried < tries; tried += 1) {
      try {
        const headers = { "content-type": "application/json" };
        const signal = AbortSignal.timeout(respondMs);
        const response = await send(url, { method: "POST", headers, body, signal });
        const refusal = response.ok
          ? refusalIn(await response.text().catch(() => ""))
          : String(response.status);
        if (refusal === undefined) return true;
        telemetry.log("warn", "response_url rejected the message", { status: response.status, refusal });
        // A response_url that is used up or expired does not recover.
        if (response.status < 500) return false;
      } catch (error) {
        telemetry.log("warn", "response_url request failed", { error });
      }
    }
    return false;
  }

  async function whisper(
    audience: Audience,
    [message, ...plainer]: readonly ChartedMessage[],
  ): Promise<void> {
    const { user, channel, threadTs } = audience;
    if (channel === undefined || message === undefined) return lost("no channel");
    const { text } = message;
    const blocks = [...message.blocks];
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    try {
      await client.chat.postEphemeral({ channel, user, text, blocks, ...thread });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "refused" && plainer.length > 0) return whisper(audience, plainer);
      lost(wordsOf(failure));
    }
  }

  function lost(cause: string): void {
    telemetry.count("slack_private_lost");
    telemetry.log("error", "private message not delivered", { cause });
  }

  return async (audience, message, plainer) => {
    const sizes = plainer === undefined ? [message] : [message, plainer];
    const { responseUrl } = audience;
    if (responseUrl !== undefined) {
      for (const size of sizes) if (await respond(responseUrl, audience, size)) return;
    }
    await whisper(audience, sizes);
  };
}

const refusalSchema = z.object({ ok: z.literal(false), error: z.string().default("no reason") });

/** Slack also rejects with status 200 and an error in the body. */
function refusalIn(body: string): string | undefined {
  try {
    return refusalSchema.safeParse(JSON.parse(body)).data?.error;
  } catch {
    return undefined;
  }
}

/** Calls `meanwhile` once if the work takes longer than `patienceMs`. */
export async function patiently<T>(work: Promise<T>, meanwhile: () => Promise<void>): Promise<T> {
  let told: Promise<void> | undefined;
  const timer = setTimeout(() => {
    told = meanwhile();
  }, patienceMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    await told;
  }
}
