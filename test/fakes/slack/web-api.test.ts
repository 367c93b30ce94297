import { WebClient } from "@slack/web-api";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import type { FakeSlackOptions } from "../../../fakes/slack/options.ts";
import { type FakeSlack, startFakeSlack } from "../../../fakes/slack/server.ts";
import { silentLogger } from "./silent-logger.ts";

const channel = "C0DEPLOY";
const section = (text: string) => ({ type: "section" as const, text: { type: "mrkdwn" as const, text } });
const modal = {
  type: "modal" as const,
  title: { type: "plain_text" as const, text: "Roll back" },
  blocks: [section("why?")],
};

const started: FakeSlack[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((slack) => slack.close()));
});

async function workspace(options: FakeSlackOptions = {}, token?: string) {
  const slack = await startFakeSlack(options);
  started.push(slack);
  const client = new WebClient(token ?? slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger,
  });
  return { slack, client };
}

const refusal = (error: string) => expect.objectContaining({ data: expect.objectContaining({ error }) });

it("says who the token belongs to", async () => {
  const { client } = await workspace();
  await expect(client.api.test()).resolves.toMatchObject({ ok: true });
  await expect(client.auth.test()).resolves.toMatchObject({
    team_id: "T0HOME",
    user_id: "U0HOLD",
    bot_id: "B0HOLD",
  });
});

it.each([
  ["xoxb-somebody-else", "invalid_auth"],
  ["xapp-fake-app", "not_allowed_token_type"],
])("refuses the token %s with %s", async (token, error) => {
  const { client } = await workspace({}, token);
  await expect(client.chat.postMessage({ channel, text: "hello" })).rejects.toEqual(refusal(error));
});

it("names the scope that is missing", async () => {
  const { client } = await workspace({ scopes: ["chat:write"] });
  await expect(client.conversations.history({ channel })).rejects.toMatchObject({
    data: { error: "missing_scope", needed: "channels:history,groups:history", provided: "chat:write" },
  });
});

it("posts, edits and deletes, and keeps what each edit replaced", async () => {
  const { client, slack } = await workspace();
  const posted = await client.chat.postMessage({ channel, text: "first", blocks: [section("first")] });
  const ts = posted.ts ?? "";
  await client.chat.update({ channel, ts, text: "second", blocks: [section("second")] });
  expect(slack.workspace.message(channel, ts)).toMatchObject({
    text: "second",
    revision: 1,
    earlier: [{ text: "first", revision: 0 }],
  });
  await client.chat.delete({ channel, ts });
  await expect(client.chat.update({ channel, ts, text: "third" })).rejects.toEqual(
    refusal("message_not_found"),
  );
});

it("drops the blocks when an edit brings only a text", async () => {
  const { client, slack } = await workspace();
  const { ts = "" } = await client.chat.postMessage({ channel, text: "x", blocks: [section("x")] });
  await client.chat.update({ channel, ts, text: "only text" });
  expect(slack.workspace.message(channel, ts)?.blocks).toEqual([]);
});

it.each([
  [{ channel: "C0NOWHERE", text: "x" }, "channel_not_found"],
  [{ channel: "C0CLOSED", text: "x" }, "is_archived"],
  [{ channel: "C0SECRET", text: "x" }, "channel_not_found"],
  [{ channel, text: "" }, "no_text"],
  [{ channel, text: "x", blocks: [section("y".repeat(3001))] }, "invalid_blocks"],
])("refuses to post %j with %s", async (args, error) => {
  const { client } = await workspace({
    channels: [
      { id: channel, name: "deployments", members: ["U0MARA"] },
      { id: "C0CLOSED", name: "old", members: [], isArchived: true },
      { id: "C0SECRET", name: "secret", members: [], isPrivate: true, botIsMember: false },
    ],
  });
  await expect(client.chat.postMessage(args)).rejects.toEqual(refusal(error));
});

