import { afterEach, describe, expect, it } from "vitest";
import { type FakeSlack, startFakeSlack } from "../../fakes/slack/server.ts";
import { checkChannel, missingScopes } from "../../src/bot/check.ts";
import { createSlackClients } from "../../src/bot/slack/clients.ts";
import { createWorkspaceLink, SlackSetupError } from "../../src/bot/slack/workspace.ts";
import { until } from "./running-bot.ts";
import { channel, clock, rememberingTelemetry } from "./support.ts";

let slack: FakeSlack;
afterEach(() => slack.close());

function linkTo(botToken = slack.botToken, monotonicMs = () => clock.monotonicMs()) {
  const telemetry = rememberingTelemetry();
  const { lookups } = createSlackClients({ botToken, slackApiUrl: slack.apiUrl, telemetry });
  const link = createWorkspaceLink({ client: lookups, clock: { ...clock, monotonicMs }, telemetry });
  return { client: lookups, telemetry, link };
}

describe("connecting", () => {
  it("learns whose token it is", async () => {
    slack = await startFakeSlack();
    const { link } = linkTo();
    await link.connect(() => false);
    expect(link.current()).toMatchObject({ teamId: "T0HOME", botUserId: "U0HOLD", botId: "B0HOLD" });
  });

  it("goes on trying while Slack can't be reached", async () => {
    slack = await startFakeSlack();
    const { link, telemetry } = linkTo();
    slack.faults.plan({ method: "auth.test", fault: { kind: "cut" } });
    const connected = link.connect(() => false);
    await until(() => telemetry.lines.some(({ message }) => message.startsWith("Slack unreachable")));
    expect(link.current()).toBeUndefined();
    await connected;
    expect(link.current()).toBeDefined();
  });

  it("gives up only when Slack refuses the token, and says what to do", async () => {
    slack = await startFakeSlack();
    const { link } = linkTo("xoxb-wrong");
    await expect(link.connect(() => false)).rejects.toThrow(SlackSetupError);
    await expect(link.connect(() => false)).rejects.toThrow(/SLACK_BOT_TOKEN \(invalid_auth\).*OAuth/);
  });

  it("ends when it is told to stop", async () => {
    slack = await startFakeSlack();
    expect(await linkTo().link.connect(() => true)).toBeUndefined();
  });
});

describe("what is wrong with Slack", () => {
  it.each([
    ["the token was revoked", { kind: "error", error: "token_revoked" }, "SLACK_BOT_TOKEN (token_revoked)"],
    ["Slack can't be reached", { kind: "cut" }, "Slack can't be reached"],
  ] as const)(
    "is known after ten seconds, though nothing is posted, when %s",
    async (_what, fault, words) => {
      slack = await startFakeSlack();
      let nowMs = 0;
      const { link } = linkTo(slack.botToken, () => nowMs);
      expect(link.trouble()).toContain("not accepted the bot token yet");
      await link.connect(() => false);
      const lift = slack.faults.plan({ method: "*", fault, times: Number.POSITIVE_INFINITY });
      nowMs = 9_000;
      expect(link.trouble()).toBeUndefined();
      nowMs = 11_000;
      await until(() => link.trouble()?.includes(words) === true);
      lift();
      nowMs = 14_000;
      await until(() => link.trouble() === undefined);
    },
  );

  it("is nothing while Slack limits the rate", async () => {
    slack = await startFakeSlack();
    let nowMs = 0;
    const { link } = linkTo(slack.botToken, () => nowMs);
    await link.connect(() => false);
    slack.faults.plan({ method: "auth.test", fault: { kind: "rate-limited", retryAfterS: 1 } });
    nowMs = 11_000;
    const asked = slack.calls.of("auth.test").length;
    expect(link.trouble()).toBeUndefined();
    await until(() => slack.calls.of("auth.test").length > asked);
    expect(link.trouble()).toBeUndefined();
  });
});

describe("holdpoint check", () => {
  it("finds nothing wrong with a channel that the bot is in", async () => {
    slack = await startFakeSlack();
    expect(await checkChannel(linkTo().client, channel)).toEqual({
      ...{ channel, name: "deployments", problems: [] },
    });
  });

  it.each([
    ["is archived", { isArchived: true }, "is archived"],
    ["lacks the bot", { botIsMember: false }, "invite it"],
    ["is private without the bot", { botIsMember: false, isPrivate: true }, "not in it"],
  ])("says when a channel %s", async (_, changes, words) => {
    slack = await startFakeSlack({
      channels: [{ id: channel, name: "deployments", members: [], ...changes }],
    });
    const { problems } = await checkChannel(linkTo().client, channel);
    expect(problems).toEqual([expect.stringContaining(words)]);
  });

  it("says when the history can't be read for want of a scope", async () => {
    slack = await startFakeSlack({ scopes: ["chat:write", "channels:read"] });
    const { problems } = await checkChannel(linkTo().client, channel);
    expect(problems).toEqual([expect.stringContaining("missing_scope")]);
  });

  it("names the scopes that are missing and what they are for", () => {
    const workspace = { teamId: "T", name: "", url: "", botUserId: "U", botId: "B" };
    expect(missingScopes({ ...workspace, scopes: [] })).toEqual([]);
    expect(missingScopes({ ...workspace, scopes: ["chat:write", "commands"] })).toContainEqual(
      expect.stringContaining("usergroups:read"),
    );
  });
});
