/** Between Slack's posting of a message and its record, its buttons can be pressed already. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../fakes/slack/workspace.ts";
import { keyOf } from "../../src/handlers/identity.ts";
import { deploymentOf } from "./card/pictures.ts";
import { jun, mara, type RunningBot, rulesFor, startBot, until } from "./running-bot.ts";
import { channel } from "./support.ts";

type Posted = Parameters<RunningBot["store"]["posted"]>[1];

let running: RunningBot;
let record: () => void;
let views: number;
let held: (post: Posted) => boolean;
beforeEach(async () => {
  const recorded = new Promise<void>((resolve) => {
    record = resolve;
  });
  held = ({ seq }) => seq === 0;
  views = 0;
  running = await startBot({
    policy: rulesFor({ reason: "required" }),
    store: (real) => ({
      view(...asked) {
        views += 1;
        return real.view(...asked);
      },
      async posted(key, post) {
        if (held(post)) await recorded;
        return real.posted(key, post);
      },
    }),
  });
});
afterEach(() => running.close());

const { ref, lane } = deploymentOf();
const key = keyOf(ref, lane);

function messages(): readonly Message[] {
  return running.slack.workspace
    .timeline(channel)
    .filter(({ blocks }) => JSON.stringify(blocks).includes("answer."));
}

async function onlyMessage(): Promise<Message> {
  return running.slack.waitFor(() => messages()[0], { what: "the posted message", timeoutMs: 5_000 });
}

/** The look goes on when its post is on record. */
function showing(changes: Parameters<RunningBot["show"]>[0] = {}): Promise<unknown> {
  return running.show(changes).catch(() => undefined);
}

describe("a press of the card before its identity is on record", () => {
  it("acts once it is on record", async () => {
    const shown = showing();
    const pressed = running.driver.click(mara, await onlyMessage(), "Continue");
    await until(() => views > 2);
    record();
    expect(await pressed).toMatchObject({ status: 200, inTime: true });
    await running.heard(mara, "was sent");
    expect(running.acts).toMatchObject([{ action: "continue" }]);
    await shown;
  });

  it("opens the dialog for a reason once it is on record", async () => {
    const shown = showing();
    const pressed = running.driver.click(jun, await onlyMessage(), "Roll back");
    await until(() => views > 2);
    record();
    expect(await pressed).toMatchObject({ inTime: true });
    await running.slack.waitFor(() => running.slack.calls.of("views.open")[0], {
      what: "a dialog",
      timeoutMs: 5_000,
    });
    await shown;
  });

  it("is told the same, and not to give a reason, when it wants a dialog", async () => {
    const shown = showing();
    const pressed = await running.driver.click(jun, await onlyMessage(), "Roll back");
    expect(pressed).toMatchObject({ inTime: true });
    await running.heard(jun, "still being recorded");
    expect(running.slack.calls.of("views.open")).toEqual([]);
    record();
    await shown;
  });

  it("is told to try again in a moment when that takes longer than Slack waits, and is not called a copy", async () => {
    const shown = showing();
    expect(await running.driver.click(mara, await onlyMessage(), "Continue")).toMatchObject({ inTime: true });
    await running.heard(mara, "still being recorded");
    expect(running.acts).toEqual([]);
    record();
    await shown;
  });

  it("is told the same while the card of a store that has forgotten it is being searched for", async () => {
    held = () => false;
    const card = await running.show();
    await running.store.forgetCard(key, card.ts);
    await running.driver.click(mara, card, "Continue");
    await running.heard(mara, "still being recorded");
    expect(running.acts).toEqual([]);
  });

  it("does nothing on a copy, whatever is being posted", async () => {
    const shown = showing();
    const card = await onlyMessage();
    const copy = running.slack.workspace.post({ channel, text: card.text, blocks: card.blocks });
    const pressed = running.driver.click(mara, copy, "Continue");
    record();
    await pressed;
    await running.heard(mara, "another message");
    expect(running.acts).toEqual([]);
    await shown;
  });
});

describe("a command before the card is on record", () => {
  const { system, account, region } = ref;
  const place = { system, account, accountName: "prod", region };
  const listed = (...names: readonly string[]) => ({
    ...{ complete: true, places: [], unlisted: [] },
    targets: names.map((target) => ({ ...place, target, qualifiedTarget: `main/${target}` })),
  });

  it.each([
    ["nothing else is known", [], []],
    ["the sweep knows its name", ["checkout-api"], []],
    ["something like it waits", [], ["checkout-app"]],
  ] as const)("offers nothing of it for certain where %s", async (_, names, others) => {
    await running.close();
    running = await startBot({ knownTargets: async () => listed(...names) });
    for (const target of others)
      await running.show({
        ref: { ...ref, id: target },
        lane: target,
        target,
        qualifiedTarget: `main/${target}`,
      });
    await running.driver.command(mara, "/deploy continue checkout-api");
    const { text, blocks } = await running.heard(mara);
    expect(JSON.stringify(blocks)).toContain("If its card is new, try again in a moment.");
    expect(text).toMatch(/Nothing was sent/);
    expect(text).not.toMatch(/not deploying/);
    expect(running.acts).toEqual([]);
  });
});
