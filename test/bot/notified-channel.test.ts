/** `here` and `channel` reach nobody in a thread: such a message stands beside its card and links to it. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../fakes/slack/workspace.ts";
import type { Policy } from "../../src/handlers/policy.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { hold, policyOf } from "./card/pictures.ts";
import { type BoardTest, present, remarkOf, startBoardTest } from "./support.ts";

const started = remarkOf("status");
const running: Partial<WordedDeployment> = { holds: [], remarks: [started] };
const waiting: Partial<WordedDeployment> = {
  remarks: [started, remarkOf(`hold/${hold.id}`, { weight: "person", holdId: hold.id })],
};
const failed: Partial<WordedDeployment> = {
  ...{ phase: "failed", status: "ROLLBACK_FAILED", incident: true, holds: [], offers: [], endedAt: 0 },
  remarks: [started, remarkOf("incident/x", { weight: "incident" })],
};
const policy: Policy = { ...policyOf(), notify: [{ kind: "special", id: "here" }] };

let test: BoardTest;
beforeEach(async () => {
  const people = ["U0ANN", "U0BEN"].map((id) => ({ id, name: id.toLowerCase() }));
  test = await startBoardTest({ people });
});
afterEach(() => test.close());

const rung = ({ notified }: Message): readonly string[] => notified.map(({ user }) => user);

describe("a policy that notifies here", () => {
  it.each([
    ["a hold that opens", waiting, "waits for you until"],
    ["a failure", failed, "What serves now is not known."],
  ])("tells %s beside the card, with a link to it", async (_, deployment, push) => {
    await test.settle({ deployment: running, policy });
    expect(test.cards().map(rung)).toEqual([[]]);
    await test.settle({ deployment, policy });
    await test.settle({ deployment, policy });
    const [card, loud, ...more] = test.cards();
    expect(more).toEqual([]);
    const message = present(loud, "nothing beside the card");
    expect(rung(message)).toEqual(["U0ANN", "U0BEN"]);
    expect(message.text).toContain(push);
    expect(JSON.stringify(message.blocks)).toContain(`p${card?.ts.replace(".", "")}|Open the card>`);
    expect(test.thread().flatMap(rung)).toEqual([]);
    expect(JSON.stringify(test.thread())).not.toContain("<!here>");
  });

  it("tells it by the card, where that is posted with its hold", async () => {
    await test.settle({ deployment: waiting, policy });
    await test.settle({ deployment: waiting, policy });
    expect(test.cards().map(rung)).toEqual([["U0ANN", "U0BEN"]]);
  });

  it("finds a message beside the card again, when Slack's answer was lost", async () => {
    await test.settle({ deployment: running, policy });
    test.slack.faults.plan({ method: "chat.postMessage", fault: { kind: "cut", after: true } });
    await test.settle({ deployment: waiting, policy });
    await test.timed.advance(20_000);
    await test.settle({ deployment: waiting, policy });
    expect(test.cards().map(rung)).toEqual([[], ["U0ANN", "U0BEN"]]);
  });

  it("notifies nobody by a card that is posted again", async () => {
    await test.settle({ deployment: waiting, policy });
    const [card] = test.cards();
    if (card !== undefined) test.slack.workspace.remove(card);
    const again = { deployment: { ...waiting, where: ["cluster other"] }, policy };
    await test.settle(again);
    await test.settle(again);
    const anew = test.cards().filter(({ isTombstone }) => !isTombstone);
    expect(anew.map(rung)).toEqual([[]]);
  });
});
