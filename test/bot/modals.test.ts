import { afterEach, describe, expect, it } from "vitest";
import { objectIn } from "../../fakes/slack/json.ts";
import { jun, mara, type RunningBot, rulesFor, startBot, theo } from "./running-bot.ts";
import { present } from "./support.ts";

let running: RunningBot;
afterEach(() => running.close());

const typed = { reason: "errors doubled" };
const wantsReason = rulesFor({ reason: "required" });

function modalOf(person: string): string | undefined {
  return running.slack.views.topOf(person)?.id;
}

async function opened(person: string): Promise<string> {
  return running.slack.waitFor(() => modalOf(person), { what: "a modal" });
}

describe("a rollback that needs a reason", () => {
  it("opens a dialog first, and acts when the reason comes back", async () => {
    running = await startBot({ policy: wantsReason });
    const card = await running.show();
    const delivered = await running.driver.click(mara, card, "Roll back");
    expect(delivered.inTime).toBe(true);
    expect(running.acts).toEqual([]);
    const submitted = await running.driver.submit(mara, await opened(mara), typed);
    expect(submitted).toMatchObject({ status: 200, inTime: true, json: {} });
    await running.heard(mara, "was sent");
    expect(running.acts).toMatchObject([{ action: "rollback", by: [mara] }]);
    const { key } = present(running.acts[0], "nothing was asked");
    expect((await running.store.view(key, ["end"])).decisions.get("end")?.detail?.reason).toBe(
      "errors doubled",
    );
  });

  it.each(["", "  ", "no", "\u200b\u200b\u200b\u3164"])(
    "keeps the dialog open when the reason is %j",
    async (reason) => {
      running = await startBot({ policy: wantsReason });
      await running.driver.click(mara, await running.show(), "Roll back");
      const view = await opened(mara);
      const { json } = await running.driver.submit(mara, view, { reason });
      expect(json).toMatchObject({
        response_action: "errors",
        errors: { reason: expect.stringContaining("Write why") },
      });
      expect(modalOf(mara)).toBe(view);
      expect(running.acts).toEqual([]);
    },
  );

  it("is judged again when the dialog comes back: somebody else was first", async () => {
    running = await startBot({ policy: wantsReason });
    const card = await running.show();
    await running.driver.click(mara, card, "Roll back");
    const view = await opened(mara);
    await running.driver.click(jun, card, "Continue");
    await running.heard(jun, "was sent");
    await running.driver.submit(mara, view, typed);
    await running.heard(mara, "was not sent");
    expect(running.acts).toMatchObject([{ action: "continue" }]);
  });

  it("refuses who is no approver before anything is written", async () => {
    running = await startBot({ policy: wantsReason });
    await running.driver.click(theo, await running.show(), "Roll back");
    await running.heard(theo, "not one of its approvers");
    expect(running.slack.calls.of("views.open")).toEqual([]);
    expect(running.acts).toEqual([]);
  });

  it("opens no dialog for a copied button", async () => {
    running = await startBot({ policy: wantsReason });
    const card = await running.show();
    const copy = running.slack.workspace.post({ channel: card.channel, text: "a copy", blocks: card.blocks });
    await running.driver.click(mara, copy, "Roll back");
    await running.heard(mara, "another message");
    expect(running.slack.calls.of("views.open")).toEqual([]);
  });

  it("says how else to give the reason when the dialog can't be opened", async () => {
    running = await startBot({ policy: wantsReason });
    const card = await running.show();
    running.slack.faults.plan({
      method: "views.open",
      fault: { kind: "error", error: "expired_trigger_id" },
    });
    await running.driver.click(mara, card, "Roll back");
    await running.heard(mara, "requires a reason");
    expect(running.acts).toEqual([]);
  });

  it("refuses metadata that it has not written, in the dialog", async () => {
    running = await startBot({ policy: wantsReason });
    await running.driver.click(mara, await running.show(), "Roll back");
    const view = await opened(mara);
    const { json } = await running.driver.submit(mara, view, typed, {
      tamper: (payload) => ({
        ...payload,
        view: { ...objectIn(payload.view), private_metadata: '{"value":"1|2|3"}' },
      }),
    });
    expect(json).toMatchObject({ response_action: "errors" });
    expect(running.acts).toEqual([]);
  });
});
