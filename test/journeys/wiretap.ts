/** Stands between replicas and the fake AWS and keeps what the requests looked like on the wire. */

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request as send } from "node:http";
import { pipeline } from "node:stream/promises";

export interface Tapped {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Wiretap {
  readonly url: string;
  readonly heard: () => readonly Tapped[];
  readonly close: () => Promise<void>;
}

export async function startWiretap(target: string): Promise<Wiretap> {
  const heard: Tapped[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "/", headers } = request;
    heard.push({ method, path: url, headers });
    const forwarded = send(new URL(url, target), { method, headers, agent: false });
    forwarded.on("error", () => response.destroy());
    forwarded.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response).catch(() => response.destroy());
    });
    // Whoever stops waiting hangs up on AWS, too.
    response.on("close", () => forwarded.destroy());
    pipeline(request, forwarded).catch(() => forwarded.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    heard: () => heard,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
