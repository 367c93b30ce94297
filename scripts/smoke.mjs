// Starts the program as an operator does (npm start) with a fake Slack and a fake AWS, waits until it is ready, stops
// it with SIGTERM, and expects exit code 0. Run it with: npx tsx scripts/smoke.mjs

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRunningClock } from "../fakes/aws/clock.ts";
import { createFakeEcs } from "../fakes/aws/ecs.ts";
import { startFakeAws } from "../fakes/aws/server.ts";
import { startFakeSlack } from "../fakes/slack/server.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const startMs = 60_000;
const stopMs = 25_000;

const account = "111122223333";
const configuration = `
accounts: { "${account}": { name: demo, regions: [eu-west-1] } }
routes: [{ channel: C0DEPLOY, policy: all }]
policies: { all: { approvers: channel-members } }
`;

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

async function until(what, deadlineMs, probe) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await probe().catch(() => undefined);
    if (found) return;
    if (Date.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

const folder = mkdtempSync(join(tmpdir(), "holdpoint-smoke-"));
const slack = await startFakeSlack();
const clock = createRunningClock();
const aws = await startFakeAws({ services: [createFakeEcs({ clock }).service] });
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
writeFileSync(join(folder, "holdpoint.yml"), configuration);

const child = spawn("npm", ["start"], {
  cwd: root,
  stdio: "inherit",
  // Its own process group, so that nothing that npm started outlives this script.
  detached: true,
  env: {
    ...process.env,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    HOLDPOINT_CONFIG: join(folder, "holdpoint.yml"),
    HOLDPOINT_DATA_DIR: join(folder, "data"),
    HOLDPOINT_EVENTS_KEY: "smoke-events-key",
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "smoke",
    AWS_SECRET_ACCESS_KEY: "smoke",
    PORT: String(port),
    HOST: "127.0.0.1",
  },
});
const exited = once(child, "exit");

try {
  await until("/healthz", startMs, async () => (await fetch(`${url}/healthz`)).ok);
  await until("/readyz", startMs, async () => (await fetch(`${url}/readyz`)).ok);
  child.kill("SIGTERM");
  const late = new Promise((_, reject) =>
    setTimeout(reject, stopMs, new Error("still running after SIGTERM")).unref(),
  );
  const [code, signal] = await Promise.race([exited, late]);
  if (code !== 0) throw new Error(`exit code ${code}, signal ${signal}`);
  console.log("smoke start: ready, stopped by SIGTERM, exit code 0");
} finally {
  endGroup(child.pid);
  await Promise.all([slack.close(), aws.close()]);
  rmSync(folder, { recursive: true, force: true });
}
