import { afterEach, expect, it } from "vitest";
import type { PageOptions } from "../../../demo/page/contract.ts";
import { renderFragments, renderPage } from "../../../demo/page/render.tsx";
import { createDriver } from "../../../fakes/slack/driver.ts";
import type { JsonObject } from "../../../fakes/slack/json.ts";
import { type FakeSlack, startFakeSlack } from "../../../fakes/slack/server.ts";
import { stateOf } from "../../../fakes/slack/state.ts";

const channel = "C0DEPLOY";
const hostile = `<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1)`;
const started: FakeSlack[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((slack) => slack.close()));
});

async function page(more: Partial<PageOptions> = {}): Promise<PageOptions> {
  const slack = await startFakeSlack();
  started.push(slack);
  return {
    slack,
    driver: createDriver({ slack, bot: { kind: "http", url: "http://127.0.0.1:9", signingSecret: "s" } }),
    channel,
    people: [
      { id: "U0MARA", name: "Mara Lind", role: "may approve" },
      { id: "U0JUN", name: "Jun Park", role: "may approve" },
    ],
    scenarios: [],
    bot: { state: () => "running", pullPlug: () => Promise.resolve(), restart: () => Promise.resolve() },
    happenings: () => [],
    awsCalls: () => [],
    announced: () => [],
    onChange: () => () => undefined,
    store: "memory",
    ...more,
  };
}

const section = (text: string): JsonObject => ({ type: "section", text: { type: "mrkdwn", text } });
const header = (text: string): JsonObject => ({ type: "header", text: { type: "plain_text", text } });

/** The elements and the names of their attributes: what could run. */
function withoutValues(html: string): string {
  return html.replaceAll(/"[^"]*"/g, '""');
}

/** What a reader sees: the text without its elements. */
function textIn(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("\u200B", "");
}

async function drawn(...blocks: readonly JsonObject[]): Promise<string> {
  const options = await page();
  options.slack.workspace.post({ channel, text: "card", blocks });
  return renderFragments(options, "U0MARA")["hp-channel"];
}

it.each([
  ["a section", section(hostile)],
  ["code", section(`\`${hostile}\` and \`\`\`${hostile}\`\`\``)],
  ["a header", header(hostile)],
  ["a context", { type: "context", elements: [{ type: "mrkdwn", text: hostile }] }],
  ["a button and its dialog", button(hostile)],
  ["a block that can't be drawn", { type: "hologram", text: hostile }],
])("draws hostile text in %s as text", async (_what, block) => {
  const html = await drawn(block);
  expect(withoutValues(html)).not.toMatch(/<script|<img|<[^>]*\sonmouseover/i);
});

function button(text: string): JsonObject {
  const plain = { type: "plain_text", text };
  const confirm = { title: plain, text: plain, confirm: plain, deny: plain };
  return { type: "actions", elements: [{ type: "button", action_id: "a", text: plain, confirm }] };
}

it("draws hostile fallbacks, names, errors and calls as text", async () => {
  const options = await page({
    store: hostile,
    scenarios: [
      {
        title: hostile,
        trials: [{ id: hostile, title: hostile, tryThis: hostile, run: () => Promise.resolve() }],
      },
    ],
    announced: () => [{ id: hostile, at: 0, about: hostile, state: hostile }],
    awsCalls: () => [
      {
        id: "1",
        at: 0,
        service: hostile,
        operation: hostile,
        isWrite: true,
        about: hostile,
        answer: hostile,
      },
    ],
  });
  options.slack.workspace.putPerson({ id: "U0MARA", name: hostile, realName: hostile });
  options.slack.workspace.post({ channel, text: hostile, blocks: [], onlyFor: "U0MARA" });
  const html = renderPage(options, "U0MARA");
  expect(withoutValues(html).match(/<script|<img|<[^>]*\sonmouseover/gi)).toEqual(["<script"]);
});

