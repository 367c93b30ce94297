/** Holds at which an answer is possible and nobody waits for one. */

import { describe, expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import type { LogEntry } from "../../../src/bot/card/parts/picture.ts";
import { drawThread } from "../../../src/bot/card/thread/thread.ts";
import { decisionOfHold } from "../../../src/handlers/identity.ts";
import type { WordedDeployment, WordedHold } from "../../../src/handlers/words.ts";
import { keeps, pictures, terminationWait } from "./other-systems.ts";
import { decisionOf, deploymentOf, hold, noon, people, pictureOf } from "./pictures.ts";
import { wordsOf } from "./reading.ts";

const board = { ts: "1794900000.000100", channel: "C0123456789" };
const opened = (holdId: string): LogEntry => ({
  k: "remark",
  at: noon,
  remark: { name: "wait", weight: "progress", emoji: "⌛", words: ["the old version is kept"], holdId },
});

function threadOf(changes: Partial<WordedDeployment>, entry: LogEntry): string {
  const picture = pictureOf({ deployment: deploymentOf({ ...terminationWait, ...changes }), board });
  return wordsOf(drawThread(picture, [{ seq: 2, entry }]));
}

describe("a hold that needs no answer", () => {
  it("heads the card with what is kept, and waits for nobody", () => {
    const { text, blocks } = drawCard(pictures.codedeployTerminationWait);
    expect(blocks[0]).toMatchObject({ text: { text: "⌛ Old version kept: storefront in prod" } });
    expect(text).toBe(
      "storefront in prod keeps its old version until 16:05 UTC on 17 Nov; then CodeDeploy terminates the 4 old instances.",
    );
    expect(JSON.stringify(blocks)).toContain("Quick rollback until");
    expect(JSON.stringify(blocks)).not.toMatch(/Answer by|Votes to/);
  });

  it("says so where AWS names no end", () => {
    const { expiresAt: _none, ...endless } = keeps;
    const deployment = deploymentOf({ ...terminationWait, holds: [endless] });
    const words = wordsOf(drawCard(pictureOf({ deployment })));
    expect(words).toContain("*The old version is kept.* AWS names no end.");
    expect(words).not.toContain("An answer is needed");
  });

  it("stands back where another hold does wait", () => {
    const deployment = deploymentOf({ ...terminationWait, holds: [{ ...keeps, expiresAt: noon }, hold] });
    const { text, blocks } = drawCard(pictureOf({ deployment }));
    expect(blocks[0]).toMatchObject({ text: { text: "✋ Waiting: storefront in prod" } });
    expect(text).toContain("waits for you until 14:32 UTC");
  });

  it("calls nobody when it opens", () => {
    expect(threadOf({ holds: [keeps] }, opened(keeps.id))).not.toContain("waits for your answer");
    const { optional: _no, ...needed } = keeps;
    expect(threadOf({ holds: [needed] }, opened(keeps.id))).toContain("waits for your answer");
  });

  it.each(["expired", "superseded"] as const)("ends without a word about missing answers: %s", (state) => {
    const over: WordedHold = { ...keeps, shows: "over" };
    const decision = { ...decisionOf({ state, by: [] }), id: decisionOfHold(keeps.id) };
    for (const phase of ["running", "succeeded"] as const) {
      const deployment = deploymentOf({ ...terminationWait, phase, holds: [over], offers: [] });
      const words = wordsOf(drawCard(pictureOf({ deployment, decisions: [decision] })));
      expect(words).not.toMatch(/Nobody answered|outside Holdpoint|elsewhere/);
    }
    const ended: LogEntry = { k: state, at: noon, id: decision.id };
    const news: LogEntry = { k: "withdrawn", at: noon, id: decision.id, by: people.ann };
    const picture = pictureOf({ deployment: deploymentOf({ ...terminationWait, holds: [over] }), board });
    const told = wordsOf(
      drawThread(picture, [
        { seq: 2, entry: ended },
        { seq: 3, entry: news },
      ]),
    );
    expect(told).not.toMatch(/deadline has passed|hold is over/);
    expect(told).toContain("withdrew their vote");
  });

  it("names whoever did end it, and those who asked in vain", () => {
    const decision = {
      ...decisionOf({ state: "confirmed", action: "terminate-old", by: [people.ann] }),
      id: decisionOfHold(keeps.id),
    };
    const deployment = deploymentOf({ ...terminationWait, holds: [{ ...keeps, shows: "terminate-old" }] });
    expect(wordsOf(drawCard(pictureOf({ deployment, decisions: [decision] })))).toContain(
      `Old version terminated by <@${people.ann}>`,
    );
    const inVain: LogEntry = { k: "superseded", at: noon, id: decision.id, by: people.ben };
    expect(threadOf({ holds: [{ ...keeps, shows: "terminate-old" }] }, inVain)).toContain(
      `Old version terminated outside Holdpoint. This is not what <@${people.ben}> asked for.`,
    );
  });

  it("says nothing about other answers in the end: CodeDeploy's earlier wait may have been answered unseen", () => {
    const deployment = deploymentOf({
      ...terminationWait,
      ...{ phase: "succeeded", holds: [{ ...keeps, shows: "over" }], offers: [] },
    });
    expect(wordsOf(drawCard(pictureOf({ deployment })))).not.toContain("Nobody had to answer");
  });
});
