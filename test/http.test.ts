import { EventEmitter, once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type HttpOptions, type HttpServer, startHttp } from "../src/http.ts";
import { createReadiness, type Readiness, type ReadinessSources } from "../src/readiness.ts";
import type { Ability } from "../src/store/connection/ability.ts";
import { createTelemetry } from "../src/telemetry.ts";
import { rememberingTelemetry } from "./bot/support.ts";

const open: HttpServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map((server) => server.close(0)));
});

const ready: Readiness = {
  ready: true,
  reasons: [],
  store: "reachable",
  evictionPolicy: "noeviction",
  slack: "connected",
  stopping: false,
};

async function start(options: Partial<HttpOptions> = {}): Promise<{ server: HttpServer; url: string }> {
  const telemetry = createTelemetry({ level: "silent" });
  const server = await startHttp({
    host: "127.0.0.1",
    port: 0,
    awsEvents: async (_request, response) => void response.end("event"),
    readiness: async () => ready,
    stopping: () => false,
    metrics: { contentType: telemetry.metricsContentType, text: () => telemetry.metricsText() },
    telemetry,
    ...options,
  });
  open.push(server);
  return { server, url: `http://127.0.0.1:${server.port}` };
}

/** A raw connection, and everything that came back until the server closed it. */
async function rawConnection(port: number): Promise<{ socket: Socket; closed: Promise<string> }> {
  const socket = connect({ host: "127.0.0.1", port });
  sockets.push(socket);
  const chunks: string[] = [];
  socket.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  socket.on("error", () => {});
  await once(socket, "connect");
  return { socket, closed: once(socket, "close").then(() => chunks.join("")) };
}

