import { STATUS_CODES } from "node:http";
import { type FetchFunction, WebClient, type WebClientOptions } from "@slack/web-api";
import { request } from "undici";
import type { Telemetry } from "../../handlers/ports.ts";
import { createSlackLogger } from "./logger.ts";

/**
 * One client per urgency: a WebClient queues its calls, and a slow lookup must not delay a card. None of them retries
 * by itself (a repeated post is a second message), and a 429 is returned at once, for the rate budget.
 */
export interface SlackClients {
  /** Cards and threads. */
  readonly board: WebClient;
  /** Groups, channels and people. */
  readonly lookups: WebClient;
  /** Modals and private messages: somebody waits, and a trigger_id expires after 3 s. */
  readonly interactive: WebClient;
}

export interface SlackAccess {
  readonly botToken: string;
  /** Another base URL of the Web API, for fakes and proxies. */
  readonly slackApiUrl?: string | undefined;
  readonly fetch?: FetchFunction | undefined;
  readonly telemetry: Telemetry;
}

export function createSlackClients(access: SlackAccess): SlackClients {
  const client = (timeout: number): WebClient =>
    new WebClient(access.botToken, clientOptions(access, timeout));
  return { board: client(8_000), lookups: client(3_000), interactive: client(2_500) };
}

/** Never sets `headers`: the WebClient would write its token into that object, and share it (bolt 5.1). */
export function clientOptions(
  { slackApiUrl, fetch = slackFetch, telemetry }: Omit<SlackAccess, "botToken">,
  timeout: number,
): WebClientOptions {
  return {
    logger: createSlackLogger(telemetry),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    fetch,
  };
}

/**
 * The requests to Slack. A click waits for one of them, and `fetch` spends most of its processor time on web streams,
 * which these short bodies don't need. Redirects are not followed: Slack makes none.
 */
export const slackFetch: FetchFunction = async (url, init = {}) => {
  const { method = "GET", headers = {}, body, signal } = init;
  // Files, which Holdpoint does not upload.
  if (body instanceof FormData) return fetch(url, init);
  const response = await request(url, { method, headers, body: body ?? null, signal: signal ?? null });
  const received = await response.body.arrayBuffer();
  const text = new TextDecoder().decode(received);
  const status = response.statusCode;
  const fields = Object.entries(response.headers).map(([name, value = ""]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(", ") : value,
  ]);
  const byName = new Map(fields);
  return {
    ...{ ok: status >= 200 && status < 300, status, statusText: STATUS_CODES[status] ?? "" },
    url: String(url),
    headers: { get: (name) => byName.get(name.toLowerCase()) ?? null, entries: () => fields },
    arrayBuffer: async () => received,
    json: async (): Promise<unknown> => JSON.parse(text),
    text: async () => text,
  };
};
