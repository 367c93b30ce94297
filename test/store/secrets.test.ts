import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { connect } from "../../src/store/connection/client.ts";
import { createTelemetry } from "../../src/telemetry.ts";
import { hasRedis } from "./backends.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

it.skipIf(!hasRedis())("does not log the password that Redis refuses", async () => {
  const directory = await mkdtemp(join(tmpdir(), "holdpoint-auth-"));
  const port = await freePort();
  const args = ["--port", String(port), "--save", "", "--dir", directory, "--requirepass", "the-right-one"];
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] });
  let printed = "";
  server.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await expect.poll(() => printed, { timeout: 10_000 }).toContain("Ready to accept connections");

  const lines: string[] = [];
  const telemetry = createTelemetry({ level: "debug", write: (line) => lines.push(line) });
  const url = `redis://default:wrong-password@127.0.0.1:${port}`;
  const connection = connect({ kind: "single", url }, telemetry);
  try {
    await expect.poll(() => lines.join(""), { timeout: 5_000 }).toContain("WRONGPASS");
    expect(lines.join("")).not.toContain("wrong-password");
  } finally {
    await connection.close();
    server.kill("SIGKILL");
    await once(server, "exit");
    await rm(directory, { recursive: true, force: true });
  }
});