describe("the routes", () => {
  it("says that the process lives", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: "alive" }]);
  });

  it("says whether load balancers may send requests here: as long as it does not stop", async () => {
    let stopping = false;
    const notReady = { ...ready, ready: false };
    const { url } = await start({ stopping: () => stopping, readiness: async () => notReady });
    const live = await fetch(`${url}/livez`);
    expect([live.status, await live.json()]).toEqual([200, { status: "alive" }]);
    stopping = true;
    const stopped = await fetch(`${url}/livez`);
    expect([stopped.status, await stopped.json()]).toEqual([503, { status: "stopping" }]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("gives Prometheus the metrics", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(await response.text()).toContain("# TYPE holdpoint_events_queued_total counter");
  });

  it("answers 503 with the reasons while it is not ready", async () => {
    const { url } = await start({ readiness: async () => ({ ...ready, ready: false, store: "away" }) });
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { ...ready, ready: false, store: "away" },
    ]);
  });

  it("passes events on, whatever stands behind the question mark", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/aws/events?x=1`, { method: "POST", body: "{}" });
    expect(await response.text()).toBe("event");
  });

  it("passes Slack's requests on in HTTP mode only", async () => {
    const slackEvents = (_request: IncomingMessage, response: ServerResponse): void =>
      void response.end("slack");
    const withSlack = await start({ slackEvents });
    const without = await start();
    expect((await fetch(`${withSlack.url}/slack/events`, { method: "POST" })).status).toBe(200);
    expect((await fetch(`${without.url}/slack/events`, { method: "POST" })).status).toBe(404);
  });

  it.each(["/", "/metrics/", "//healthz", "/aws/events/x", "/%00"])("does not know %s", async (path) => {
    const { url } = await start();
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  });

  it("reads from /metrics and changes nothing there", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/metrics`, { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("answers 500 and goes on when a handler throws", async () => {
    const { url } = await start({
      awsEvents: () => Promise.reject(new Error("a bug")),
    });
    expect((await fetch(`${url}/aws/events`, { method: "POST" })).status).toBe(500);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe("slow peers", () => {
  const limits = { headersMs: 100, requestMs: 200, checkMs: 20 };

  it.each([
    ["sends nothing", ""],
    ["sends half a request line", "POST /aws/ev"],
    ["never ends its headers", "POST /aws/events HTTP/1.1\r\nhost: x\r\n"],
  ])("are cut when one %s", async (_what, text) => {
    const { server } = await start({ limits });
    const { socket, closed } = await rawConnection(server.port);
    socket.write(text);
    expect(await closed).toMatch(/^(HTTP\/1.1 408|$)/);
  });

  it("are cut when one never ends its body", async () => {
    const awsEvents = async (request: IncomingMessage): Promise<void> => {
      for await (const _ of request);
    };
    const { server } = await start({ limits, awsEvents });
    const { socket, closed } = await rawConnection(server.port);
    socket.write("POST /aws/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
    expect(await closed).toMatch(/^(HTTP\/1.1 408|$)/);
  });
});

describe("closing", () => {
  it("lets a request under way end, and its connection with it", async () => {
    const arrivals = new EventEmitter();
    const { server, url } = await start({
      awsEvents: async (_request, response) => void arrivals.emit("request", response),
    });
    const arrived = once(arrivals, "request");
    const answer = fetch(`${url}/aws/events`, { method: "POST" });
    const [response] = await arrived;
    const closed = server.close(60_000);
    response.end("done");
    expect(await (await answer).text()).toBe("done");
    await closed;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
  });

  it("cuts a half-sent request at the deadline", async () => {
    const { server } = await start();
    const { socket, closed } = await rawConnection(server.port);
    socket.write("POST /aws/events HTTP/1.1\r\nhost: x\r\n");
    await server.close(50);
    expect(await closed).toBe("");
  });
});

describe("readiness", () => {
  const able: Ability = { kind: "able", clockAheadMs: 3, evictionPolicy: "noeviction" };
  const sources = (change: Partial<ReadinessSources> = {}): ReadinessSources => ({
    store: { ability: async () => able },
    slackTrouble: () => undefined,
    queueTroubles: () => [],
    stopping: () => false,
    telemetry: rememberingTelemetry(),
    ...change,
  });
  const storeOf = (
    ability: Partial<Extract<Ability, { kind: "able" }>> | Extract<Ability, { kind: "unable" }>,
  ) => ({
    store: {
      ability: async (): Promise<Ability> => (ability.kind === "unable" ? ability : { ...able, ...ability }),
    },
  });

  it.each([
    ["all is well", {}, { ready: true, reasons: [] }],
    ["the store does not say whether it may forget", storeOf({ evictionPolicy: "unknown" }), { ready: true }],
    ["the clock is a minute off", storeOf({ clockAheadMs: -60_000 }), { ready: true }],
    [
      "the store is away",
      storeOf({ kind: "unable", connected: false, why: "nothing listens" }),
      { ready: false, store: "away", reasons: ["Store: nothing listens"] },
    ],
    [
      "the store takes no writes",
      storeOf({ kind: "unable", connected: true, why: "Redis is full" }),
      { ready: false, store: "failing", reasons: ["Store: Redis is full"] },
    ],
    [
      "the store may forget",
      storeOf({ evictionPolicy: "allkeys-lru" }),
      { ready: false, reasons: [expect.stringContaining("Set it to noeviction")] },
    ],
    [
      "the clock is ten minutes off",
      storeOf({ clockAheadMs: -600_000 }),
      { ready: false, reasons: [expect.stringContaining("differ by 10 minutes")] },
    ],
    [
      "Slack rejects the token",
      { slackTrouble: () => "Slack does not accept the token" },
      { ready: false, slack: "away", reasons: ["Slack does not accept the token"] },
    ],
    [
      "a queue can't be read",
      { queueTroubles: () => ["The queue can't be read"] },
      { ready: false, reasons: ["The queue can't be read"] },
    ],
    [
      "the process stops",
      { stopping: () => true },
      { ready: false, stopping: true, reasons: ["This process is stopping."] },
    ],
  ])("when %s", async (_what, change, expected) => {
    expect(await createReadiness(sources(change)).check()).toMatchObject(expected);
  });

  it("logs each cause once, and when it is over", async () => {
    vi.useFakeTimers({ toFake: ["performance", "setInterval", "setTimeout"] });
    const telemetry = rememberingTelemetry();
    let why = "Slack is away";
    const { check, watch } = createReadiness(sources({ telemetry, slackTrouble: () => why || undefined }));
    const stop = watch();
    await vi.advanceTimersByTimeAsync(60_000);
    why = "Slack rejects the token";
    await check();
    why = "";
    await check();
    stop();
    vi.useRealTimers();
    expect(telemetry.lines).toEqual([
      { level: "warn", message: "not ready", fields: { reasons: ["Slack is away"] } },
      { level: "warn", message: "not ready", fields: { reasons: ["Slack rejects the token"] } },
      { level: "info", message: "ready again", fields: {} },
    ]);
  });

  it("looks at the store once for probes that come together, and answers while it hangs", async () => {
    let looks = 0;
    const { check } = createReadiness(
      sources({
        store: {
          ability: () => {
            looks += 1;
            return new Promise(() => {});
          },
        },
      }),
    );
    const states = await Promise.all([check(), check(), check()]);
    expect(looks).toBe(1);
    for (const { ready: isReady, reasons } of states)
      expect([isReady, reasons]).toEqual([false, [expect.stringContaining("did not reply within 0.9 s")]]);
  });
});