it("lets an app post where it is no member only with chat:write.public", async () => {
  const channels = [{ id: channel, name: "deployments", members: ["U0MARA"], botIsMember: false }];
  const without = await workspace({ channels, scopes: ["chat:write"] });
  await expect(without.client.chat.postMessage({ channel, text: "x" })).rejects.toEqual(
    refusal("not_in_channel"),
  );
  const having = await workspace({ channels, scopes: ["chat:write", "chat:write.public"] });
  await expect(having.client.chat.postMessage({ channel, text: "x" })).resolves.toMatchObject({ ok: true });
});

it("refuses an edit whose text is longer than 4000 characters", async () => {
  const { client } = await workspace();
  const { ts = "" } = await client.chat.postMessage({ channel, text: "x".repeat(4001) });
  await expect(client.chat.update({ channel, ts, text: "x".repeat(4001) })).rejects.toEqual(
    refusal("msg_too_long"),
  );
});

it("gives metadata in full only to who asks for it, and keeps it over an edit that does not name it", async () => {
  const { client } = await workspace();
  const metadata = { event_type: "card", event_payload: { ref: "r1" } };
  const { ts = "" } = await client.chat.postMessage({ channel, text: "x", metadata });
  await client.chat.update({ channel, ts, text: "y" });
  const short = await client.conversations.history({ channel });
  expect(short.messages?.[0]?.metadata).toEqual({ event_type: "card" });
  const whole = await client.conversations.history({ channel, include_all_metadata: true });
  expect(whole.messages?.[0]?.metadata).toEqual(metadata);
});

it("keeps replies in their thread and shows broadcasts in the channel too", async () => {
  const { client } = await workspace();
  const { ts = "" } = await client.chat.postMessage({ channel, text: "card" });
  await client.chat.postMessage({ channel, text: "timeline", thread_ts: ts });
  await client.chat.postMessage({ channel, text: "incident", thread_ts: ts, reply_broadcast: true });
  const history = await client.conversations.history({ channel });
  expect(history.messages?.map((it) => [it.text, it.subtype])).toEqual([
    ["incident", "thread_broadcast"],
    ["card", undefined],
  ]);
  const thread = await client.conversations.replies({ channel, ts });
  expect(thread.messages?.map((it) => it.text)).toEqual(["card", "timeline", "incident"]);
  expect(thread.messages?.[0]).toMatchObject({ reply_count: 2, thread_ts: ts });
  await expect(client.conversations.replies({ channel, ts: "1.000000" })).rejects.toEqual(
    refusal("thread_not_found"),
  );
});

it("pages through the history, newest first, and keeps to oldest and latest", async () => {
  const { client } = await workspace();
  const stamps: string[] = [];
  for (const text of ["1", "2", "3", "4", "5"]) {
    stamps.push((await client.chat.postMessage({ channel, text })).ts ?? "");
  }
  const texted = z.object({ messages: z.array(z.object({ text: z.string() })) });
  const texts: string[][] = [];
  for await (const page of client.paginate("conversations.history", { channel, limit: 2 })) {
    texts.push(texted.parse(page).messages.map((it) => it.text));
  }
  expect(texts).toEqual([["5", "4"], ["3", "2"], ["1"]]);
  const [, oldest = "", , latest = ""] = stamps;
  const between = await client.conversations.history({ channel, oldest, latest });
  expect(between.messages?.map((it) => it.text)).toEqual(["3"]);
  const inclusive = await client.conversations.history({ channel, oldest, latest, inclusive: true });
  expect(inclusive.messages?.map((it) => it.text)).toEqual(["4", "3", "2"]);
});

it("shows an ephemeral message to one member of the channel, and to no history", async () => {
  const { client, slack } = await workspace();
  await client.chat.postEphemeral({ channel, user: "U0MARA", text: "only you" });
  expect(slack.workspace.privateTo("U0MARA").map((it) => it.text)).toEqual(["only you"]);
  expect(slack.workspace.privateTo("U0JUN")).toEqual([]);
  expect((await client.conversations.history({ channel })).messages).toEqual([]);
  await expect(client.chat.postEphemeral({ channel, user: "U0GUEST", text: "x" })).rejects.toEqual(
    refusal("user_not_in_channel"),
  );
});

