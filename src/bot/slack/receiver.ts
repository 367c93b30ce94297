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
 * Receives Slack's requests over HTTP: verifies them with Bolt's functions, and passes them on to Bolt's receiver. The
 * checks in between close gaps of bolt 5.1: it accepts timestamps in the future, parses a form with a charset as JSON, and a signed body that is not an
 * object ends in an unhandled rejection. Bolt starts no server of its own: the process has one for everything.
 */
export function createHttpReceiver({
  signingSecret,
  telemetry,
  ready,
}: {
  readonly signingSecret: string;
  readonly telemetry: Telemetry;
  /** Until Slack has accepted the token, nobody's workspace can be checked, so requests get a 503. */
  readonly ready: () => boolean;
}): { readonly receiver: HTTPReceiver; readonly requestListener: RequestListener } {
  const logger = createSlackLogger(telemetry);
  const receiver = new HTTPReceiver({
    signingSecret,
    // `receive` has verified what it passes on.
    signatureVerification: false,
    logger,
    bodyLimit,
    // Reply to requests that were not acknowledged in time: otherwise Slack shows an error for work in progress.
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

  /** The request with its body read, or the status to reject it with. */
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

/** Closes the connection too if the body was not read. */
function end(response: ServerResponse, status: number): void {
  if (!response.req.complete) response.setHeader("connection", "close");
  response.writeHead(status).end();
}
