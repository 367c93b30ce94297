import { App, type BlockAction, HTTPReceiver } from "@slack/bolt";
import { afterEach, expect, it } from "vitest";
import { replay } from "../../../fakes/slack/delivery/delivery.ts";
import { createDriver } from "../../../fakes/slack/driver.ts";
import { type FakeSlack, startFakeSlack } from "../../../fakes/slack/server.ts";
import { silentLogger } from "./silent-logger.ts";

const channel = "C0DEPLOY";
const plain = (text: string) => ({ type: "plain_text" as const, text });
const card = (value: string) => [
  { type: "section" as const, text: { type: "mrkdwn" as const, text: "*waiting*" } },
  {
    type: "actions" as const,
    block_id: `answer-${value}`,
    elements: [
      { type: "button" as const, action_id: "answer.continue", text: plain("Continue"), value },
      {
        type: "static_select" as const,
        action_id: "answer.which",
        options: [
          { text: plain("One"), value: "1" },
          { text: plain("Two"), value: "2" },
        ],
      },
    ],
  },
];
const modal = {
  type: "modal" as const,
  callback_id: "reason",
  title: plain("Roll back"),
  submit: plain("Roll back"),
  private_metadata: "what it is about",
  blocks: [
    {
      type: "input" as const,
      block_id: "reason",
      label: plain("Reason"),
      element: { type: "plain_text_input" as const, action_id: "text" },
    },
    {
      type: "input" as const,
      block_id: "type",
      label: plain("Type"),
      element: {
        type: "static_select" as const,
        action_id: "value",
        options: [{ text: plain("Linear"), value: "LINEAR" }],
      },
    },
  ],
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A real Bolt app behind a real HTTPReceiver, and people who use it. */
async function start() {
  const slack: FakeSlack = await startFakeSlack({
    people: [
      { id: "U0MARA", name: "mara" },
      { id: "U0GUEST", name: "guest", teamId: "T0OTHER" },
    ],
  });
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger: silentLogger });
  const app = new App({
    receiver,
    convoStore: false,
    logger: silentLogger,
    authorize: () => Promise.resolve({ botToken: slack.botToken, botId: "B0HOLD", botUserId: "U0HOLD" }),
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  const server = await receiver.start({ port: 0, host: "127.0.0.1" });
  closing.push(() => slack.close());
  closing.push(() => receiver.stop());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/slack/events`;
  const driver = createDriver({ slack, bot: { kind: "http", url, signingSecret: slack.signingSecret } });
  const post = async (value = "v1") => {
    const { ts = "" } = await app.client.chat.postMessage({
      token: slack.botToken,
      channel,
      text: "card",
      blocks: card(value),
      metadata: { event_type: "card", event_payload: { ref: "r1" } },
    });
    return { channel, ts };
  };
  return { slack, app, driver, post };
}

it("clicks a button so that Bolt knows who, where and what, and can answer in private", async () => {
  const { app, slack, driver, post } = await start();
  const seen: unknown[] = [];
  app.action<BlockAction>("answer.continue", async ({ ack, action, body, respond }) => {
    await ack();
    seen.push({ action, user: body.user.id, team: body.team?.id, channel: body.channel?.id });
    await respond({ text: "taken", replace_original: false });
  });
  const at = await post("v1");
  const delivered = await driver.click("U0MARA", at, "Cont");
  expect(delivered).toMatchObject({ status: 200, inTime: true });
  const told = await slack.waitFor(() => slack.workspace.privateTo("U0MARA").at(0));
  expect(told.text).toBe("taken");
  expect(seen).toMatchObject([
    { action: { value: "v1", block_id: "answer-v1" }, user: "U0MARA", team: "T0HOME", channel },
  ]);
});

it("carries message, state and the other workspace of a guest", async () => {
  const { app, driver, post } = await start();
  const bodies: unknown[] = [];
  app.action("answer.which", async ({ ack, body }) => {
    bodies.push(body);
    await ack();
  });
  const at = await post();
  await driver.click("U0GUEST", at, { actionId: "answer.which" }, { option: "2" });
  expect(bodies).toMatchObject([
    {
      user: { id: "U0GUEST", team_id: "T0OTHER" },
      container: { type: "message", message_ts: at.ts, channel_id: channel, is_ephemeral: false },
      message: { ts: at.ts, metadata: { event_type: "card" } },
      state: { values: { "answer-v1": { "answer.which": { selected_option: null } } } },
      actions: [{ type: "static_select", selected_option: { value: "2" } }],
    },
  ]);
});

it("clicks the button that the person saw, although the card was redrawn", async () => {
  const { app, slack, driver, post } = await start();
  const values: string[] = [];
  app.action<BlockAction>("answer.continue", async ({ ack, body }) => {
    await ack();
    for (const action of body.actions) if (action.type === "button") values.push(action.value ?? "");
  });
  const at = await post("old");
  await app.client.chat.update({ token: slack.botToken, ...at, text: "card", blocks: card("new") });
  await driver.click("U0MARA", at, "Continue", { revision: 0 });
  await driver.click("U0MARA", at, "Continue");
  expect(values).toEqual(["old", "new"]);
});

it.each([
  ["a forged signature", { signature: "forged" as const }, 401],
  ["no signature", { signature: "missing" as const }, 401],
  ["a timestamp older than five minutes", { ageS: 301 }, 401],
  ["a content type with a charset", { contentType: "application/x-www-form-urlencoded; charset=utf-8" }, 400],
])("is refused by Bolt with %s", async (_what, options, status) => {
  const { app, driver, post } = await start();
  app.action("answer.continue", ({ ack }) => ack());
  const delivered = await driver.click("U0MARA", await post(), "Continue", options);
  expect(delivered.status).toBe(status);
});

it("can send the identical request again, from the future, and with another value", async () => {
  const { app, driver, post } = await start();
  const values: unknown[] = [];
  app.action("answer.continue", async ({ ack, action }) => {
    await ack();
    values.push("value" in action ? action.value : undefined);
  });
  const at = await post("v1");
  const first = await driver.click("U0MARA", at, "Continue", { ageS: -60 });
  expect((await replay(first)).status).toBe(200);
  await driver.click("U0MARA", at, "Continue", {
    tamper: (payload) => ({
      ...payload,
      actions: [{ type: "button", action_id: "answer.continue", value: "forged" }],
    }),
  });
  expect(values).toEqual(["v1", "v1", "forged"]);
});

it("opens a modal, shows its errors, keeps what was typed, and closes it in the end", async () => {
  const { app, slack, driver, post } = await start();
  const states: unknown[] = [];
  app.action("answer.continue", async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: "trigger_id" in body ? body.trigger_id : "", view: modal });
  });
  app.view("reason", async ({ ack, view }) => {
    states.push({ values: view.state.values, about: view.private_metadata });
    const reason = view.state.values.reason?.text?.value ?? "";
    if (reason.length < 3) await ack({ response_action: "errors", errors: { reason: "Say more." } });
    else await ack();
  });
  await driver.click("U0MARA", await post(), "Continue");
  const view = await slack.waitFor(() => slack.views.topOf("U0MARA"));
  await driver.submit("U0MARA", view.id, { reason: "x", type: "LINEAR" });
  expect(slack.views.topOf("U0MARA")).toMatchObject({
    errors: { reason: "Say more." },
    typed: { reason: "x" },
  });
  await driver.submit("U0MARA", view.id, { reason: "errors doubled", type: "LINEAR" });
  expect(slack.views.topOf("U0MARA")).toBeUndefined();
  expect(states.at(-1)).toMatchObject({
    about: "what it is about",
    values: {
      reason: { text: { type: "plain_text_input", value: "errors doubled" } },
      type: { value: { type: "static_select", selected_option: { value: "LINEAR" } } },
    },
  });
});

it("types a command, and shows what the bot says in its answer and by its response address", async () => {
  const { app, slack, driver } = await start();
  app.command("/deploy", async ({ ack, command, respond }) => {
    await ack(`asked for ${command.text}`);
    await respond("and more");
  });
  const delivered = await driver.command("U0MARA", "/deploy show checkout-api");
  expect(delivered.status).toBe(200);
  await slack.waitFor(() => slack.workspace.privateTo("U0MARA").length === 2);
  const texts = slack.workspace.privateTo("U0MARA").map((it) => it.text);
  expect(texts.toSorted()).toEqual(["and more", "asked for show checkout-api"]);
});

it("opens the Home tab and clicks in it", async () => {
  const { app, slack, driver } = await start();
  app.event("app_home_opened", async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks: card("home") } });
  });
  const clicked: unknown[] = [];
  app.action("answer.continue", async ({ ack, body }) => {
    await ack();
    clicked.push("view" in body ? body.view?.type : undefined);
  });
  await driver.openHome("U0MARA");
  const home = await slack.waitFor(() => slack.views.homeOf("U0MARA"));
  expect((await driver.clickInView("U0MARA", home.id, "Continue")).status).toBe(200);
  expect(clicked).toEqual(["home"]);
});

it("lets a response address be used five times, and replaces or deletes a private answer", async () => {
  const { slack } = await start();
  const message = slack.workspace.post({ channel, text: "old", blocks: [], onlyFor: "U0MARA" });
  const url = slack.issueResponseUrl({ channel, person: "U0MARA", message });
  const say = async (body: object) =>
    (
      await fetch(url, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      })
    ).status;
  expect(await say({ text: "new", replace_original: true })).toBe(200);
  expect(slack.workspace.privateTo("U0MARA").map((it) => it.text)).toEqual(["new"]);
  expect(await say({ delete_original: true })).toBe(200);
  expect(slack.workspace.privateTo("U0MARA")).toEqual([]);
  expect(await say({ text: "for all", response_type: "in_channel" })).toBe(200);
  expect(slack.workspace.timeline(channel).map((it) => it.text)).toEqual(["for all"]);
  expect(await say({ text: "4" })).toBe(200);
  expect(await say({ text: "5" })).toBe(200);
  expect(await say({ text: "6" })).toBe(404);
});
