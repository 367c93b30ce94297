import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createEventsListener } from "../../src/aws/events/http.ts";
import type { Receive } from "../../src/handlers/jobs/receive.ts";
import type { AwsEvent } from "../../src/handlers/ports.ts";
import { StoreError } from "../../src/handlers/store/store.ts";
import { recordTelemetry } from "./stage.ts";

const key = "a-long-shared-secret";
const sample = readFileSync(
  join(import.meta.dirname, "../fixtures/eventbridge/ecs-hook-awaiting-action.json"),
  "utf8",
);
const event: Readonly<Record<string, unknown>> = JSON.parse(sample);

let server: Server;
let queued: AwsEvent[];
let receive: Receive;
let recorded: ReturnType<typeof recordTelemetry>;
let sockets: Socket[];

/** A quarter of what EventBridge waits. */
const timing = { eventBodyMs: 1_000, eventAnswerMs: 1_175 };

async function listen(configured: string | undefined = key): Promise<void> {
  const listener = createEventsListener({
    key: configured,
    receive: (events) => receive(events),
    telemetry: recorded.telemetry,
    timing,
  });
  server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

beforeEach(() => {
  queued = [];
  sockets = [];
  recorded = recordTelemetry();
  receive = async (events) => {
    queued.push(...events);
    return { queued: events.length, dropped: [], malformed: [] };
  };
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function port(): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function post(body: string, headers: Readonly<Record<string, string>> = { "x-holdpoint-key": key }) {
  return fetch(`http://127.0.0.1:${port()}/aws/events`, { method: "POST", body, headers });
}

/** Sends bytes as they are and collects what comes back until the server closes. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port(), "127.0.0.1", () => socket.write(bytes));
    sockets.push(socket);
    let received = "";
    socket.on("data", (data) => {
      received += data.toString();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
  });
}

it("queues an event and says so", async () => {
  await listen();
  const response = await post(sample);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ queued: 1, dropped: 0 });
  expect(queued.map(({ detailType }) => detailType)).toEqual(["ECS Hook State Change"]);
});

it("takes a list", async () => {
  await listen();
  expect(await (await post(`[${sample},${sample}]`)).json()).toEqual({ queued: 2, dropped: 0 });
});

it.each([
  ["no key", {}],
  ["a wrong key", { "x-holdpoint-key": "a-long-shared-secreT" }],
  ["an empty key", { "x-holdpoint-key": "" }],
])("refuses %s before a byte of the body has come", async (_, headers) => {
  await listen();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await raw(
    `POST /aws/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n${lines.join("")}\r\n`,
  );
  expect(answer).toContain("401 Unauthorized");
  expect(queued).toEqual([]);
  expect(recorded.counts).toContainEqual({ name: "events_http", labels: { status: "401" } });
});

it("lets nobody in when no key is configured, and says how to change that", async () => {
  await listen("");
  expect((await post(sample, { "x-holdpoint-key": "" })).status).toBe(401);
  await new Promise((resolve) => server.close(resolve));
  const unset = recordTelemetry();
  createEventsListener({ key: undefined, receive, telemetry: unset.telemetry, timing });
  expect(unset.logs[0]?.message).toContain("HOLDPOINT_EVENTS_KEY");
  await listen("");
});

it("takes only POST", async () => {
  await listen();
  const response = await fetch(`http://127.0.0.1:${port()}/aws/events`, {
    headers: { "x-holdpoint-key": key },
  });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
});

it.each([
  ["no JSON", "{", "the body is not JSON"],
  ["deep nesting", "[".repeat(10_000), "nested deeper than 64 levels"],
  ["an empty list", "[]", "the list holds no event"],
])("answers 400 with the reason to %s", async (_, body, error) => {
  await listen();
  const response = await post(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error });
});

it("queues the good events of a list and names the bad ones by where they stood", async () => {
  await listen();
  receive = async (events) => {
    queued.push(...events);
    return { queued: 1, dropped: [], malformed: [{ index: 1, why: "no service" }] };
  };
  const response = await post(JSON.stringify([7, event, { ...event, time: 1 }, event]));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    queued: 1,
    malformed: [{ index: 0 }, { index: 2 }, { index: 3, why: "no service" }],
  });
  expect(queued).toHaveLength(2);
});

it.each([
  ["declares", `content-length: ${2 ** 20 + 1}\r\n\r\n`],
  [
    "sends",
    `transfer-encoding: chunked\r\n\r\n${(2 ** 20 + 1).toString(16)}\r\n${"x".repeat(2 ** 20 + 1)}\r\n0\r\n\r\n`,
  ],
])("refuses a body that %s more than 1 MiB", async (_, rest) => {
  await listen();
  const answer = await raw(`POST /aws/events HTTP/1.1\r\nhost: x\r\nx-holdpoint-key: ${key}\r\n${rest}`);
  expect(answer).toContain("413 Payload Too Large");
});

it("asks EventBridge to come back while the store is down", async () => {
  await listen();
  receive = () => Promise.reject(new StoreError("no answer"));
  const response = await post(sample);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
});

it("answers before EventBridge gives up, even where the store hangs", async () => {
  await listen();
  receive = () => new Promise(() => undefined);
  const began = performance.now();
  expect((await post(sample)).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(timing.eventAnswerMs + 300);
});

it("does not wait for a body that stops coming", async () => {
  await listen();
  const began = performance.now();
  const answer = await raw(
    `POST /aws/events HTTP/1.1\r\nhost: x\r\nx-holdpoint-key: ${key}\r\ncontent-length: 100\r\n\r\n{`,
  );
  expect(answer).toContain("408 Request Timeout");
  expect(performance.now() - began).toBeLessThan(timing.eventBodyMs + 1_000);
  expect(queued).toEqual([]);
});

it("survives a sender that goes away in the middle", async () => {
  await listen();
  const head = `POST /aws/events HTTP/1.1\r\nhost: x\r\nx-holdpoint-key: ${key}\r\ncontent-length: 100\r\n\r\n{`;
  const gone = raw(head);
  await new Promise<void>((resolve) => server.once("request", () => resolve()));
  for (const socket of sockets) socket.destroy();
  await gone;
  expect((await post(sample)).status).toBe(200);
});

it("tells a bug from a store that is down", async () => {
  await listen();
  receive = () => Promise.reject(new TypeError("a bug"));
  expect((await post(sample)).status).toBe(500);
  expect(recorded.logs.at(-1)?.level).toBe("error");
});
