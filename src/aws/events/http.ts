/**
 * `POST /aws/events`, called by an EventBridge API destination, which times out after 5 s and retries 401, 429 and 5xx.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Receive } from "../../handlers/jobs/receive.ts";
import type { Telemetry } from "../../handlers/ports.ts";
import { StoreError } from "../../handlers/store/store.ts";
import type { Timing } from "../../handlers/timing.ts";
import { DeadlineError, within } from "../client/deadline.ts";
import { parseEvents } from "./envelope.ts";
import { receiveEvents } from "./received.ts";

const maxBytes = 1_048_576;
const retryAfterSeconds = 5;

interface ListenerOptions {
  /** The shared secret. If absent, every request is rejected. */
  readonly key: string | undefined;
  readonly receive: Receive;
  readonly telemetry: Telemetry;
  /** Deadlines for the body, and for body and store together. */
  readonly timing: Pick<Timing, "eventBodyMs" | "eventAnswerMs">;
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Close the connection: the rest of the body stays unread, so it can't be reused. */
  readonly close?: boolean;
}

export function createEventsListener(
  options: ListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { telemetry } = options;
  const admitted = admits(options.key);
  if (options.key === undefined)
    telemetry.log("warn", "events over HTTP disabled: HOLDPOINT_EVENTS_KEY is not set");

  return async function listen(request, response) {
    const reply = await answer(options, admitted, request);
    telemetry.count("events_http", { status: String(reply.status) });
    send(response, reply);
  };
}

async function answer(
  options: ListenerOptions,
  admitted: (header: string | string[] | undefined) => boolean,
  request: IncomingMessage,
): Promise<Reply> {
  if (request.method !== "POST") return refused(405, "only POST", { allow: "POST" });
  if (!admitted(request.headers["x-holdpoint-key"])) {
    options.telemetry.log("warn", "events refused: wrong or missing x-holdpoint-key", {
      configured: options.key !== undefined,
    });
    return refused(401, "wrong or missing x-holdpoint-key");
  }
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return refused(413, "more than 1 MiB");
  try {
    return await within(options.timing.eventAnswerMs, async () => {
      const body = await readBody(request, options.timing.eventBodyMs);
      return typeof body === "string" ? bodyTroubles[body] : take(options, body);
    });
  } catch (error) {
    return storeTrouble(options.telemetry, error);
  }
}

const bodyTroubles = {
  late: refused(408, "the body did not arrive in time"),
  large: refused(413, "more than 1 MiB"),
  broken: refused(400, "the body ended early"),
} as const;

async function take({ receive, telemetry }: ListenerOptions, body: Buffer): Promise<Reply> {
  const parsed = parseEvents(body);
  if (parsed.kind === "malformed") {
    telemetry.count("events_malformed", { transport: "http" });
    return { status: 400, body: { error: parsed.why } };
  }
  const { queued, dropped, malformed } = await receiveEvents(parsed, receive);
  if (malformed.length === 0) return { status: 200, body: { queued, dropped: dropped.length } };
  telemetry.count("events_malformed", { transport: "http" }, malformed.length);
  return { status: 400, body: { error: "malformed events", queued, dropped: dropped.length, malformed } };
}

function storeTrouble(telemetry: Telemetry, error: unknown): Reply {
  const down = error instanceof StoreError || error instanceof DeadlineError;
  telemetry.log(down ? "warn" : "error", "events not queued", { error });
  const why = down ? "the store does not answer, try again" : "internal error";
  return {
    status: down ? 503 : 500,
    body: { error: why },
    headers: { "retry-after": String(retryAfterSeconds) },
  };
}

/** Stream events that come after the promise has settled have no effect. */
function readBody(request: IncomingMessage, withinMs: number): Promise<Buffer | keyof typeof bodyTroubles> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (result: Buffer | keyof typeof bodyTroubles) => {
      clearTimeout(timer);
      request.off("data", onData);
      request.pause();
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) end("large");
      else chunks.push(chunk);
    };
    const timer = setTimeout(() => end("late"), withinMs);
    request.on("data", onData);
    request.once("end", () => end(Buffer.concat(chunks)));
    request.once("error", () => end("broken"));
    request.once("close", () => end("broken"));
  });
}

/** Compares digests: they all have the same length, so the comparison doesn't leak the key's length. */
function admits(key: string | undefined): (header: string | string[] | undefined) => boolean {
  if (key === undefined || key === "") return () => false;
  const wanted = digest(key);
  return (header) => typeof header === "string" && timingSafeEqual(digest(header), wanted);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function refused(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: { error }, headers, close: true };
}

function send(response: ServerResponse, { status, body, headers, close }: Reply): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": "application/json",
    ...headers,
    ...(close === true ? { connection: "close" } : {}),
  });
  response.end(JSON.stringify(body));
}
