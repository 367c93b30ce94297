/** The demo's own Redis. It runs outside of the bot's process, so that decisions survive when the plug is pulled. */

import { connect, createServer, type Server, type Socket } from "node:net";
import type { Telemetry } from "../src/handlers/ports.ts";
import { startEmbedded } from "../src/store/connection/embedded.ts";
import { startPrivateServer } from "../src/store/connection/private-server.ts";
import { listen } from "./ports.ts";

export interface DemoStore {
  /** For REDIS_URL. */
  readonly url: string;
  /** Text after "Decisions are kept in". */
  readonly words: string;
  close(): Promise<void>;
}

const silent: Telemetry = { count: () => {}, observe: () => {}, log: () => {} };

/**
 * A Redis server if one is installed, started like the bot's private one; otherwise the embedded engine of the trial
 * mode.
 */
export async function startDemoStore(folder: string): Promise<DemoStore> {
  const server = await startPrivateServer(folder, silent);
  if (server !== undefined) {
    const bridge = await startBridge(server.socket);
    return {
      url: `redis://127.0.0.1:${bridge.port}`,
      words: "a Redis server that the demo started for itself, and are gone when the demo ends",
      close: async () => {
        await bridge.close();
        await server.close();
      },
    };
  }
  const engine = await startEmbedded();
  if (engine.address.kind !== "single") throw new Error("the embedded engine is not one server");
  return {
    url: engine.address.url,
    words: "the embedded store (no redis-server is installed here), and are gone when the demo ends",
    close: () => engine.close(),
  };
}

/** A TCP port for the private server, because REDIS_URL can't contain its Unix socket. */
async function startBridge(path: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const keep = (socket: Socket, other: Socket): void => {
    open.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      open.delete(socket);
      other.destroy();
    });
  };
  const bridge: Server = createServer((near) => {
    const far = connect(path);
    keep(near, far);
    keep(far, near);
    near.pipe(far).pipe(near);
  });
  const port = await listen(bridge, 0);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        bridge.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
