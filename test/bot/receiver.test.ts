import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replay, signatureOf } from "../../fakes/slack/delivery/delivery.ts";
import { mara, type RunningBot, startBot } from "./running-bot.ts";

let running: RunningBot;
beforeEach(async () => {
  running = await startBot();
});
afterEach(() => running.close());

/** A signed request with any body. */
async function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return fetch(running.url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signatureOf(running.slack.signingSecret, timestamp, body),
      ...headers,
    },
  });
}

describe("a request over HTTP", () => {
  it.each([
    ["forged", { signature: "forged" }],
    ["unsigned", { signature: "missing" }],
    ["six minutes old", { ageS: 360 }],
    ["six minutes in the future", { ageS: -360 }],
  ] as const)("is refused when it is %s, and nothing happens", async (_, options) => {
    const card = await running.show();
    const delivered = await running.driver.click(mara, card, "Continue", options);
    expect(delivered.status).toBe(401);
    expect(running.acts).toEqual([]);
    expect(running.telemetry.counted("slack_requests", { status: "401" })).toBe(1);
  });

  it("is taken with a charset in its content type", async () => {
    const delivered = await running.driver.command(mara, "/deploy help", {
      contentType: "application/x-www-form-urlencoded; charset=utf-8",
    });
    expect(delivered.status).toBe(200);
    await running.heard(mara, "/deploy can do");
  });

  it.each(["payload=null", "payload=%5B%5D", "payload=%7B", "payload=7"])(
    "is malformed when its signed body is %s",
    async (body) => {
      expect((await post(body)).status).toBe(400);
    },
  );

  it.each([
    "payload=%7B%7D",
    `payload=${encodeURIComponent('{"type":"block_actions","actions":[]}')}`,
    "command=/deploy",
  ])("never brings the process down: %s", async (body) => {
    expect((await post(body)).status).toBeLessThan(501);
    expect((await running.driver.command(mara, "/deploy help")).status).toBe(200);
  });

  it("is refused above one MiB", async () => {
    expect((await post(`payload=${"x".repeat(1_100_000)}`)).status).toBe(413);
  });

  it("is refused when it is no POST", async () => {
    expect((await fetch(running.url)).status).toBe(405);
  });

  it("answers Slack's check of the address only when it is signed", async () => {
    const body = JSON.stringify({ type: "url_verification", challenge: "abc" });
    const json = { "content-type": "application/json" };
    expect(await (await post(body, json)).json()).toEqual({ challenge: "abc" });
    expect((await post(body, { ...json, "x-slack-signature": "v0=0" })).status).toBe(401);
  });

  it("acknowledges at once what it has no use for", async () => {
    const action = JSON.stringify({
      type: "block_actions",
      user: { id: mara, team_id: "T0HOME" },
      team: { id: "T0HOME", domain: "example" },
      actions: [{ type: "button", action_id: "unheard-of", block_id: "b", action_ts: "1" }],
    });
    const startedAt = performance.now();
    expect((await post(`payload=${encodeURIComponent(action)}`)).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it("has one effect when it is replayed", async () => {
    const card = await running.show();
    const delivered = await running.driver.click(mara, card, "Continue");
    await running.heard(mara, "was sent");
    expect((await replay(delivered)).status).toBe(200);
    expect(running.acts).toHaveLength(1);
  });

  it("does not keep the bot from stopping when only half of it was sent", async () => {
    const { port } = new URL(running.url);
    const socket = connect(Number(port), "127.0.0.1");
    await new Promise<void>((resolve) =>
      socket.write("POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf", () =>
        resolve(),
      ),
    );
    const startedAt = performance.now();
    await running.bot.stop(1_000);
    expect(performance.now() - startedAt).toBeLessThan(900);
    socket.destroy();
  });
});

it("takes nothing before Slack has accepted the token", async () => {
  const early = await startBot({ started: false });
  const delivered = await early.driver.command(mara, "/deploy list");
  expect(delivered.status).toBe(503);
  expect(early.bot.ready()).toBe(false);
  await early.bot.start();
  expect(early.bot.ready()).toBe(true);
  await early.close();
});
