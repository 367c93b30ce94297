import type { IncomingMessage, ServerResponse } from "node:http";
import { HTTPModuleFunctions, HTTPReceiver } from "@slack/bolt";
import { z } from "zod";
import type { Telemetry } from "../../handlers/ports.ts";
import { createSlackLogger } from "./logger.ts";

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

const bodyLimit = 1024 * 1024;
const toleranceS = 5 * 60;
const object = z.record(z.string(), z.unknown());

/**
 * Slack's requests over HTTP. Bolt's receiver verifies and dispatches them; what stands before it closes gaps of
 * bolt 5.1: it accepts timestamps of the future, takes a form with a charset for JSON, and a signed body that is no
 * object ends in an unhandled rejection. There is no server of Bolt's: the process has one for everything.
 */
export function createHttpReceiver({
  signingSecret,
  telemetry,
  ready,
}: {
  readonly signingSecret: string;
  readonly telemetry: Telemetry;
  /** Until Slack has accepted the token nobody can be told from a stranger, and nothing is taken. */
  readonly ready: () => boolean;
}): { readonly receiver: HTTPReceiver; readonly requestListener: RequestListener } {
  const logger = createSlackLogger(telemetry);
  const receiver = new HTTPReceiver({
    signingSecret,
    logger,
    bodyLimit,
    // Whatever nobody acknowledged in time is answered, or Slack would show an error for what is being worked on.
    unhandledRequestTimeoutMillis: 2_900,
    unhandledRequestHandler: ({ response }) => {
      telemetry.count("slack_unacknowledged");
      if (!response.headersSent) end(response, 200);
    },
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once("finish", () => telemetry.count("slack_requests", { status: String(response.statusCode) }));
    if (request.method !== "POST") return end(response, 405);
    const type = request.headers["content-type"];
    if (type !== undefined) request.headers["content-type"] = type.split(";", 1)[0]?.trim().toLowerCase();
    if (isFromFuture(request)) {
      telemetry.log("warn", "Slack request rejected: timestamp in the future");
      return end(response, 401);
    }
    const verified = await verify(request);
    if (typeof verified === "number") return end(response, verified);
    if (!ready()) {
      response.setHeader("retry-after", "5");
      return end(response, 503);
    }
    receiver.requestListener(verified, response);
  }

  /** The request with its body read, or the status that refuses it. */
  async function verify(request: IncomingMessage) {
    const body = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(
      { signingSecret, bodyLimit },
      request,
    ).catch((error: unknown) => {
      const tooLarge = error instanceof Error && "type" in error && error.type === "entity.too.large";
      telemetry.log("warn", "Slack request rejected", { cause: error });
      return tooLarge ? 413 : 401;
    });
    if (typeof body === "number") return body;
    try {
      return object.safeParse(HTTPModuleFunctions.parseHTTPRequestBody(body)).success ? body : 400;
    } catch {
      return 400;
    }
  }

  return {
    receiver,
    requestListener: (request, response) => {
      receive(request, response).catch((error: unknown) => {
        telemetry.log("error", "request from Slack failed", { error });
        if (!response.headersSent) end(response, error instanceof Error && isElsewhere(error) ? 404 : 500);
      });
    },
  };
}

function isFromFuture(request: IncomingMessage): boolean {
  const sent = Number(request.headers["x-slack-request-timestamp"]);
  return sent > Date.now() / 1_000 + toleranceS;
}

function isElsewhere(error: Error): boolean {
  return "code" in error && error.code === "slack_bolt_http_receiver_deferred_request_error";
}

/** A body that was not read is dropped with its connection. */
function end(response: ServerResponse, status: number): void {
  if (!response.req.complete) response.setHeader("connection", "close");
  response.writeHead(status).end();
}
