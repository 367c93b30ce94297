/** Redis as people run it: servers, Sentinels and clusters on ports of this machine, with and without TLS. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect } from "vitest";

/** The only name in the certificate: no address matches it. */
const certificateName = "localhost";

export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface Servers {
  readonly directory: string;
  /** Starts a redis-server with these arguments and resolves when it replies. */
  start(port: number, args: readonly string[], tls?: Certificates): Promise<Redis>;
  sentinel(port: number, config: string, tls?: Certificates): Promise<Redis>;
  certificates(): Promise<Certificates>;
  close(): Promise<void>;
}

/** A cluster's bus listens 10,000 above. */
export async function freePort(): Promise<number> {
  while (true) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    if (typeof address === "object" && address !== null && address.port < 55_000) return address.port;
    const below = 20_000 + Math.floor(Math.random() * 30_000);
    if (await isFree(below)) return below;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

export async function openServers(): Promise<Servers> {
  const directory = await mkdtemp(join(tmpdir(), "holdpoint-servers-"));
  const children: ChildProcess[] = [];
  const clients: Redis[] = [];

  async function launch(args: readonly string[], port: number, tls?: Certificates): Promise<Redis> {
    // A replica's snapshot stays behind: in a shared directory the next server would begin with its keys.
    const cwd = await mkdtemp(join(directory, "data-"));
    const child = spawn("redis-server", args, { stdio: "ignore", cwd });
    children.push(child);
    const address = { port, host: "127.0.0.1", retryStrategy: () => 50 };
    // The operator of these servers is no subject of the tests.
    const trusting = { servername: certificateName, rejectUnauthorized: false };
    const client = new Redis(tls === undefined ? address : { ...address, tls: trusting });
    client.on("error", () => {});
    clients.push(client);
    await expect.poll(() => client.status, { timeout: 15_000 }).toBe("ready");
    return client;
  }

  const listening = (port: number, tls?: Certificates): string[] =>
    tls === undefined
      ? ["--port", String(port)]
      : [
          ...["--port", "0", "--tls-port", String(port), "--tls-auth-clients", "no"],
          ...["--tls-cert-file", tls.cert, "--tls-key-file", tls.key, "--tls-ca-cert-file", tls.ca],
          ...["--tls-replication", "yes", "--tls-cluster", "yes"],
        ];

  return {
    directory,
    start: (port, args, tls) =>
      launch([...listening(port, tls), "--save", "", "--bind", "127.0.0.1 -::1", ...args], port, tls),
    async sentinel(port, config, tls) {
      const file = join(directory, `sentinel-${port}.conf`);
      await writeFile(file, config);
      return launch([file, "--sentinel", ...listening(port, tls)], port, tls);
    },
    async certificates() {
      const file = (name: string): string => join(directory, name);
      const openssl = (...args: readonly string[]): void =>
        void execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
      const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2");
      openssl("req", ...key, "-keyout", "key.pem", "-out", "csr.pem", "-subj", `/CN=${certificateName}`);
      await writeFile(file("san.txt"), `subjectAltName=DNS:${certificateName}`);
      const signing = [
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-extfile",
        "san.txt",
        "-days",
        "2",
      ];
      openssl("x509", "-req", "-in", "csr.pem", "-out", "cert.pem", ...signing);
      return { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
    },
    async close() {
      for (const client of clients) client.disconnect();
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Three masters, each with a third of the slots. */
export async function startCluster(servers: Servers, tls?: Certificates): Promise<readonly number[]> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const names =
    tls === undefined
      ? []
      : ["--cluster-announce-hostname", certificateName, "--cluster-preferred-endpoint-type", "hostname"];
  const nodes = await Promise.all(
    ports.map((port) =>
      servers.start(
        port,
        ["--cluster-enabled", "yes", "--cluster-config-file", `nodes-${port}`, ...names],
        tls,
      ),
    ),
  );
  const slots = [0, 5_461, 10_923, 16_384];
  for (const [i, node] of nodes.entries())
    await node.call("CLUSTER", "ADDSLOTSRANGE", slots[i] ?? 0, (slots[i + 1] ?? 0) - 1);
  for (const port of ports.slice(1)) await nodes[0]?.call("CLUSTER", "MEET", "127.0.0.1", port);
  for (const node of nodes)
    await expect
      .poll(() => node.call("CLUSTER", "INFO"), { timeout: 20_000, interval: 200 })
      .toMatch(/cluster_state:ok[\s\S]*cluster_known_nodes:3/);
  return ports;
}
