import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { request } from "undici";
import { afterEach, expect, it } from "vitest";
import { startPage } from "../../../demo/page/server.ts";
import { createDriver } from "../../../fakes/slack/driver.ts";
import { startFakeSlack } from "../../../fakes/slack/server.ts";

const channel = "C0DEPLOY";
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A page whose bot only writes down what reaches it. */
async function start() {
  const heard: URLSearchParams[] = [];
  const bot = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      heard.push(new URLSearchParams(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    bot.listen(0, "127.0.0.1", resolve);
  });
  const address = bot.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const slack = await startFakeSlack();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const done: string[] = [];
  const note = (word: string) => () => {
    done.push(word);
    return Promise.resolve();
  };
  const page = await startPage({
    slack,
    driver: createDriver({ slack, bot: { kind: "http", url, signingSecret: "s" } }),
    channel,
    people: [{ id: "U0MARA", name: "Mara Lind", role: "may approve" }],
    scenarios: [
      {
        title: "ECS",
        trials: [{ id: "pauses", title: "One that pauses", tryThis: "Look.", run: note("scenario") }],
      },
    ],
    announced: () => [],
    happenings: () => [],
    bot: { state: () => "running", pullPlug: note("plug"), restart: note("restart") },
    awsCalls: () => [],
    onChange: () => () => undefined,
    store: "memory",
  });
  closing.push(() => new Promise((resolve) => bot.close(resolve)));
  closing.push(() => slack.close());
  closing.push(() => page.close());
  const act = async (body: object, headers: Record<string, string> = {}) => {
    const answered = await request(`${page.url}/act`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const said = await answered.body.text();
    return { status: answered.statusCode, said };
  };
  return { page, slack, heard, done, act };
}

const card = [
  {
    type: "actions",
    block_id: "answer-1",
    elements: [
      { type: "button", action_id: "go", text: { type: "plain_text", text: "Continue" }, value: "v1" },
    ],
  },
];

it("serves the page and its parts, all from itself", async () => {
  const { page } = await start();
  const response = await fetch(page.url);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await response.text();
  const sources = [...html.matchAll(/(?:src|href)="([^"#?]+)/g)].map(([, source]) => source ?? "");
  expect(sources.filter((source) => !source.startsWith("/") && source !== "data:,")).toEqual([]);
  for (const source of sources.filter((it) => it.startsWith("/"))) {
    expect((await fetch(page.url + source)).status).toBe(200);
  }
  const styles = await (await fetch(`${page.url}/blocks.css`)).text();
  expect(styles).not.toMatch(/url\(|@import/);
});

it("sends the parts that changed to whoever looks", async () => {
  const { page, slack } = await start();
  const events = await request(`${page.url}/events?as=U0MARA`);
  slack.workspace.post({ channel, text: "a new card", blocks: [] });
  slack.notify();
  let received = "";
  for await (const chunk of events.body) {
    received += String(chunk);
    if (received.includes("a new card")) break;
  }
  expect(received).toContain('"id":"hp-channel"');
});

it("hands a click on the drawn revision to the bot", async () => {
  const { act, heard, slack } = await start();
  const message = slack.workspace.post({ channel, text: "card", blocks: card });
  slack.workspace.edit(message, { text: "gone", blocks: [] });
  const where = { channel, ts: message.ts, revision: 0, blockId: "answer-1", actionId: "go" };
  expect(await act({ kind: "click", as: "U0MARA", ...where })).toMatchObject({ status: 200 });
  expect(heard[0]?.get("payload")).toContain('"value":"v1"');
});

it("hands a command to the bot, and keeps other words to itself", async () => {
  const { act, heard } = await start();
  await act({ kind: "command", as: "U0MARA", text: "/deploy list" });
  expect(heard.map((form) => form.get("text"))).toEqual(["list"]);
  expect((await act({ kind: "command", as: "U0MARA", text: "hello" })).said).toContain("/deploy help");
  expect(heard).toHaveLength(1);
});

it("runs scenarios, pulls the plug and restarts", async () => {
  const { act, done } = await start();
  for (const body of [{ kind: "scenario", id: "pauses" }, { kind: "plug" }, { kind: "restart" }])
    await act(body);
  expect(done).toEqual(["scenario", "plug", "restart"]);
});

it("says what Slack would show when a click can't be sent or is not known", async () => {
  const { act, slack } = await start();
  const message = slack.workspace.post({ channel, text: "card", blocks: [] });
  const where = { channel, ts: message.ts, revision: 0, blockId: "answer-1", actionId: "go" };
  expect((await act({ kind: "click", as: "U0MARA", ...where })).status).toBe(409);
  expect((await act({ kind: "dance" })).status).toBe(400);
});

it.each([
  ["another site", { origin: "https://example.com" }, 403],
  ["a name that was rebound to this machine", { host: "rebound.example.com" }, 403],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, 400],
])("does not act for %s", async (_what, headers, status) => {
  const { act, done } = await start();
  expect((await act({ kind: "plug" }, headers)).status).toBe(status);
  expect(done).toEqual([]);
});
