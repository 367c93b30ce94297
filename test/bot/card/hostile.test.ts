import fc from "fast-check";
import { expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import type { LogEntry } from "../../../src/bot/card/parts/picture.ts";
import { drawShow } from "../../../src/bot/card/private/command.ts";
import { drawList } from "../../../src/bot/card/private/list.ts";
import { tellOutcome } from "../../../src/bot/card/private/private.ts";
import { drawIncident, drawThread } from "../../../src/bot/card/thread/thread.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { anyCharacter } from "../../any-character.ts";
import {
  continueAt,
  decisionOf,
  deploymentOf,
  endOf,
  hold,
  noon,
  pictureOf,
  rollbackAt,
  ruleOf,
} from "./pictures.ts";
import { plainOf, problemsOf } from "./reading.ts";

const attacks = [
  "<!channel>",
  "<!here|now>",
  "<@U024ANN>",
  "<https://evil.example|Open in AWS>",
  "```",
  "`",
  "*bold*",
  "_it_",
  "~no~",
  ":tada:",
  "&lt;!channel&gt;",
  "\n",
  "\u202e",
  "|",
  "https://evil.example",
  "@here",
  "𝒳",
  "read at <!date^1^{time}|x>",
];

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: anyCharacter, maxLength: 40 })), {
    maxLength: 60,
  })
  .map((pieces) => pieces.join(""));

/** Everything that AWS or a person can write, written by somebody who means harm. */
function deploymentFrom(text: string, phase: WordedDeployment["phase"]): WordedDeployment {
  const remark = {
    name: "incident/x",
    weight: "incident",
    emoji: "🚨",
    words: [{ code: text }],
    reason: text,
  } as const;
  return deploymentOf({
    phase,
    target: text,
    status: text,
    stage: text,
    where: ["cluster ", { code: text, atMost: 24 }],
    holds: phase === "running" ? [{ ...hold, stage: text, status: text }] : [],
    offers: phase === "running" ? [continueAt(hold), rollbackAt(hold)] : [],
    changes: [
      { kind: "value", label: "Image", value: [{ code: text }, " → ", { code: text }], change: "both" },
    ],
    health: [{ kind: "unknown", label: "Alarms", why: [{ quote: text }] }],
    expert: [{ code: text }],
    details: [{ kind: "value", label: "Old image", value: [{ code: text, atMost: 500 }] }],
    reason: text,
    outcome: ["Production serves ", { code: text }],
    incident: phase !== "running" && phase !== "succeeded",
    remarks: [remark],
    consoleUrl: `https://eu-west-1.console.aws.amazon.com/${text}`,
  });
}

const phases = fc.constantFrom(
  "running",
  "rolling-back",
  "rolled-back",
  "failed",
  "succeeded",
  "stopped",
) satisfies fc.Arbitrary<WordedDeployment["phase"]>;

it("no name, reason or message of others becomes markup, and every message passes Slack", () => {
  fc.assert(
    fc.property(hostile, phases, fc.boolean(), (text, phase, decided) => {
      const deployment = deploymentFrom(text, phase);
      const answered = decisionOf({
        answer: text,
        state: "refused",
        detail: { point: "end", reason: text },
        by: [text],
      });
      const ended = endOf({ state: "confirmed", detail: { point: "end", reason: text } });
      const picture = pictureOf({
        deployment,
        accountName: text,
        decisions: phase === "running" ? (decided ? [answered] : []) : decided ? [ended] : [],
        policy: { name: text, rules: { continue: ruleOf({ approvals: 2 }), rollback: ruleOf() } },
        view: { staleSince: noon, staleWhy: text },
      });
      const log: readonly LogEntry[] = [
        {
          k: "claimed",
          at: noon,
          id: "end",
          action: "rollback",
          by: text,
          att: 1,
          others: text,
          detail: { point: "end", reason: text },
        },
        { k: "refused", at: noon, id: "end", action: "rollback", answer: text },
        ...deployment.remarks.map((remark): LogEntry => ({ k: "remark", at: noon, remark })),
      ];
      const incident = drawIncident(picture);
      const messages = [
        drawCard(picture),
        drawShow(picture),
        ...log.map((entry) => drawThread(picture, [{ seq: 1, entry }])),
        ...(incident === undefined ? [] : [incident]),
        tellOutcome(
          { kind: "rejected", message: text, deployment },
          { action: "rollback", user: text, label: picture.label },
        ),
        drawList(
          [
            {
              key: picture.key,
              ref: deployment.ref,
              target: text,
              accountName: text,
              state: "waiting",
              holdIds: [],
            },
          ],
          noon,
        ),
      ];
      for (const message of messages) {
        expect(problemsOf(message)).toEqual([]);
        expect(plainOf(message).filter((words) => /[<>]|&(?:lt|gt|amp);/.test(words))).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});
