/** What `holdpoint check` finds; `cli.test.ts` runs it as people do. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type FakeSlack, startFakeSlack } from "../fakes/slack/server.ts";
import { checkHoldpoint } from "../src/check.ts";
import { loadConfig } from "../src/config/load.ts";
import { place } from "./aws/stage.ts";
import { clock, rememberingTelemetry } from "./bot/support.ts";
import { type Stage, setStage } from "./fakes/aws/stage.ts";

let stage: Stage;
let slack: FakeSlack;
let folder: string;

beforeEach(async () => {
  stage = await setStage();
  slack = await startFakeSlack();
  folder = await mkdtemp(join(tmpdir(), "holdpoint-check-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([stage.close(), slack.close()]);
  await rm(folder, { recursive: true, force: true });
});

interface Setting {
  readonly awsUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly regions?: readonly string[];
  readonly match?: string;
}

/** Each finding as its kind and its message. */
async function check({
  awsUrl = stage.aws.url,
  env = {},
  regions = [place.region],
  match = "",
}: Setting = {}) {
  const file = join(folder, "holdpoint.yml");
  await writeFile(
    file,
    `accounts: { "${place.account}": { name: prod, regions: [${regions.join(", ")}] } }
routes: [{ match: { system: ecs${match} }, channel: C0DEPLOY, policy: all }]
policies: { all: { approvers: channel-members } }`,
  );
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: "base",
    AWS_SECRET_ACCESS_KEY: "secret",
  }))
    vi.stubEnv(name, value);
  const loaded = await loadConfig({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    HOLDPOINT_CONFIG: file,
    HOLDPOINT_DATA_DIR: join(folder, "data"),
    ...env,
  });
  if (loaded.kind !== "config") throw new Error(JSON.stringify(loaded.mistakes));
  const findings = await checkHoldpoint(loaded.config, { clock, telemetry: rememberingTelemetry() });
  return findings.map(({ kind, message }) => `${kind}: ${message}`);
}

it("says what Enterprise Grid does with a command's name, and which names are not listed", async () => {
  await slack.close();
  const team = { id: "T0HOME", name: "Example", domain: "example", enterpriseId: "E0GRID" };
  slack = await startFakeSlack({ team });
  for (const cluster of ["main", "other"])
    stage.ecs.createService(place, { cluster, name: "api", taskDefinition: stage.next });
  stage.aws.faults.next(
    { operation: "ListServices" },
    { kind: "error", when: "before", name: "AccessDeniedException", status: 400 },
  );
  const found = (await check()).join("\n");
  expect(found).toContain(
    "note: Slack: on Enterprise Grid a command whose name another app has reaches nobody.",
  );
  expect(found).toContain("readable, 0 in progress, but not everything that exists could be listed.");
});

it("finds everything that is wrong, in one go", async () => {
  slack.workspace.putChannel({ id: "C0DEPLOY", name: "deployments", members: [], botIsMember: false });
  const found = await check({ env: { REDIS_URL: "redis://127.0.0.1:1" }, awsUrl: "http://127.0.0.1:1" });
  expect(found).toEqual(
    expect.arrayContaining([
      "wrong: The bot is not in #deployments (C0DEPLOY): invite it with /invite.",
      expect.stringContaining("wrong: Store: nothing listens at the address of Redis. Holdpoint continues"),
      expect.stringMatching(/^wrong: ECS in prod \(\d+\), eu-west-1: AWS can't be reached/),
    ]),
  );
});

it("asks AWS nothing where no route shows anything, and says so", async () => {
  const found = await check({ regions: [place.region, "us-east-1"], match: `, region: ${place.region}` });
  expect(found).toContain(`note: prod (${place.account}), us-east-1: no route shows anything of it.`);
  expect(found.filter((line) => line.includes("ECS in prod"))).toHaveLength(1);
  expect(found.filter((line) => line.startsWith("wrong"))).toEqual([]);
});

it("says that the token is wrong", async () => {
  const found = await check({ env: { SLACK_BOT_TOKEN: "xoxb-wrong" } });
  expect(found).toContainEqual(
    expect.stringContaining("wrong: Slack: Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"),
  );
});
