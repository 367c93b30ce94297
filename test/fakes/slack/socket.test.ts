import { App, SocketModeReceiver } from "@slack/bolt";
import { WebSocket } from "undici";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { createDriver } from "../../../fakes/slack/driver.ts";
import { startFakeSlack } from "../../../fakes/slack/server.ts";
import { silentLogger } from "./silent-logger.ts";

const channel = "C0DEPLOY";
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start() {
  const slack = await startFakeSlack();
  const clientOptions = {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 3, minTimeout: 50 },
    logger: silentLogger,
  };
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: silentLogger,
    clientPingTimeout: 100,
    installerOptions: { clientOptions },
  });
  const app = new App({
    receiver,
    convoStore: false,
    logger: silentLogger,
    authorize: () => Promise.resolve({ botToken: slack.botToken, botId: "B0HOLD", botUserId: "U0HOLD" }),
    clientOptions,
  });
  closing.push(() => slack.close());
  closing.push(() => receiver.stop());
  await app.start();
  const driver = createDriver({ slack, bot: { kind: "socket", socket: slack.socket } });
  return { slack, app, driver };
}

it("brings a command to Bolt as an envelope and shows what its ack carries", async () => {
  const { app, driver, slack } = await start();
  app.command("/deploy", ({ ack, command }) => ack(`asked for ${command.text} – ü ✋ ${"x".repeat(70_000)}`));
  const delivered = await driver.command("U0MARA", "/deploy list");
  expect(delivered).toMatchObject({ status: 200, inTime: true });
  expect(slack.workspace.privateTo("U0MARA")[0]?.text).toMatch(/^asked for list – ü ✋ x{70000}$/);
});

it("brings clicks and events", async () => {
  const { app, driver, slack } = await start();
  const seen: string[] = [];
  app.action("answer", async ({ ack, body }) => {
    seen.push(body.user.id);
    await ack();
  });
  app.event("app_home_opened", ({ event }) => {
    seen.push(event.type);
    return Promise.resolve();
  });
  const button = { type: "button", action_id: "answer", text: { type: "plain_text", text: "Continue" } };
  const { ts } = slack.workspace.post({
    channel,
    text: "",
    blocks: [{ type: "actions", elements: [button] }],
  });
  expect((await driver.click("U0JUN", { channel, ts }, "Continue")).status).toBe(200);
  expect((await driver.openHome("U0JUN")).status).toBe(200);
  expect(seen).toEqual(["U0JUN", "app_home_opened"]);
});

it.each(["warning", "refresh_requested"] as const)("comes back after a disconnect for %s", async (reason) => {
  const { app, driver, slack } = await start();
  app.command("/deploy", ({ ack }) => ack("still here"));
  slack.socket.disconnect(reason);
  await slack.waitFor(() => slack.calls.of("apps.connections.open").length === 2);
  await slack.waitFor(() => slack.socket.connections() === 1);
  expect((await driver.command("U0MARA", "/deploy")).status).toBe(200);
});

it("turns links away, and reports that nobody answered", async () => {
  const slack = await startFakeSlack();
  closing.push(() => slack.close());
  slack.socket.refuseLinks(true);
  const response = await fetch(`${slack.apiUrl}apps.connections.open`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.appToken}` },
  });
  const { url } = z.object({ url: z.string() }).parse(await response.json());
  const refused = new Promise((resolve) => {
    new WebSocket(url).addEventListener("error", () => resolve("refused"));
  });
  expect(await refused).toBe("refused");
  const driver = createDriver({ slack, bot: { kind: "socket", socket: slack.socket } });
  expect((await driver.command("U0MARA", "/deploy")).status).toBe(0);
});
