/** Stands between one replica and AWS or Slack, and lets each request and each answer through a gate. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Gate } from "./gate.ts";
import type { Relay } from "./redis-proxy.ts";

export async function startHttpProxy(backend: "aws" | "slack", target: string, gate: Gate): Promise<Relay> {
  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const what = backend === "slack" ? methodOf(request) : operationOf(request, body);
    if (!(await gate.pass({ backend, what, side: "request" }))) return;
    const url = new URL(request.url ?? "/", target);
    const forwarded = send(url, { method: request.method, headers: request.headers, agent: false });
    forwarded.end(body);
    const [answer]: IncomingMessage[] = await once(forwarded, "response");
    if (answer === undefined) return;
    const answered = await buffer(answer);
    if (!(await gate.pass({ backend, what, side: "reply" }))) return;
    response.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
  }

  const server = createServer((request, response) => {
    relay(request, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The SDK names its operation in a header, and STS in its form; a REST request is known by its path without its names. */
function operationOf(request: IncomingMessage, body: Buffer): string {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return target.slice(target.indexOf(".") + 1);
  const action = /(?:^|&)Action=(\w+)/.exec(body.toString("latin1"))?.[1];
  if (action !== undefined) return action;
  const [, ...parts] = pathOf(request).split("/");
  return `${request.method} ${parts.map((part, index) => (index % 2 === 0 ? part : "*")).join("/")}`;
}

/** The end of the path. */
function methodOf(request: IncomingMessage): string {
  const path = pathOf(request);
  return path.startsWith("/response/") ? "response_url" : path.slice(path.lastIndexOf("/") + 1);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "";
}
