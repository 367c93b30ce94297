/** The HTTP server: Slack requests, EventBridge events, health and metrics. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Telemetry } from "./handlers/ports.ts";
import type { Readiness } from "./readiness.ts";

export interface HttpOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Absent in Socket Mode. */
  readonly slackEvents?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly awsEvents: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly readiness: () => Promise<Readiness>;
  readonly stopping: () => boolean;
  readonly metrics: { readonly contentType: string; readonly text: () => Promise<string> };
  readonly telemetry: Telemetry;
  readonly limits?: Partial<Limits>;
}

/** Timeouts for clients. Slack and EventBridge send everything at once; a slow client only occupies a socket. */
interface Limits {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** How often Node checks the other timeouts; its default of 30 s would make them useless. */
  readonly checkMs: number;
}

const defaultLimits: Limits = { headersMs: 5_000, requestMs: 10_000, idleMs: 30_000, checkMs: 1_000 };

export interface HttpServer {
  readonly port: number;
  /** Accepts no new connections, lets running requests end, and closes the rest at the deadline. */
  close(deadlineMs: number): Promise<void>;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { telemetry } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const routes = routesOf(options);
  let closing = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const handle = routes.get(path);
    if (closing) response.setHeader("connection", "close");
    response.once("close", () => closing && server.closeIdleConnections());
    if (handle === undefined) return sendJson(response, 404, { error: "not found" });
    try {
      await handle(request, response);
    } catch (error: unknown) {
      telemetry.log("error", "HTTP request failed", { path, error });
      if (!response.headersSent) sendJson(response, 500, { error: "internal error" });
      else response.destroy();
    }
  };
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    (request, response) => void answer(request, response),
  );
  server.timeout = limits.idleMs;

  const port = await listen(server, options.host, options.port);
  return {
    port,
    close: (deadlineMs) =>
      new Promise((resolve) => {
        closing = true;
        const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function routesOf(options: HttpOptions): ReadonlyMap<string, Handle> {
  const { awsEvents, slackEvents, readiness, stopping, metrics } = options;
  /** Says nothing about Redis, Slack or AWS: if they fail, every replica has to stay in service, to refuse in private. */
  const live = getOnly((response) =>
    stopping()
      ? sendJson(response, 503, { status: "stopping" })
      : sendJson(response, 200, { status: "alive" }),
  );
  const routes = new Map<string, Handle>([
    ["/aws/events", awsEvents],
    ["/livez", live],
    ["/healthz", getOnly((response) => sendJson(response, 200, { status: "alive" }))],
    [
      "/readyz",
      getOnly(async (response) => {
        const state = await readiness();
        sendJson(response, state.ready ? 200 : 503, state);
      }),
    ],
    [
      "/metrics",
      getOnly(async (response) => {
        const text = await metrics.text();
        response.writeHead(200, { "content-type": metrics.contentType }).end(text);
      }),
    ],
  ]);
  if (slackEvents !== undefined) routes.set("/slack/events", slackEvents);
  return routes;
}

function getOnly(handle: (response: ServerResponse) => Promise<void> | void): Handle {
  return (request, response) => {
    if (request.method === "GET" || request.method === "HEAD") return handle(response);
    response.setHeader("allow", "GET, HEAD");
    sendJson(response, 405, { error: "method not allowed" });
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}

function listen(server: ReturnType<typeof createServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
