/** Stands between Holdpoint and a Redis, and spoils what comes back. */

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface RedisProxy {
  readonly url: string;
  /** From now on scripts are answered with this error; `old`: only on the connections that there are. */
  fail(error: string, connections: "all" | "old"): void;
  /** Replies come this much later. */
  delay(ms: number): void;
  /** Sends the first bytes of the next reply, and cuts the connection. */
  cutNext(): void;
  heal(): void;
  close(): Promise<void>;
}

export async function openRedisProxy(path: string): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const spoilt = new Set<Socket>();
  let error: string | undefined;
  let isForAll = false;
  let delayMs = 0;
  let cuts = false;

  const server = createServer((client) => {
    const redis = connect({ path });
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    client.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      const isScript = /\r\neval(?:sha)?\r\n/.test(text);
      if (error === undefined || !isScript || !(isForAll || spoilt.has(client)))
        return void redis.write(chunk);
      const commands = text.match(/(?:^|\r\n)\*\d+(?=\r\n\$)/g) ?? [];
      client.write(`-${error}\r\n`.repeat(commands.length));
    });
    redis.on("data", (chunk: Buffer) => {
      if (cuts) {
        cuts = false;
        client.write(chunk.subarray(0, Math.max(1, Math.floor(chunk.length / 2))), () => client.destroy());
      } else if (delayMs > 0) setTimeout(() => client.write(chunk), delayMs);
      else client.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  return {
    url: `redis://127.0.0.1:${port}`,
    fail(text, connections) {
      error = text;
      isForAll = connections === "all";
      spoilt.clear();
      for (const socket of sockets) spoilt.add(socket);
    },
    delay(ms) {
      delayMs = ms;
    },
    cutNext() {
      cuts = true;
    },
    heal() {
      error = undefined;
      delayMs = 0;
      cuts = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
