import { afterEach, describe, expect, it } from "vitest";
import { objectIn, objectsIn, stringIn } from "../../fakes/slack/json.ts";
import { parseButton } from "../../src/bot/card/parts/button.ts";
import { StoreError } from "../../src/handlers/store/store.ts";
import { jun, mara, type RunningBot, rulesFor, startBot, stranger, theo, until } from "./running-bot.ts";
import { channel, clock } from "./support.ts";

let running: RunningBot;
afterEach(() => running.close());

const away = async (): Promise<never> => {
  throw new StoreError("the store does not answer");
};

describe("a press", () => {
  it("asks AWS once and tells the person in private", async () => {
    running = await startBot();
    const card = await running.show();
    const delivered = await running.driver.click(mara, card, "Continue");
    expect(delivered).toMatchObject({ status: 200, inTime: true });
    await running.heard(mara, "was sent");
    expect(running.acts).toMatchObject([{ action: "continue", by: [mara] }]);
  });

  it("tells everybody who lost who was first, and asks AWS once", async () => {
    running = await startBot();
    const card = await running.show();
    await Promise.all([
      running.driver.click(mara, card, "Continue"),
      running.driver.click(jun, card, "Roll back"),
    ]);
    await running.heard(mara);
    await running.heard(jun);
    expect(running.acts).toHaveLength(1);
  });

  it("does nothing for somebody who may not, and says what would", async () => {
    running = await startBot();
    await running.driver.click(theo, await running.show(), "Continue");
    await running.heard(theo, "not one of its approvers");
    expect(running.acts).toEqual([]);
  });

  it("does nothing for somebody of another workspace", async () => {
    running = await startBot();
    await running.driver.click(stranger, await running.show(), "Continue");
    await running.heard(stranger, "another workspace");
    expect(running.acts).toEqual([]);
  });

  it("asks Slack about a person whose workspace it does not name, and refuses when Slack does not say", async () => {
    running = await startBot();
    const card = await running.show();
    const nameless = { tamper: (payload: object) => ({ ...payload, user: { id: mara, username: "mara" } }) };
    running.slack.faults.plan({ method: "users.info", fault: { kind: "error", error: "fatal_error" } });
    await running.driver.click(mara, card, "Continue", nameless);
    await running.heard(mara, "another workspace");
    expect(running.acts).toEqual([]);
    await running.driver.click(mara, card, "Continue", nameless);
    await running.heard(mara, "was sent");
  });

  it.each([
    ["of another format", "2|9f2c4a7be1d03856|4be0c2d917|a1b2c3d4e5f6|continue|7c1e90ab"],
    ["that is no value", "'; DROP TABLE"],
    ["of an unknown deployment", "1|9f2c4a7be1d03856|4be0c2d917|a1b2c3d4e5f6|continue|7c1e90ab"],
  ])("does nothing with a value %s", async (_, value) => {
    running = await startBot();
    await running.driver.click(mara, await running.show(), "Continue", { tamper: withValue(value) });
    await running.heard(mara, "was not sent");
    expect(running.acts).toEqual([]);
  });

  it("does nothing with other evidence than the card's, and says that it has changed", async () => {
    running = await startBot();
    const card = await running.show();
    const value = printedValue(card.blocks, "Continue").replace(/[0-9a-f]{8}$/, "00000000");
    await running.driver.click(mara, card, "Continue", { tamper: withValue(value) });
    await running.heard(mara, "has changed since");
    expect(running.acts).toEqual([]);
  });

  it("does nothing in another message than its own", async () => {
    running = await startBot();
    const card = await running.show();
    const { workspace } = running.slack;
    const copy = workspace.post({ channel, text: "a copy", blocks: card.blocks });
    await running.driver.click(mara, copy, "Continue");
    await running.heard(mara, "another message");
    const reply = workspace.post({ channel, threadTs: card.ts, text: "a copy", blocks: card.blocks });
    await running.driver.click(jun, reply, "Continue");
    await running.heard(jun, "another message");
    const whispered = workspace.post({ channel, text: "a copy", blocks: card.blocks, onlyFor: mara });
    await running.driver.click(mara, whispered, "Continue");
    await until(() => running.telemetry.counted("slack_strange_buttons") === 1);
    expect(running.acts).toEqual([]);
  });

  it("on a link is acknowledged and nothing else", async () => {
    running = await startBot();
    const card = await running.show();
    const delivered = await running.driver.click(mara, card, "Open in AWS");
    expect(delivered).toMatchObject({ status: 200, inTime: true });
    expect(running.slack.workspace.privateTo(mara)).toEqual([]);
  });
});

