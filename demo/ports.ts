/** Ports of the loopback interface. */

import { createServer, type Server } from "node:net";

/** Resolves with the server's port; 0 requests any. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the server has no port"));
    });
  });
}

/** Free at the time of the call: the bot must know its port before it starts, and keep it after restarts. */
export function freePort(): Promise<number> {
  return tryPort(0);
}

/** Resolves with a port that was free just now. */
export async function tryPort(wanted: number): Promise<number> {
  const server = createServer();
  const port = await listen(server, wanted);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** The error message if the chosen port is in use. */
export function chosenPortError(error: unknown, port: number): unknown {
  return isInUse(error) ? new Error(`Port ${port} is in use. Choose another one with PORT.`) : error;
}

export function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