it.each([
  ["&lt;!channel&gt; and &lt;https://example.com|here&gt;", "<!channel> and <https://example.com|here>"],
  ["`a*b` and `c*d`", "a∗b and c∗d"],
  ["`[a](https://example.com)`", "[a](https://example.com)"],
  ["at 14:32:11 UTC", "at 14:32:11 UTC"],
  ["this &amp; that", "this & that"],
])("draws %s as Slack does", async (sent, seen) => {
  const html = await drawn(section(sent));
  expect(textIn(html)).toContain(seen);
  expect(html).not.toMatch(/href="http|slack_broadcast/);
});

it("leaves plain text plain", async () => {
  const html = await drawn(header("*Waiting*: a_b_ at 14:32:11 &lt;!channel&gt;"));
  expect(textIn(html)).toContain("*Waiting*: a_b_ at 14:32:11 <!channel>");
});

it("names people and groups, and leaves dates to the reader's zone", async () => {
  const html = await drawn(section("<@U0JUN> <!subteam^S0ONCALL> <!date^1794925920^{time}|14:32 UTC>"));
  expect(textIn(html)).toMatch(/@Jun Park\s@oncall\s14:32 UTC/);
  expect(html).toContain('<time data-epoch="1794925920" data-format="{time}">14:32 UTC</time>');
});

it("shows a block that the renderer throws on as JSON, and draws the others", async () => {
  const table = { type: "table", rows: [[{ type: "raw_number", value: 7, text: "7" }]] };
  const html = await drawn(table, section("the *next* block"));
  expect(html).toContain("as-json");
  expect(textIn(html)).toContain('"type": "raw_number"');
  expect(html).toContain("<strong>");
});

it("holds every id once", async () => {
  const options = await page();
  for (const text of ["one", "two"]) options.slack.workspace.post({ channel, text, blocks: [button(text)] });
  const ids = [...renderPage(options, "U0MARA").matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

it("shows a private answer to its reader alone", async () => {
  const options = await page();
  options.slack.workspace.post({ channel, text: "you may not", blocks: [], onlyFor: "U0JUN" });
  expect(textIn(renderFragments(options, "U0JUN")["hp-channel"])).toContain("Only Jun Park sees this");
  expect(renderFragments(options, "U0MARA")["hp-channel"]).not.toContain("you may not");
});

it("folds replies under their card and shows a broadcast in both places", async () => {
  const options = await page();
  const { ts } = options.slack.workspace.post({ channel, text: "card", blocks: [] });
  options.slack.workspace.post({ channel, text: "timeline", blocks: [], threadTs: ts });
  options.slack.workspace.post({ channel, text: "incident", blocks: [], threadTs: ts, broadcast: true });
  const html = renderFragments(options, "U0MARA")["hp-channel"];
  expect(html.match(/class="message"/g)).toHaveLength(2);
  expect(textIn(html)).toContain("2 replies in the thread");
  expect(textIn(html)).toContain("Replied to a card");
});

it.each([
  ["a mention", { text: "api waits for <@U0MARA>" }, "🔔 Notifies Mara Lind: api waits for @Mara Lind"],
  [
    "no mention",
    { text: "api &amp; co" },
    "🔕 Mentions nobody. People who follow the whole channel get: api & co",
  ],
  [
    "a mention in a reply",
    { text: "for <@U0MARA>", threadTs: "1" },
    "🔔 A reply notifies Mara Lind: for @Mara Lind",
  ],
  ["a reply", { text: "news", threadTs: "1" }, "🔕 Notifies nobody"],
])("says whom %s notifies and what a phone shows", async (_what, draft, seen) => {
  const options = await page();
  const { workspace } = options.slack;
  const { ts } = workspace.post({ channel, text: "card", blocks: [] });
  const blocks = [section(draft.text)];
  const posted = workspace.post({
    channel,
    blocks,
    ...draft,
    ...("threadTs" in draft ? { threadTs: ts } : {}),
  });
  workspace.edit(posted, { text: "edited <@U0JUN>", blocks: [] });
  const told = [...renderFragments(options, "U0MARA")["hp-channel"].matchAll(/<p class="notified.*?<\/p>/g)];
  expect(textIn(told.at(-1)?.[0] ?? "")).toBe(seen);
});

it("draws a modal with its fields, what was typed, and the bot's errors beside them", async () => {
  const options = await page();
  const { views } = options.slack;
  const input = {
    type: "input",
    block_id: "reason",
    label: { type: "plain_text", text: "Reason" },
    element: { type: "plain_text_input", action_id: "text", multiline: true },
  };
  const plain = (text: string) => ({ type: "plain_text", text });
  const content = { type: "modal", title: plain("Roll back"), submit: plain("Roll back"), blocks: [input] };
  const opened = views.open(views.issueTrigger("U0MARA"), content);
  if (!opened.ok) throw new Error(opened.error);
  views.keepTyped(opened.view.id, { reason: "x <b>" });
  views.showErrors(opened.view.id, { reason: "Say more." });
  const html = renderFragments(options, "U0MARA")["hp-view"];
  expect(html).toMatch(/<textarea[^>]*name="reason"[^>]*>x &lt;b&gt;<\/textarea>/);
  expect(html).toMatch(/<p class="error" id="hp-error-reason" role="alert">Say more\.<\/p>/);
  expect(renderFragments(options, "U0JUN")["hp-view"]).toBe("");
});

it("draws a chart as a picture that says what it shows", async () => {
  const data = (...values: readonly number[]) => values.map((value, at) => ({ label: String(at), value }));
  const html = await drawn({
    type: "data_visualization",
    title: "Planned",
    chart: {
      type: "line",
      series: [
        { name: "Now", data: data(0, 50, 100) },
        { name: "Proposed", data: data(0, 20, 40) },
      ],
      axis_config: { categories: ["0", "1", "2"], x_label: "Minutes", y_label: "%" },
    },
  });
  expect(html).toMatch(/<svg[^>]*role="img"[^>]*aria-label="Line chart: Planned\.[^"]*Now and Proposed/);
  expect(html.match(/<path d="M [^"]+" fill="none" stroke="rgb/g)).toHaveLength(2);
});

it("keeps what a person has emptied empty, also where the field was drawn with a value", () => {
  const input = {
    type: "input",
    block_id: "description",
    label: { type: "plain_text", text: "Description" },
    element: { type: "plain_text_input", action_id: "value", initial_value: "old" },
  };
  expect(stateOf([input], {})).toEqual({
    description: { value: { type: "plain_text_input", value: "old" } },
  });
  expect(stateOf([input], { description: "" })).toEqual({
    description: { value: { type: "plain_text_input", value: null } },
  });
});

it("draws a menu as a select that can be used", async () => {
  const option = { text: { type: "plain_text", text: "checkout-api" }, value: "r1" };
  const menu = { type: "static_select", action_id: "choose", options: [option] };
  const html = await drawn({ type: "actions", block_id: "which", elements: [menu] });
  expect(html).toMatch(/<select data-menu="choose" data-block="which">/);
  expect(html).toContain('<option value="r1">checkout-api</option>');
});