describe("votes", () => {
  it("of whoever leaves the approvers no longer count a moment later: whoever presses next, the thread and the card say so", async () => {
    running = await startBot({ policy: rulesFor({ approvals: 2 }) });
    const card = await running.show();
    await running.driver.click(mara, card, "Continue");
    await running.heard(mara, "1 of 2");
    running.slack.workspace.putUserGroup({ id: "S0ONCALL", handle: "oncall", name: "On call", users: [jun] });
    await running.driver.click(jun, card, "Continue");
    const told = await running.heard(jun, "1 of 2");
    expect(JSON.stringify(told.blocks)).toContain(`<@${mara}>'s earlier vote no longer counts`);
    expect(running.acts).toEqual([]);
    await running.show();
    const said = running.slack.workspace.repliesTo(card).map(({ blocks }) => JSON.stringify(blocks));
    expect(said.join("\n")).toContain(`${mara.toLowerCase()}'s vote to continue no longer counts`);
    const redrawn = JSON.stringify(running.slack.workspace.message(channel, card.ts)?.blocks);
    expect(redrawn).toContain("1 of 2");
    expect(redrawn).not.toContain(mara);
  });

  it("count one by one, and can be taken back", async () => {
    running = await startBot({ policy: rulesFor({ approvals: 2 }) });
    const card = await running.show();
    await running.driver.click(mara, card, "Continue");
    const counted = await running.heard(mara, "1 of 2");
    expect(running.acts).toEqual([]);
    await running.driver.click(mara, counted, { actionId: "vote.withdraw" });
    await running.heard(mara, "no longer counts");
    await running.driver.click(jun, card, "Continue");
    await running.heard(jun, "1 of 2");
    await running.driver.click(mara, card, "Continue");
    await until(() => running.acts.length > 0);
    expect(running.acts).toMatchObject([{ by: [jun, mara] }]);
  });
});

describe("while the store is away", () => {
  it("a press is refused in private within 8 s, and never acts later", async () => {
    running = await startBot({ store: () => ({ view: away, enqueue: away, claim: away }) });
    const card = await running.show();
    const startedAt = performance.now();
    const delivered = await running.driver.click(mara, card, "Continue");
    expect(delivered.inTime).toBe(true);
    await running.heard(mara, "Redis is unavailable");
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(running.acts).toEqual([]);
  });

  it("a press is acknowledged in time although the store takes five seconds to fail", async () => {
    const slowly = async (): Promise<never> => {
      await clock.wait(5_000);
      return away();
    };
    running = await startBot({ store: () => ({ view: slowly }), policy: rulesFor({ reason: "required" }) });
    const card = await running.show();
    const startedAt = performance.now();
    const delivered = await running.driver.click(mara, card, "Roll back");
    expect(delivered.inTime).toBe(true);
    await running.heard(mara);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(running.acts).toEqual([]);
  });
});

describe("a group that Slack takes too long to name", () => {
  it.each(["Roll back", "/deploy rollback checkout-api"])(
    "is told as that, before anybody writes a reason: %s",
    async (how) => {
      running = await startBot({ policy: rulesFor({ reason: "required" }) });
      const card = await running.show();
      running.slack.faults.plan({ method: "usergroups.users.list", fault: { kind: "hang" }, times: 9 });
      const startedAt = performance.now();
      const delivered = how.startsWith("/")
        ? await running.driver.command(mara, how)
        : await running.driver.click(mara, card, how);
      expect(delivered.inTime).toBe(true);
      await running.heard(mara, "Slack did not answer in time whether you may roll back");
      expect(performance.now() - startedAt).toBeLessThan(4_000);
      expect([running.acts, running.slack.views.topOf(mara)]).toEqual([[], undefined]);
    },
  );
});

describe("a private answer", () => {
  it("is tried again, then whispered, when response_url fails", async () => {
    running = await startBot();
    running.slack.faults.plan({ method: "response_url", fault: { kind: "status", status: 503 }, times: 2 });
    await running.driver.click(mara, await running.show(), "Continue");
    await running.heard(mara, "was sent");
    expect(running.slack.calls.of("response_url")).toHaveLength(2);
    expect(running.slack.calls.of("chat.postEphemeral")).toHaveLength(1);
  });

  it("that no way delivers changes nothing about the decision", async () => {
    running = await startBot();
    for (const method of ["response_url", "chat.postEphemeral"]) {
      running.slack.faults.plan({ method, fault: { kind: "status", status: 404 }, times: 9 });
    }
    await running.driver.click(mara, await running.show(), "Continue");
    await until(() => running.telemetry.counted("slack_private_lost") === 1);
    expect(running.acts).toHaveLength(1);
  });

  it("names a number when Holdpoint itself fails, and the log has it", async () => {
    running = await startBot({
      answerer: (real) => ({ ...real, answer: () => Promise.reject(new Error("a bug")) }),
    });
    await running.driver.click(mara, await running.show(), "Continue");
    const said = JSON.stringify((await running.heard(mara, "error in Holdpoint")).blocks);
    const logged = running.telemetry.lines.find(({ message }) => message === "Slack request failed");
    expect(said).toContain(stringIn(objectIn(JSON.parse(JSON.stringify(logged?.fields))).correlationId));
  });
});

it("stopping waits for what is under way", async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  running = await startBot({
    act: async ({ seen }) => {
      await held;
      return { kind: "accepted", deployment: seen };
    },
  });
  await running.driver.click(mara, await running.show(), "Continue");
  let stopped = false;
  const stopping = running.bot.stop(5_000).then(() => {
    stopped = true;
  });
  await clock.wait(20);
  expect(stopped).toBe(false);
  release();
  await stopping;
  await running.heard(mara, "was sent");
});

function withValue(value: string) {
  return (payload: Parameters<typeof objectIn>[0]) => {
    const sent = objectIn(payload);
    return { ...sent, actions: objectsIn(sent.actions).map((action) => ({ ...action, value })) };
  };
}

function printedValue(blocks: readonly object[], label: string): string {
  const text = JSON.stringify(blocks);
  const values = [...text.matchAll(/"value":"(1\|[^"]+)"/g)].map((match) => match[1] ?? "");
  return values.find((value) => parseButton(value)?.action === label.toLowerCase()) ?? "";
}
