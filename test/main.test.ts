import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type FakeSlack, startFakeSlack } from "../fakes/slack/server.ts";
import type { Config } from "../src/config/load.ts";
import { type Running, startHoldpoint } from "../src/main.ts";
import { startProblem } from "../src/start-problem.ts";
import { createTelemetry } from "../src/telemetry.ts";
import { place, pointAt } from "./aws/stage.ts";
import { type Stage, setStage } from "./fakes/aws/stage.ts";
import { channel, configOf, eventsKey as key } from "./in-process.ts";

let stage: Stage;
let slack: FakeSlack;
let dataDir: string;
let lines: string[];
const running: Running[] = [];

beforeEach(async () => {
  stage = await setStage();
  pointAt(stage.aws.url);
  slack = await startFakeSlack();
  dataDir = await mkdtemp(join(tmpdir(), "holdpoint-main-"));
  lines = [];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  vi.unstubAllEnvs();
  await Promise.all([stage.close(), slack.close()]);
  await rm(dataDir, { recursive: true, force: true });
});

async function start(changes: Partial<Config> = {}): Promise<{ one: Running; url: string }> {
  const telemetry = createTelemetry({ level: "info", write: (line) => lines.push(line) });
  const one = await startHoldpoint({ ...configOf(slack, dataDir), ...changes }, telemetry);
  running.push(one);
  return { one, url: `http://127.0.0.1:${one.port}` };
}

/** What /readyz says, once it says that. */
async function readyWhen(url: string, expected: Readonly<Record<string, unknown>>): Promise<void> {
  await expect
    .poll(async () => (await fetch(`${url}/readyz`)).json(), { timeout: 10_000 })
    .toMatchObject(expected);
}

const cards = () => slack.workspace.timeline(channel);

it("posts a card for a deployment whose event came by HTTP", async () => {
  const { url } = await start();
  await readyWhen(url, { ready: true });
  const posted: Promise<Response>[] = [];
  stage.ecs.events.onEvent((event) => {
    const headers = { "x-holdpoint-key": key };
    posted.push(fetch(`${url}/aws/events`, { method: "POST", headers, body: JSON.stringify(event) }));
  });
  stage.deploy({ strategy: "BLUE_GREEN", pauses: [{ stage: "POST_SCALE_UP" }] });
  stage.clock.advance(120_000);
  expect((await Promise.all(posted)).map(({ status }) => status)).toContain(200);
  const card = await slack.waitFor(() => cards().find(({ text }) => text.includes("checkout-api")), {
    timeoutMs: 15_000,
  });
  expect(JSON.stringify(card.blocks)).toContain("Continue");
});

it("finds a deployment whose events were all lost, by its first sweep", async () => {
  stage.deploy({ strategy: "BLUE_GREEN", pauses: [{ stage: "POST_SCALE_UP" }] });
  stage.clock.advance(120_000);
  await start();
  const card = await slack.waitFor(() => cards()[0], { timeoutMs: 15_000 });
  expect(card.text).toContain("checkout-api");
});

it("gives up with the reason when Slack refuses the token", async () => {
  const { one } = await start({
    slack: { botToken: "xoxb-wrong", mode: { kind: "http", signingSecret: "x" }, apiUrl: slack.apiUrl },
  });
  expect(String(await one.failure)).toContain("SLACK_BOT_TOKEN");
});

it("starts while Slack is away, says so, and is ready when it is back", async () => {
  const back = slack.faults.plan({ method: "*", fault: { kind: "cut" }, times: Number.POSITIVE_INFINITY });
  const { url } = await start();
  await readyWhen(url, {
    ready: false,
    slack: "away",
    store: "reachable",
    reasons: [expect.stringContaining("Slack can't be reached")],
  });
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  back();
  await readyWhen(url, { ready: true });
});

it("starts while the store is away, refuses events and says so", async () => {
  const { url } = await start({ redis: { kind: "single", url: "redis://127.0.0.1:1" } });
  await readyWhen(url, {
    ready: false,
    store: "away",
    reasons: expect.arrayContaining([expect.stringContaining("nothing listens at the address of Redis")]),
  });
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const event = {
    version: "0",
    id: "e-1",
    source: "aws.ecs",
    "detail-type": "ECS Service Action",
    account: place.account,
    region: place.region,
    time: "2026-11-17T14:00:00Z",
    resources: [stage.serviceArn],
    detail: { eventType: "ERROR", eventName: "SERVICE_TASK_PLACEMENT_FAILURE" },
  };
  const response = await fetch(`${url}/aws/events`, {
    method: "POST",
    headers: { "x-holdpoint-key": key },
    body: JSON.stringify(event),
  });
  expect([response.status, response.headers.has("retry-after")]).toEqual([503, true]);
});

it("stops once, in order, and holds nothing afterwards", async () => {
  const { one, url } = await start();
  await readyWhen(url, { ready: true });
  await Promise.all([one.stop(), one.stop()]);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
  const messages = lines.filter((line) => /"msg":"stopp(ing|ed)"/.test(line));
  expect(messages).toHaveLength(2);
  const again = await start();
  await readyWhen(again.url, { ready: true });
});

it("leaves nothing behind when its port is taken", async () => {
  const { one } = await start();
  const other = await mkdtemp(join(tmpdir(), "holdpoint-main-"));
  const taken = start({ listen: { host: "127.0.0.1", port: one.port }, dataDir: other });
  await expect(taken).rejects.toMatchObject({ code: "EADDRINUSE" });
  const problem = startProblem(await taken.catch((error: unknown) => error), { host: "::", port: 80 });
  expect(problem).toBe("Port 80 is in use by another program. Stop it, or set PORT to another port.");
  await rm(other, { recursive: true });
});
