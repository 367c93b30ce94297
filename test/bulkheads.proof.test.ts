/** One region that does not answer, with many holds: nobody elsewhere waits for it. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createDriver } from "../fakes/slack/driver.ts";
import { type FakeSlack, startFakeSlack } from "../fakes/slack/server.ts";
import type { Config } from "../src/config/load.ts";
import { type Running, startHoldpoint } from "../src/main.ts";
import { createTelemetry } from "../src/telemetry.ts";
import { place, pointAt } from "./aws/stage.ts";
import { type Stage, setStage } from "./fakes/aws/stage.ts";
import { channel, configOf, eventsKey } from "./in-process.ts";
import { offers } from "./journeys/record.ts";

const silent = { account: place.account, region: "us-east-1" };
const holds = 300;
/** In which somebody looks at a channel after a push; a read that is not answered takes twice as long. */
const secondsMs = 5_000;

let stage: Stage;
let slack: FakeSlack;
let dataDir: string;
let one: Running;
const deployed: string[] = [];

beforeEach(async () => {
  stage = await setStage();
  pointAt(stage.aws.url);
  slack = await startFakeSlack({ people: [{ id: "U0MARA", name: "mara" }] });
  dataDir = await mkdtemp(join(tmpdir(), "holdpoint-bulkheads-"));
  const config = configOf(slack, dataDir);
  const changes: Partial<Config> = {
    accounts: [{ id: place.account, name: "prod", regions: [place.region, silent.region] }],
  };
  one = await startHoldpoint({ ...config, ...changes }, createTelemetry({ level: "error", write: () => {} }));
});
afterEach(async () => {
  stage.aws.faults.clear();
  await one.stop();
  vi.unstubAllEnvs();
  await Promise.all([stage.close(), slack.close()]);
  await rm(dataDir, { recursive: true, force: true });
});

const url = (path: string) => `http://127.0.0.1:${one.port}${path}`;
const cardOf = (name: string) => slack.workspace.timeline(channel).find(({ text }) => text.includes(name));

/** Delivers the newest event about each deployment. */
async function deliver(deployments: readonly string[]): Promise<void> {
  for (const deployment of deployments) {
    const event = stage.ecs.events.emitted().findLast(({ resources }) => resources.includes(deployment));
    const body = JSON.stringify(event);
    const headers = { "x-holdpoint-key": eventsKey, connection: "close" };
    expect((await fetch(url("/aws/events"), { method: "POST", headers, body })).status).toBe(200);
  }
}

function holdIn(where: typeof place, name: string): string {
  const family = `${name}-${where.region}`;
  const image = `repo/${name}:1`;
  const taskDefinition = stage.ecs.registerTaskDefinition(where, {
    ...{ family, containers: [{ name: "app", image, imageDigest: `sha256:${"c".repeat(64)}` }] },
  });
  const service = stage.ecs.createService(where, { cluster: "main", name, taskDefinition });
  return stage.ecs.deploy(service, {
    ...{ taskDefinition, strategy: "BLUE_GREEN", pauses: [{ stage: "POST_SCALE_UP" }] },
    stageMs: { SCALE_UP: 0 },
  });
}

it("shows and settles a hold within seconds while 300 others wait in a region that does not answer", async () => {
  await expect.poll(async () => (await fetch(url("/readyz"))).status, { timeout: 20_000 }).toBe(200);
  stage.aws.faults.next({ region: silent.region }, { kind: "hang", when: "before" }, Infinity);
  for (let n = 0; n < holds; n += 1) deployed.push(holdIn(silent, `checkout-silent-${n}`));
  stage.clock.advance(1_000);
  await deliver(deployed);

  for (const name of ["checkout-first", "checkout-second", "checkout-third"]) {
    const deployment = holdIn(place, name);
    stage.clock.advance(1_000);
    const from = performance.now();
    await deliver([deployment]);
    const card = await slack.waitFor(() => cardOf(name), { timeoutMs: 60_000 });
    expect(performance.now() - from).toBeLessThan(secondsMs);

    const driver = createDriver({
      slack,
      bot: { kind: "http", url: url("/slack/events"), signingSecret: slack.signingSecret },
    });
    const clicked = performance.now();
    await driver.click("U0MARA", card, "Continue");
    await slack.waitFor(() => (offers(cardOf(name), "Continue") ? undefined : card), { timeoutMs: 60_000 });
    expect(performance.now() - clicked).toBeLessThan(secondsMs);
  }
}, 180_000);

it("shows when a region was last read, and its holds again once it answers", async () => {
  const waiting = holdIn(silent, "checkout-waiting");
  stage.clock.advance(1_000);
  await deliver([waiting]);
  await slack.waitFor(() => cardOf("checkout-waiting"), { timeoutMs: 20_000 });
  stage.aws.faults.next({ region: silent.region }, { kind: "hang", when: "before" }, Infinity);
  for (let n = 0; n < 20; n += 1) deployed.push(holdIn(silent, `checkout-more-${n}`));
  stage.clock.advance(1_000);
  await deliver([...deployed.slice(-20), waiting]);
  await slack.waitFor(
    () => (JSON.stringify(cardOf("checkout-waiting")?.blocks).includes("did not answer") ? true : undefined),
    { timeoutMs: 30_000 },
  );
  stage.aws.faults.clear();
  expect(await slack.waitFor(() => cardOf("checkout-more-19"), { timeoutMs: 150_000 })).toBeDefined();
}, 240_000);