it("links to messages and replies", async () => {
  const { client } = await workspace();
  const { ts = "" } = await client.chat.postMessage({ channel, text: "card" });
  const link = await client.chat.getPermalink({ channel, message_ts: ts });
  expect(link.permalink).toBe(`https://example.slack.com/archives/${channel}/p${ts.replace(".", "")}`);
});

it("knows people, groups and channels", async () => {
  const { client } = await workspace();
  await expect(client.users.info({ user: "U0JUN" })).resolves.toMatchObject({
    user: { team_id: "T0HOME", profile: { email: "jun@example.com" } },
  });
  await expect(client.users.lookupByEmail({ email: "jun@example.com" })).resolves.toMatchObject({
    user: { id: "U0JUN" },
  });
  await expect(client.users.info({ user: "U0NOBODY" })).rejects.toEqual(refusal("user_not_found"));
  await expect(client.usergroups.users.list({ usergroup: "S0ONCALL" })).resolves.toMatchObject({
    users: ["U0MARA", "U0JUN"],
  });
  await expect(client.usergroups.users.list({ usergroup: "S0NONE" })).rejects.toEqual(
    refusal("no_such_subteam"),
  );
  await expect(client.usergroups.list({ include_users: true })).resolves.toMatchObject({
    usergroups: [{ id: "S0ONCALL", users: ["U0MARA", "U0JUN"] }],
  });
  await expect(client.conversations.info({ channel })).resolves.toMatchObject({
    channel: { is_member: true },
  });
  await expect(client.conversations.members({ channel })).resolves.toMatchObject({
    members: ["U0MARA", "U0JUN", "U0THEO", "U0HOLD"],
  });
  await expect(client.conversations.list()).resolves.toMatchObject({ channels: [{ id: channel }] });
});

it("opens one view per trigger, within three seconds", async () => {
  let now = 1_794_924_000_000;
  const { client, slack } = await workspace({ clock: () => now });
  const trigger_id = slack.views.issueTrigger("U0MARA");
  const opened = await client.views.open({ trigger_id, view: modal });
  expect(slack.views.topOf("U0MARA")?.id).toBe(opened.view?.id);
  await expect(client.views.open({ trigger_id, view: modal })).rejects.toEqual(
    refusal("exchanged_trigger_id"),
  );
  const late = slack.views.issueTrigger("U0MARA");
  now += 3_001;
  await expect(client.views.open({ trigger_id: late, view: modal })).rejects.toEqual(
    refusal("expired_trigger_id"),
  );
});

it("stacks at most three views, updates by id and hash, and publishes Home", async () => {
  const { client, slack } = await workspace();
  const trigger = (): string => slack.views.issueTrigger("U0MARA");
  const root = await client.views.open({ trigger_id: trigger(), view: modal });
  await client.views.push({ trigger_id: trigger(), view: modal });
  await client.views.push({ trigger_id: trigger(), view: modal });
  await expect(client.views.push({ trigger_id: trigger(), view: modal })).rejects.toEqual(
    refusal("push_limit_reached"),
  );
  const view_id = root.view?.id ?? "";
  await expect(client.views.update({ view_id, hash: "old", view: modal })).rejects.toEqual(
    refusal("hash_conflict"),
  );
  await expect(client.views.update({ view_id, view: modal })).resolves.toMatchObject({
    view: { id: view_id },
  });
  await client.views.publish({ user_id: "U0MARA", view: { type: "home", blocks: [section("hi")] } });
  expect(slack.views.homeOf("U0MARA")?.content).toMatchObject({ type: "home" });
});

it("refuses a view with inputs and no submit button", async () => {
  const { client, slack } = await workspace();
  const input = {
    type: "input" as const,
    label: { type: "plain_text" as const, text: "Reason" },
    element: { type: "plain_text_input" as const, action_id: "text" },
  };
  const trigger_id = slack.views.issueTrigger("U0MARA");
  await expect(client.views.open({ trigger_id, view: { ...modal, blocks: [input] } })).rejects.toEqual(
    refusal("invalid_arguments"),
  );
});

it("says that a method is unknown", async () => {
  const { client } = await workspace();
  await expect(client.apiCall("chat.whisper")).rejects.toEqual(refusal("unknown_method"));
});
