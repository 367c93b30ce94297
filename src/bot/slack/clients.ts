import { type FetchFunction, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Telemetry } from "../../handlers/ports.ts";
import { createSlackLogger } from "./logger.ts";

/**
 * One client per urgency: a WebClient queues its calls, and a slow lookup must not stand before a card. None of them
 * repeats a call by itself (a repeated post is a second message), and a 429 comes back at once to be budgeted.
 */
export interface SlackClients {
  /** Cards and threads. */
  readonly board: WebClient;
  /** Groups, channels and people. */
  readonly lookups: WebClient;
  /** Modals and private answers: somebody waits, and a trigger lives 3 s. */
  readonly interactive: WebClient;
}

export interface SlackAccess {
  readonly botToken: string;
  /** Another base of the Web API, for fakes and proxies. */
  readonly slackApiUrl?: string;
  readonly fetch?: FetchFunction;
  readonly telemetry: Telemetry;
}

export function createSlackClients(access: SlackAccess): SlackClients {
  const client = (timeout: number): WebClient =>
    new WebClient(access.botToken, clientOptions(access, timeout));
  return { board: client(8_000), lookups: client(3_000), interactive: client(2_500) };
}

/** `headers` is never among them: the WebClient would write its token into that object, and share it (bolt 5.1). */
export function clientOptions(
  { slackApiUrl, fetch, telemetry }: Omit<SlackAccess, "botToken">,
  timeout: number,
): WebClientOptions {
  return {
    logger: createSlackLogger(telemetry),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    ...(fetch === undefined ? {} : { fetch }),
  };
}
