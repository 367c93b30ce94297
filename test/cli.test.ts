import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSlack, startFakeSlack } from "../fakes/slack/server.ts";
import { place } from "./aws/stage.ts";
import { type Stage, setStage } from "./fakes/aws/stage.ts";
import { buildProgram } from "./journeys/program.ts";

let stage: Stage;
let slack: FakeSlack;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  stage = await setStage();
  slack = await startFakeSlack();
  folder = await mkdtemp(join(tmpdir(), "holdpoint-cli-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await Promise.all([stage.close(), slack.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command as a process of its own, with nothing in its environment but what is given. */
function holdpoint(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(buildProgram(), "cli.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...env },
  });
  children.push(child);
  return child;
}

async function ended(
  child: ReturnType<typeof holdpoint>,
): Promise<{ code: unknown; out: string; err: string }> {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, out, err };
}

async function configured(changes: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const file = join(folder, "holdpoint.yml");
  await writeFile(
    file,
    `accounts: { "${place.account}": { name: prod, regions: [${place.region}] } }
routes: [{ match: { system: ecs }, channel: C0DEPLOY, policy: all }]
policies: { all: { approvers: channel-members } }`,
  );
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    HOLDPOINT_CONFIG: file,
    HOLDPOINT_DATA_DIR: join(folder, "data"),
    AWS_ENDPOINT_URL: stage.aws.url,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: "base",
    AWS_SECRET_ACCESS_KEY: "secret",
    HOST: "127.0.0.1",
    PORT: "0",
    ...changes,
  };
}

it("prints its version and its help", async () => {
  const [version, help] = await Promise.all([ended(holdpoint(["--version"])), ended(holdpoint(["help"]))]);
  expect(version).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining("holdpoint <command>") });
});

it("says what it does not know, and how it is used", async () => {
  const { code, err } = await ended(holdpoint(["strat"]));
  expect(code).toBe(2);
  expect(err).toContain("unknown command: strat");
  expect(err).toContain("Usage:");
});

it("tells every mistake of the configuration at once and does not start", async () => {
  const env = await configured({ SLACK_BOT_TOKEN: "xoxp-1", PORT: "many" });
  await writeFile(env.HOLDPOINT_CONFIG ?? "", "accounts: {}\nroute: []\n");
  const { code, err } = await ended(holdpoint(["start"], env));
  expect(code).toBe(1);
  expect(err).toMatch(
    /SLACK_BOT_TOKEN: .*\n.*PORT: .*\n.*routes: .*\n.*policies: .*\n.*Did you mean `routes`\?/,
  );
});

describe("check", () => {
  it("finds everything in order, and says how events come", async () => {
    const { code, out } = await ended(holdpoint(["check"], await configured()));
    expect(out).toBe(`ok    Slack: the bot belongs to the workspace Example.
ok    The bot is in #deployments (C0DEPLOY).
note  Policy all in #deployments (C0DEPLOY): everybody there may answer, and \`notify\` is not set. A hold notifies only those who follow the channel.
note  Store: REDIS_URL is not set, so this process keeps a store of its own. For one replica only.
ok    ECS in prod (${place.account}), ${place.region}: readable, 0 in progress.
note  Events: neither queues nor HOLDPOINT_EVENTS_KEY is set. Deployments are found by sweeps alone, within a minute.
`);
    expect(code).toBe(0);
  });

  it("ends with code 1 when something is wrong", async () => {
    const env = await configured({ SLACK_BOT_TOKEN: "xoxb-wrong" });
    const { code, out } = await ended(holdpoint(["check"], env));
    expect(code).toBe(1);
    expect(out).toContain("WRONG Slack: Slack does not accept SLACK_BOT_TOKEN (invalid_auth)");
  });
});

describe("start", () => {
  it("ends with code 0 on SIGTERM", async () => {
    const child = holdpoint(["start"], await configured());
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) if (line.includes('"msg":"Slack accepted the token"')) break;
    child.kill("SIGTERM");
    const [code, signal] = await once(child, "exit");
    expect([code, signal]).toEqual([0, null]);
  });

  it("ends with code 1 and the reason when Slack refuses the token", async () => {
    const child = holdpoint(["start"], await configured({ SLACK_BOT_TOKEN: "xoxb-wrong" }));
    const { code, out } = await ended(child);
    expect(code).toBe(1);
    expect(out).toContain("Slack does not accept SLACK_BOT_TOKEN");
    expect(out).not.toContain("xoxb-wrong");
  });
});
