/** How many lines a card has above its buttons: as many as a phone shows at one look. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import type { Message } from "../../../src/bot/card/parts/blocks.ts";
import { standingOf } from "../../../src/handlers/standing.ts";
import type { Fact } from "../../../src/handlers/words.ts";
import { pictures as otherSystems } from "./other-systems.ts";
import {
  continueAt,
  decisionOf,
  deploymentOf,
  hold,
  minuteMs,
  noon,
  people,
  pictureOf,
  pictures,
  policyOf,
  rollbackAt,
  ruleOf,
  voteOf,
} from "./pictures.ts";
import { wordsOf } from "./reading.ts";
import { pictureIn, possible } from "./states/walk.ts";

/** What Slack shows above the first buttons, line by line. */
function linesAbove({ blocks }: Message): readonly string[] {
  const buttons = blocks.findIndex(({ type }) => type === "actions");
  return (buttons === -1 ? blocks : blocks.slice(0, buttons)).flatMap((block) => {
    if (block.type === "section") return block.text?.text.split("\n") ?? [];
    if (block.type === "header") return [block.text.text];
    return block.type === "context"
      ? [block.elements.map((element) => ("text" in element ? element.text : "")).join(" ")]
      : [];
  });
}

const waiting = possible
  .map((one) => ({ one, picture: pictureIn(one) }))
  .filter(({ picture }) => ["waiting", "kept"].includes(standingOf(picture).state));

describe("above its buttons", () => {
  it.each([...Object.entries(pictures), ...Object.entries(otherSystems)])(
    "the card of the state %s has at most nine lines",
    (_, picture) => {
      expect(linesAbove(drawCard(picture)).length).toBeLessThanOrEqual(9);
    },
  );

  it("every card that waits has at most nine lines, whatever was asked and read before", () => {
    expect(waiting.length).toBeGreaterThan(20);
    const long = waiting.filter(({ picture }) => linesAbove(drawCard(picture)).length > 9);
    expect(long.map(({ one }) => one)).toEqual([]);
  });

  it("nothing but warnings makes a tenth line, and nothing that was read is lost", () => {
    const fact = (label: string): Fact => ({ kind: "value", label, value: ["old 6 of 6, new 6 of 6"] });
    const unread = (label: string): Fact => ({ kind: "unknown", label, why: ["access denied"] });
    const facts = (kind: string) =>
      fc
        .array(fc.boolean(), { maxLength: 4 })
        .map((known) => known.map((isKnown, index) => (isKnown ? fact : unread)(`${kind} ${index}`)));
    const scene = fc.record({
      holds: fc.integer({ min: 1, max: 6 }),
      changes: facts("Change"),
      health: facts("Health"),
      need: fc.integer({ min: 1, max: 3 }),
      isStale: fc.boolean(),
      isReopened: fc.boolean(),
      hasOldVote: fc.boolean(),
      canCancel: fc.boolean(),
      approvers: fc.constantFrom("same", "others", "channel"),
    });
    fc.assert(
      fc.property(scene, (drawn) => {
        const holds = Array.from({ length: drawn.holds }, (_, index) => ({
          ...hold,
          id: `ecs-pause-${index}`,
          expiresAt: noon + (index + 1) * minuteMs,
        }));
        const offers = [
          ...holds.flatMap((one) => [continueAt(one), rollbackAt(one)]),
          ...(drawn.canCancel
            ? [{ ...rollbackAt(undefined), action: "cancel" as const, label: "Cancel" }]
            : []),
        ];
        const [first = hold] = holds;
        const others =
          drawn.approvers === "others" ? [{ kind: "user", id: people.cleo } as const] : undefined;
        const card = drawCard(
          pictureOf({
            deployment: deploymentOf({ holds, offers, changes: drawn.changes, health: drawn.health }),
            policy: policyOf({
              continue: ruleOf({
                approvals: drawn.need,
                ...(others === undefined ? {} : { approvers: others }),
                ...(drawn.approvers === "channel" ? { approvers: "channel-members" } : {}),
              }),
              cancel: ruleOf({ reason: "required" }),
            }),
            votes: drawn.hasOldVote
              ? [{ ...voteOf(people.ben, continueAt(first), drawn.need), evidence: "00000000" }]
              : [],
            decisions: drawn.isReopened
              ? [
                  {
                    ...decisionOf({ state: "open", by: [people.ann] }),
                    id: voteOf("", continueAt(first), 1).decision,
                  },
                ]
              : [],
            view: drawn.isStale ? { staleSince: noon, fails: 3 } : {},
          }),
        );
        const lines = linesAbove(card);
        const isWarning = (line: string): boolean => /⚠️|❓|No longer counts/.test(line);
        expect(lines.length <= 9 || lines.filter((line) => !isWarning(line)).length <= 8).toBe(true);
        const words = wordsOf(card);
        for (const { label } of [...drawn.changes, ...drawn.health]) expect(words).toContain(`*${label}:*`);
        expect(lines.some((line) => line.includes("could not be read since"))).toBe(drawn.isStale);
        expect(lines.some((line) => line.includes("No longer counts"))).toBe(drawn.hasOldVote);
        expect(lines.join("\n")).toContain("Answer by");
        expect(lines.join("\n")).toContain("*Continue:*");
      }),
    );
  });

  it("who may answer and the votes are one line, and one vote that is enough is no vote count", () => {
    const line = (policy: Parameters<typeof policyOf>[0], votes = pictures.claimed.view.votes): string =>
      linesAbove(drawCard(pictureOf({ policy: policyOf(policy), votes }))).at(-1) ?? "";
    const both = { kind: "user", id: people.cleo } as const;
    const rows: readonly (readonly [string, string])[] = [
      [
        line({}),
        "*Who may answer:* <!subteam^S0123ONCALL> · No votes yet, 2 needed to continue · One person can roll back",
      ],
      [
        line({}, [voteOf(people.ann, continueAt(hold), 2)]),
        `*Who may answer:* <!subteam^S0123ONCALL> · 1 of 2 votes to continue (<@${people.ann}>) · One person can roll back`,
      ],
      [line({ continue: ruleOf() }), "*Who may answer:* <!subteam^S0123ONCALL> · One person is enough"],
      [
        line({ rollback: ruleOf({ approvals: 2 }) }),
        "*Who may answer:* <!subteam^S0123ONCALL> · No votes yet, 2 needed",
      ],
      [
        line({ continue: ruleOf({ reason: "required" }) }),
        "*Who may answer:* <!subteam^S0123ONCALL> · One person is enough · A reason is needed to continue",
      ],
      [
        line({ rollback: ruleOf({ approvers: [both] }) }),
        `*Who may continue:* <!subteam^S0123ONCALL> · No votes yet, 2 needed · *Who may roll back:* <@${people.cleo}> · One person is enough`,
      ],
    ];
    for (const [is, should] of rows) expect(is).toBe(should);
  });

  it("the digest and the name of the hook stand below them", () => {
    for (const picture of [pictures.waiting, otherSystems.codedeployHookHeld]) {
      const card = drawCard(picture);
      expect(linesAbove(card).join("\n")).not.toMatch(/Digest|Paused at/);
      expect(wordsOf(card)).toMatch(/Digest|Paused at/);
    }
  });
});
