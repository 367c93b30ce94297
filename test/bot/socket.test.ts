import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackClients } from "../../src/bot/slack/clients.ts";
import { createSocketLink } from "../../src/bot/slack/socket.ts";
import { SlackSetupError } from "../../src/bot/slack/workspace.ts";
import { mara, type RunningBot, startBot, until } from "./running-bot.ts";
import { clock, rememberingTelemetry } from "./support.ts";

const rejections: unknown[] = [];
const remember = (reason: unknown): void => {
  rejections.push(reason);
};

let running: RunningBot;
beforeEach(async () => {
  rejections.length = 0;
  process.on("unhandledRejection", remember);
  running = await startBot({ mode: "socket" });
});
afterEach(async () => {
  await running.close();
  process.off("unhandledRejection", remember);
  if (rejections.length > 0) throw new Error("unhandled rejection", { cause: rejections[0] });
});

describe("Socket Mode", () => {
  it("takes clicks and commands, and is ready only while connected", async () => {
    expect(running.bot.ready()).toBe(true);
    expect(running.bot.requestListener).toBeUndefined();
    const delivered = await running.driver.click(mara, await running.show(), "Continue");
    expect(delivered.inTime).toBe(true);
    await running.heard(mara, "was sent");
    expect(running.acts).toHaveLength(1);
    running.slack.socket.refuseLinks(true);
    running.slack.socket.cut();
    await until(() => !running.bot.ready());
    running.slack.socket.refuseLinks(false);
    await until(() => running.bot.ready());
  });

  it("is back within two seconds when Slack recycles the connection", async () => {
    const startedAt = performance.now();
    running.slack.socket.disconnect("refresh_requested");
    await until(() => running.telemetry.counted("slack_socket", { event: "connected" }) === 2);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect((await running.driver.command(mara, "/deploy help")).inTime).toBe(true);
  });

  it("finishes what was asked when the acknowledgement can't be sent any more", async () => {
    const cut = await startBot({
      mode: "socket",
      answerer: (real) => ({
        ...real,
        answer: async (request, onClaimed) => {
          cut.slack.socket.refuseLinks(true);
          cut.slack.socket.cut();
          await until(() => !cut.bot.ready());
          return real.answer(request, onClaimed);
        },
      }),
    });
    const card = await cut.show();
    const clicked = await cut.driver.click(mara, card, "Continue", { deadlineMs: 500 });
    expect(clicked.inTime).toBe(false);
    await cut.heard(mara, "was sent");
    expect(cut.acts).toHaveLength(1);
    expect(cut.telemetry.counted("slack_acks_lost")).toBe(1);
    cut.slack.socket.refuseLinks(false);
    await until(() => cut.bot.ready());
    await cut.close();
  });

  it("closes its connection when it stops", async () => {
    await running.bot.stop(1_000);
    await running.slack.waitFor(() => running.slack.socket.connections() === 0);
    expect(running.bot.ready()).toBe(false);
  });
});

it("opens connections with the app's token and calls methods with the bot's", async () => {
  const telemetry = rememberingTelemetry();
  const { apiUrl: slackApiUrl, botToken, appToken } = running.slack;
  const clients = createSlackClients({ botToken, slackApiUrl, telemetry });
  const others = createSlackClients({ botToken: "xoxb-another", slackApiUrl, telemetry });
  await expect(others.board.auth.test()).rejects.toThrow("invalid_auth");
  expect((await clients.board.auth.test()).ok).toBe(true);
  const link = createSocketLink({ appToken, slackApiUrl, clock, telemetry });
  await link.start();
  expect(link.connected()).toBe(true);
  await link.stop();
});

it("survives a token that Slack refuses at a reconnect, and comes back", async () => {
  const telemetry = rememberingTelemetry();
  const { apiUrl: slackApiUrl, appToken } = running.slack;
  const hurried = { ...clock, wait: (ms: number) => clock.wait(ms === 30_000 ? 10 : ms) };
  const link = createSocketLink({ appToken, slackApiUrl, clock: hurried, telemetry });
  await link.start();
  running.slack.faults.plan({
    ...{ method: "apps.connections.open", times: 4 },
    fault: { kind: "error", error: "invalid_auth" },
  });
  running.slack.socket.cut();
  await until(() => !link.connected());
  await until(() => link.connected(), 10_000);
  expect(telemetry.lines.filter(({ level }) => level === "error")).not.toEqual([]);
  await link.stop();
});

it("stops with a clear message when Slack refuses the app's token", async () => {
  const telemetry = rememberingTelemetry();
  const link = createSocketLink({
    ...{ appToken: "xapp-wrong", slackApiUrl: running.slack.apiUrl, clock, telemetry },
  });
  await expect(link.start()).rejects.toThrow(SlackSetupError);
  await expect(link.start()).rejects.toThrow("SLACK_APP_TOKEN");
});
