import { WebClient } from "@slack/web-api";
import { afterEach, expect, it } from "vitest";
import type { FakeSlackOptions } from "../../../fakes/slack/options.ts";
import { publishedRates } from "../../../fakes/slack/rates.ts";
import { type FakeSlack, startFakeSlack } from "../../../fakes/slack/server.ts";
import { silentLogger } from "./silent-logger.ts";

const channel = "C0DEPLOY";
const started: FakeSlack[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((slack) => slack.close()));
});

async function workspace(options: FakeSlackOptions = {}) {
  const slack = await startFakeSlack(options);
  started.push(slack);
  const client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 1_000,
    logger: silentLogger,
  });
  return { slack, client, post: () => client.chat.postMessage({ channel, text: "x" }) };
}

it("fails exactly as often as it was told, with Slack's own error", async () => {
  const { slack, post } = await workspace();
  slack.faults.plan({ method: "chat.postMessage", fault: { kind: "error", error: "fatal_error" }, times: 2 });
  await expect(post()).rejects.toMatchObject({ data: { error: "fatal_error" } });
  await expect(post()).rejects.toMatchObject({ data: { error: "fatal_error" } });
  await expect(post()).resolves.toMatchObject({ ok: true });
  expect(slack.calls.of("chat.postMessage").map((call) => call.tookEffect)).toEqual([false, false, true]);
});

it.each([
  { kind: "hang" as const, after: true },
  { kind: "cut" as const, after: true },
  { kind: "status" as const, status: 503, after: true },
])("posts the message although its answer is lost: %j", async (fault) => {
  const { slack, post } = await workspace();
  slack.faults.plan({ method: "chat.postMessage", fault });
  await expect(post()).rejects.toBeInstanceOf(Error);
  expect(slack.workspace.timeline(channel)).toHaveLength(1);
});

it.each([{ kind: "hang" as const }, { kind: "cut" as const }, { kind: "status" as const, status: 500 }])(
  "posts nothing when it fails before: %j",
  async (fault) => {
    const { slack, post } = await workspace();
    slack.faults.plan({ method: "*", fault });
    await expect(post()).rejects.toBeInstanceOf(Error);
    expect(slack.workspace.timeline(channel)).toEqual([]);
  },
);

it("is down until the fault is lifted", async () => {
  const { slack, post } = await workspace();
  const lift = slack.faults.plan({ method: "*", fault: { kind: "cut" }, times: Number.POSITIVE_INFINITY });
  await expect(post()).rejects.toBeInstanceOf(Error);
  await expect(post()).rejects.toBeInstanceOf(Error);
  lift();
  await expect(post()).resolves.toMatchObject({ ok: true });
});

it("strikes only the calls that it was meant for", async () => {
  const { slack, client, post } = await workspace();
  const isReply = (args: { readonly [name: string]: unknown }): boolean => args.thread_ts !== undefined;
  slack.faults.plan({
    method: "chat.postMessage",
    fault: { kind: "rate-limited", retryAfterS: 7 },
    when: isReply,
  });
  const { ts = "" } = await post();
  await expect(client.chat.postMessage({ channel, text: "reply", thread_ts: ts })).rejects.toMatchObject({
    retryAfter: 7,
  });
});

it("lets a burst of posts through, then one a second and channel", async () => {
  let now = 1_794_924_000_000;
  const { post } = await workspace({ rateLimits: true, clock: () => now });
  for (let n = 0; n < publishedRates.postBurst; n += 1) await post();
  await expect(post()).rejects.toMatchObject({ retryAfter: 1 });
  now += 1_000;
  await expect(post()).resolves.toMatchObject({ ok: true });
});

it("takes fifty updates a minute and says when the next one may come", async () => {
  let now = 1_794_924_000_000;
  const { client, post } = await workspace({ rateLimits: true, clock: () => now });
  const { ts = "" } = await post();
  const update = () => client.chat.update({ channel, ts, text: "y" });
  for (let n = 0; n < 50; n += 1) await update();
  now += 20_000;
  await expect(update()).rejects.toMatchObject({ retryAfter: 40 });
  now += 40_000;
  await expect(update()).resolves.toMatchObject({ ok: true });
});

it("waits for calls and says what it waited for", async () => {
  const { slack, post } = await workspace();
  const call = slack.calls.waitFor((it) => it.method === "chat.postMessage");
  await post();
  expect((await call).args).toMatchObject({ text: "x" });
  await expect(slack.waitFor(() => false, { what: "a miracle", timeoutMs: 20 })).rejects.toThrow("a miracle");
});
