/** From a click to the bus: the whole program announces what was decided, and what became of it. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFakeEventBridge, type FakeEventBridge } from "../fakes/aws/eventbridge.ts";
import { type FakeAws, startFakeAws } from "../fakes/aws/server.ts";
import { createDriver, type Driver } from "../fakes/slack/driver.ts";
import { type FakeSlack, startFakeSlack } from "../fakes/slack/server.ts";
import type { Message } from "../fakes/slack/workspace.ts";
import { eventJsonSchema } from "../src/event-schema.ts";
import type { Rule } from "../src/handlers/policy.ts";
import { protocolTiming } from "../src/handlers/timing.ts";
import { type Running, startHoldpoint } from "../src/main.ts";
import { createTelemetry } from "../src/telemetry.ts";
import { place, pointAt } from "./aws/stage.ts";
import { type Stage, setStage } from "./fakes/aws/stage.ts";

const channel = "C0DEPLOY";
const mara = "U0MARA";
const rule: Rule = { approvers: [{ kind: "user", id: mara }], approvals: 1, reason: "optional" };
const root = join(import.meta.dirname, "..");

let stage: Stage;
let slack: FakeSlack;
let eventbridge: FakeEventBridge;
let busSide: FakeAws;
let bus: string;
let dataDir: string;
let lines: string[];
let running: Running | undefined;

beforeEach(async () => {
  stage = await setStage();
  eventbridge = createFakeEventBridge({ clock: stage.clock });
  busSide = await startFakeAws({ services: [eventbridge.service], now: stage.clock.now });
  bus = eventbridge.createBus(place, "deployments");
  pointAt(stage.aws.url);
  vi.stubEnv("AWS_ENDPOINT_URL_EVENTBRIDGE", busSide.url);
  slack = await startFakeSlack();
  dataDir = await mkdtemp(join(tmpdir(), "holdpoint-announce-"));
  lines = [];
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  vi.unstubAllEnvs();
  await Promise.all([stage.close(), slack.close(), busSide.close()]);
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Driver> {
  const telemetry = createTelemetry({ level: "info", write: (line) => lines.push(line) });
  const { signingSecret, apiUrl, botToken } = slack;
  // AWS's clock stands still here, so the next look has to come by itself, and soon.
  const timing = { ...protocolTiming, idleLookMs: 500 };
  const policy = { name: "all", rules: { continue: rule, rollback: rule } };
  running = await startHoldpoint(
    {
      accounts: [{ id: place.account, name: "prod", regions: [place.region] }],
      announce: { arn: bus, ...place },
      routes: [{ match: {}, channel, policy }],
      slack: { botToken, mode: { kind: "http", signingSecret }, apiUrl },
      listen: { host: "127.0.0.1", port: 0 },
      ...{ queues: [], dataDir, eventsKey: "key", logLevel: "info" },
    },
    telemetry,
    timing,
  );
  const url = `http://127.0.0.1:${running.port}`;
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 15_000 }).toBe(200);
  return createDriver({ slack, bot: { kind: "http", url: `${url}/slack/events`, signingSecret } });
}

/** From then on the card's identity is on record, and a click finds it. */
function threadBegins(card: Message): boolean {
  return slack.workspace.repliesTo(card).length > 0;
}

async function waitingCard(): Promise<{ readonly arn: string; readonly card: Message }> {
  const arn = stage.deploy({ strategy: "BLUE_GREEN", pauses: [{ stage: "POST_TEST_TRAFFIC_SHIFT" }] });
  stage.clock.advance(20 * 60_000);
  const find = () => slack.workspace.timeline(channel).find(threadBegins);
  return { arn, card: await slack.waitFor(find, { timeoutMs: 15_000 }) };
}

const states = () => eventbridge.put(bus).map(({ detail }) => detail.state);

it("announces a decision, AWS's yes and the confirmation, as the published schema says", async () => {
  const driver = await start();
  const { arn, card } = await waitingCard();
  await driver.click(mara, { channel, ts: card.ts }, "Continue");
  await expect.poll(states, { timeout: 15_000 }).toContain("accepted");
  stage.clock.advance(60_000);
  await expect.poll(states, { timeout: 15_000 }).toEqual(["decided", "accepted", "confirmed"]);

  const events = eventbridge.put(bus);
  const validate = new Ajv({ strict: false, logger: false }).compile(eventJsonSchema());
  expect(events.map((event) => validate(event))).toEqual([true, true, true]);
  expect(events[0]).toMatchObject({
    source: "holdpoint",
    "detail-type": "Deployment Decision Made",
    resources: [arn],
    detail: {
      deployment: arn,
      by: [mara],
      action: "continue",
      stage: "POST_TEST_TRAFFIC_SHIFT",
      final: false,
    },
  });
  expect(events[2]).toMatchObject({ "detail-type": "Deployment Decision Outcome", detail: { final: true } });
  expect(new Set(events.map(({ detail }) => detail.id)).size).toBe(3);
  expect(new Set(events.map(({ detail }) => detail.decision)).size).toBe(1);
});

it("decides while the bus is down, and announces when it is back", async () => {
  busSide.faults.next(
    { operation: "PutEvents" },
    { kind: "break", when: "before" },
    Number.POSITIVE_INFINITY,
  );
  const driver = await start();
  const { arn, card } = await waitingCard();
  await driver.click(mara, { channel, ts: card.ts }, "Continue");
  const [call] = await stage.aws.calls.waitFor({ operation: "ContinueServiceDeployment" }, 1, 15_000);
  expect(call?.input).toMatchObject({ serviceDeploymentArn: arn });
  await expect.poll(() => lines.join(""), { timeout: 15_000 }).toContain("announcement not sent");
  expect(states()).toEqual([]);
  busSide.faults.clear();
  await expect.poll(states, { timeout: 15_000 }).toContain("accepted");
});

it("tries once more before it ends", async () => {
  const fault = { kind: "error", when: "before", name: "InternalException", status: 500 } as const;
  busSide.faults.next({ operation: "PutEvents" }, fault);
  const driver = await start();
  const { card } = await waitingCard();
  await driver.click(mara, { channel, ts: card.ts }, "Continue");
  await expect.poll(() => lines.join(""), { timeout: 15_000 }).toContain("announcement not sent");
  await running?.stop();
  expect(states()).toContain("decided");
});

it("keeps the JSON Schema of its events up to date, and takes the samples in the documentation", async () => {
  const committed: unknown = JSON.parse(await readFile(join(root, "holdpoint-event.schema.json"), "utf8"));
  expect(committed, "run: npx tsx scripts/json-schema.mjs").toEqual(eventJsonSchema());
  const text = await readFile(join(root, "docs/announcements.md"), "utf8");
  const samples = [...text.matchAll(/```json\n(.*?)```/gs)].flatMap(([, json = ""]): unknown[] =>
    json.includes('"source"') ? [JSON.parse(json)] : [],
  );
  const validate = new Ajv({ strict: false, logger: false }).compile(eventJsonSchema());
  expect(samples.map((sample) => validate(sample))).toEqual([true, true]);
  expect(validate({ source: "holdpoint", "detail-type": "Deployment Decision Made", detail: {} })).toBe(
    false,
  );
});
