import { createHmac } from "node:crypto";
import { type JsonObject, objectIn, parseJson, textOf } from "../json.ts";
import type { EnvelopeType, SocketMode } from "./socket.ts";

/** The transport for requests from Slack to the app. */
export type Bot =
  | { readonly kind: "http"; readonly url: string; readonly signingSecret: string }
  | { readonly kind: "socket"; readonly socket: SocketMode };

/** Ways to make a request invalid; HTTP only, because envelopes are not signed. */
export interface DeliveryOptions {
  readonly signature?: "valid" | "forged" | "missing";
  /** Age of the request according to its timestamp; negative for a timestamp in the future. */
  readonly ageS?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Timeout for the response. Slack itself gives up after 3 s; tests may need to see how late it was. */
  readonly deadlineMs?: number;
}

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Delivered {
  /** 0: no response. */
  readonly status: number;
  readonly text: string;
  /** The response body if it is a JSON object, else empty. */
  readonly json: JsonObject;
  readonly elapsedMs: number;
  /** False: Slack shows an error to the user. */
  readonly inTime: boolean;
  /** The exact request, for replays; absent in Socket Mode. */
  readonly sent?: Sent;
}

const form = "application/x-www-form-urlencoded";
const patienceMs = 3_000;
const defaultDeadlineMs = 10_000;

export interface Payload {
  readonly type: EnvelopeType;
  readonly payload: JsonObject;
}

export async function deliver(
  bot: Bot,
  { type, payload }: Payload,
  options: DeliveryOptions = {},
): Promise<Delivered> {
  if (bot.kind === "http") return sendHttp(signed(bot, encode(type, payload), options), options.deadlineMs);
  const startedAt = performance.now();
  const answer = await bot.socket.deliver(type, payload, options.deadlineMs ?? defaultDeadlineMs);
  const elapsedMs = performance.now() - startedAt;
  const text =
    answer === undefined || Object.keys(answer.payload).length === 0 ? "" : JSON.stringify(answer.payload);
  return {
    status: answer === undefined ? 0 : 200,
    text,
    json: answer?.payload ?? {},
    elapsedMs,
    inTime: answer !== undefined && elapsedMs <= patienceMs,
  };
}

/** Sends the identical bytes again, as a proxy, a retry or an attacker can. */
export function replay(delivered: Delivered): Promise<Delivered> {
  if (delivered.sent === undefined) throw new Error("Only a request over HTTP can be replayed");
  return sendHttp(delivered.sent);
}

async function sendHttp(sent: Sent, deadlineMs = defaultDeadlineMs): Promise<Delivered> {
  const startedAt = performance.now();
  try {
    const response = await fetch(sent.url, {
      method: "POST",
      headers: sent.headers,
      body: Buffer.from(sent.body, "utf8"),
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    const elapsedMs = performance.now() - startedAt;
    const inTime = response.ok && elapsedMs <= patienceMs;
    return { status: response.status, text, json: objectIn(parseJson(text)), elapsedMs, inTime, sent };
  } catch {
    return { status: 0, text: "", json: {}, elapsedMs: performance.now() - startedAt, inTime: false, sent };
  }
}

interface Encoded {
  readonly contentType: string;
  readonly body: string;
}

function encode(type: EnvelopeType, payload: JsonObject): Encoded {
  if (type === "events_api") return { contentType: "application/json", body: JSON.stringify(payload) };
  const fields =
    type === "interactive"
      ? { payload: JSON.stringify(payload) }
      : Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, textOf(value)]));
  return { contentType: form, body: new URLSearchParams(fields).toString() };
}

function signed(
  bot: { readonly url: string; readonly signingSecret: string },
  { contentType, body }: Encoded,
  options: DeliveryOptions,
): Sent {
  const timestamp = String(Math.floor(Date.now() / 1000) - (options.ageS ?? 0));
  const secret = options.signature === "forged" ? `not ${bot.signingSecret}` : bot.signingSecret;
  const signature = signatureOf(secret, timestamp, body);
  return {
    url: bot.url,
    headers: {
      "content-type": options.contentType ?? contentType,
      "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      "x-slack-request-timestamp": timestamp,
      ...(options.signature === "missing" ? {} : { "x-slack-signature": signature }),
      ...options.headers,
    },
    body,
  };
}

/** docs.slack.dev, "Verifying requests from Slack". */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}
