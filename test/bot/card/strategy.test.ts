import type { KnownBlock, ModalView } from "@slack/types";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBlocks, checkView } from "../../../fakes/slack/blocks/limits.ts";
import { drawCard } from "../../../src/bot/card/card.ts";
import type { ChartedMessage } from "../../../src/bot/card/strategy/chart.ts";
import { drawChoiceView, drawStrategyForm, drawToldView } from "../../../src/bot/card/strategy/form.ts";
import { drawStrategyPreview } from "../../../src/bot/card/strategy/preview.ts";
import { unknownName } from "../../../src/bot/card/strategy/refusal.ts";
import {
  drawStrategy,
  drawStrategyChoice,
  drawStrategyList,
} from "../../../src/bot/card/strategy/strategy.ts";
import { describeSaved, isOver, tellSaved } from "../../../src/bot/card/strategy/told.ts";
import { parseStrategyValue, printStrategyValue } from "../../../src/bot/card/strategy/value.ts";
import { describeSettingsChange } from "../../../src/bot/card/strategy/words.ts";
import { decisionStates } from "../../../src/handlers/decision.ts";
import type { StrategyNow, StrategySaved } from "../../../src/handlers/strategy/edit.ts";
import { settingsFingerprint } from "../../../src/handlers/strategy/settings.ts";
import {
  growthTypes,
  type RolloutSettings,
  type StrategyUse,
} from "../../../src/handlers/strategy/strategy.ts";
import { anyCharacter } from "../../any-character.ts";
import { paceOf, prod, strategyOf } from "../../handlers/aws-strategies.ts";
import { decisionOf, deploymentOf, pictureOf, policyOf, ruleOf } from "./pictures.ts";
import { buttonsOf, labelsOf, linesOf, plainOf, problemsOf } from "./reading.ts";

const attacks = [
  "<!channel>",
  "<@U024ANN>",
  "<https://evil.example|x>",
  "```",
  "`",
  "*b*",
  ":tada:",
  "&lt;!here&gt;",
  "\n",
  "|",
  "\u202e",
  "𝒳",
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: anyCharacter, maxLength: 30 })), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(""));

const paces: fc.Arbitrary<RolloutSettings> = fc.record({
  durationMinutes: fc.integer({ min: 0, max: 1_440 }),
  growthFactor: fc.double({ min: 1, max: 100, noNaN: true }).map((factor) => Number(factor.toFixed(3))),
  growthType: fc.constantFrom(...growthTypes),
  finalBakeMinutes: fc.integer({ min: 0, max: 1_440 }),
  description: hostile.map((text) => text.slice(0, 1_024)),
});

const preview = "0123456789ab0123456789ab";

function placeOf(accountName: string) {
  return { ...prod, accountName, routes: [{ match: {}, channel: "C0DEPLOY", policy: policyOf() }] };
}

/** Slack's limits and our own rules; the chart is checked with the rest, and left out where only mrkdwn is read. */
function troubleOf({ text, blocks }: ChartedMessage): readonly string[] {
  const known = blocks.filter((block): block is KnownBlock => block.type !== "data_visualization");
  return [
    ...checkBlocks(blocks, "message").map(({ pointer, message }) => `${pointer}: ${message}`),
    ...problemsOf({ text, blocks: known }),
    ...plainOf({ text, blocks: known }).filter((words) => /[<>]|&(?:lt|gt|amp);/.test(words)),
  ];
}

/** The description stands in an input as it is: an input shows and formats nothing. */
function troubleOfView(view: ModalView): readonly string[] {
  return checkView(view).map(({ pointer, message }) => `${pointer}: ${message}`);
}

it("every message and dialog passes Slack, and nothing of others becomes markup", () => {
  fc.assert(
    fc.property(paces, paces, hostile, fc.boolean(), (pace, proposed, text, complete) => {
      const strategy = strategyOf({ pace, name: text.slice(0, 64) });
      const found = { place: placeOf(text.slice(0, 40)), strategy };
      const use: StrategyUse = {
        application: text,
        environment: text,
        deploymentNumber: 7,
        running: complete,
      };
      const uses = { kind: "read" as const, value: { uses: [use, use, use, use, use, use, use], complete } };
      const unreadable = { kind: "unreadable" as const, why: text, cause: undefined };
      const places = [
        { place: found.place, listed: { kind: "read" as const, value: [strategy, strategy] } },
        { place: found.place, listed: unreadable },
      ];
      const spoken = { title: "AppConfig", ref: strategy.ref, name: text, place: found.place };
      const asked = { found, proposed, uses, preview, base: settingsFingerprint(pace) };
      for (const message of [
        drawStrategyList("AppConfig", places),
        drawStrategy("AppConfig", found, uses, true),
        drawStrategy("AppConfig", found, unreadable, false),
        drawStrategyChoice("edit", [found, found], complete),
        drawStrategyPreview(asked, true),
        drawStrategyPreview(asked, false),
        ...endings(strategy, text).map((saved) => tellSaved(saved, spoken, proposed)),
      ])
        expect(troubleOf(message)).toEqual([]);
      for (const saved of endings(strategy, text))
        expect(linesOf(tellSaved(saved, spoken, proposed)).length).toBeLessThanOrEqual(2);
      const metadata = { responseUrl: "https://hooks.slack.com/commands/T0/1/abc", channel: "C0DEPLOY" };
      for (const view of [
        drawStrategyForm({ metadata, title: "AppConfig", found, uses, proposed }),
        drawToldView(metadata, unknownName(text, places)),
        drawChoiceView(metadata, [found, found], complete),
      ])
        expect(troubleOfView(view)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it("tells strategies of one name apart by their ids, and only these", () => {
  const place = placeOf("prod");
  const called = (name: string, id: string) => ({
    ...strategyOf({ name }),
    ref: { ...strategyOf().ref, id },
  });
  const strategies = [called("Slow", "a1b2c3d"), called("slow", "e4f5a6b"), called("Fast", "c7d8e9f")];
  const found = strategies.map((strategy) => ({ place, strategy }));
  const [first, second, ...rest] = found;
  if (first === undefined || second === undefined) throw new Error("nothing to choose");
  const listed = { kind: "read" as const, value: strategies };
  const choice = drawStrategyChoice("show", [first, second, ...rest], true);
  for (const message of [drawStrategyList("AppConfig", [{ place, listed }]), choice]) {
    const lines = linesOf(message).join("\n");
    expect(lines).toMatch(/`Slow`.*id `a1b2c3d`/);
    expect(lines).toMatch(/`slow`.*id `e4f5a6b`/);
    expect(lines).not.toContain("c7d8e9f");
  }
  expect(buttonsOf(choice)[0]?.accessibility_label).toContain("a1b2c3d");
  expect(JSON.stringify(choice)).toContain("strategy show a1b2c3d@prod");
  expect(JSON.stringify(drawStrategyChoice("show", rest, true))).toContain("strategy show Fast@prod");
});

/** Every way in which a save can end. */
function endings(strategy: ReturnType<typeof strategyOf>, text: string): readonly StrategySaved[] {
  const nows: readonly StrategyNow[] = [
    { kind: "as-asked", current: strategy },
    { kind: "otherwise", fields: ["duration", "description"], current: strategy },
    { kind: "unknown", why: text },
  ];
  return [
    ...nows.flatMap((now): StrategySaved[] => [
      { kind: "saved", now },
      { kind: "unclear", now },
      ...decisionStates.map(
        (state): StrategySaved => ({
          kind: "decided",
          winner: decisionOf({ state, action: "edit-strategy" }),
          now,
        }),
      ),
    ]),
    { kind: "changed", fields: ["growthFactor", "growthType", "description"], current: strategy },
    { kind: "predefined", current: strategy },
    { kind: "missing" },
    { kind: "busy" },
    { kind: "not-arrived" },
    { kind: "rejected", message: text },
    { kind: "not-done", why: { cause: "denied", message: text } },
    { kind: "refused", why: { rule: "no-route" } },
    { kind: "refused", why: { rule: "aws-not-readable", why: text } },
    { kind: "refused", why: { rule: "no-rule", policy: "prod", action: "edit-strategy" } },
    { kind: "refused", why: { rule: "store-down" } },
  ];
}

describe("the value of a button", () => {
  const ref = { ...prod, id: "k8v2n4p" };

  it("comes back as it was printed and fits into a button, whatever the description", () => {
    fc.assert(
      fc.property(paces, paces, (base, proposed) => {
        const save = { kind: "save", ref, preview, base: settingsFingerprint(base), proposed } as const;
        const again = { kind: "again", ref, proposed } as const;
        for (const value of [save, again]) {
          expect(printStrategyValue(value).length).toBeLessThanOrEqual(2_000);
          expect(parseStrategyValue(printStrategyValue(value))).toEqual(value);
        }
      }),
    );
  });

  it("never throws for what others write, and takes nothing that could not have been printed", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          hostile.map((text) => `1|111122223333|eu-west-1|k8v2n4p|save|${text}`),
        ),
        (text) => {
          const value = parseStrategyValue(text);
          expect(value === undefined ? text : printStrategyValue(value)).toBe(text);
        },
      ),
    );
  });

  const good = printStrategyValue({
    kind: "save",
    ref,
    preview,
    base: settingsFingerprint(paceOf()),
    proposed: paceOf(),
  });
  it.each([
    ["no account", good.replace("111122223333", "prod")],
    ["another version", good.replace("1|", "2|")],
    ["an unknown kind", good.replace("|save|", "|drop|")],
    ["another preview id", good.replace(preview, "end")],
    ["a value out of range", good.replace("|30|20|", "|30|101|")],
    ["no description at all", good.split("|").slice(0, -1).join("|")],
    ["something behind an edit", "1|111122223333|eu-west-1|k8v2n4p|edit|x"],
    ["a path for an id", "1|111122223333|eu-west-1|../x|edit"],
  ])("is not taken with %s", (_what, text) => {
    expect(parseStrategyValue(text)).toBeUndefined();
  });
});

it.each([
  [{ durationMinutes: 60 }, "Slower: 100% after 60 min instead of 30."],
  [{ durationMinutes: 5 }, "Faster: 100% after 5 min instead of 30."],
  [{ growthFactor: 100 }, "Faster: 100% at once instead of after 30 min."],
  [{ growthFactor: 10 }, "Other steps: 10 steps instead of 5."],
  [{ growthType: "exponential" as const }, "Other steps: 4 steps instead of 5."],
  [{ finalBakeMinutes: 0 }, "Bake time: 0 min instead of 10."],
  [{ description: "new" }, "Only the description changes."],
])("says in a sentence what %j changes", (change, sentence) => {
  expect(describeSettingsChange(paceOf(), paceOf(change))).toBe(sentence);
});

it.each([
  [
    { growthFactor: 100 },
    { growthFactor: 100, durationMinutes: 0 },
    "Duration: 0 min instead of 30. Still 100% at once.",
  ],
  [
    { growthFactor: 100 },
    { growthFactor: 100, durationMinutes: 10, finalBakeMinutes: 5 },
    "Duration: 10 min instead of 30. Still 100% at once. Bake time: 5 min instead of 10.",
  ],
  [
    {},
    { durationMinutes: 60, finalBakeMinutes: 20 },
    "Slower: 100% after 60 min instead of 30. Bake time: 20 min instead of 10.",
  ],
  [{ growthFactor: 50 }, { growthFactor: 60 }, "Growth factor: 60% instead of 50%."],
  [
    { growthFactor: 50 },
    { growthFactor: 50, growthType: "exponential" },
    "Growth type: exponential instead of linear.",
  ],
  [{}, {}, "Nothing changes."],
] as const)("says of %j and %j what differs", (from, to, sentence) => {
  expect(describeSettingsChange(paceOf(from), paceOf(to))).toBe(sentence);
});

it("names each thing that changes, whatever else changes, and nothing that stays", () => {
  const values = fc.record({
    durationMinutes: fc.constantFrom(0, 10, 30, 60),
    growthFactor: fc.constantFrom(1, 20, 25, 50, 60, 100),
    growthType: fc.constantFrom("linear", "exponential"),
    finalBakeMinutes: fc.constantFrom(0, 10, 20),
    description: fc.constantFrom("", "slow"),
  });
  const isAtOnce = ({ durationMinutes, growthFactor }: RolloutSettings) =>
    durationMinutes === 0 || growthFactor === 100;
  fc.assert(
    fc.property(values, values, (from, to) => {
      const words = describeSettingsChange(from, to);
      const differs = (field: keyof RolloutSettings) => from[field] !== to[field];
      const growth = differs("growthFactor") || differs("growthType");
      const bothAtOnce = isAtOnce(from) && isAtOnce(to);
      const arrives = isAtOnce(from) === isAtOnce(to) ? differs("durationMinutes") : true;
      expect(/Slower|Faster|Duration/.test(words)).toBe(arrives);
      expect(/Other steps|Growth|at once instead|instead of at once|100% at once/.test(words)).toBe(
        growth || isAtOnce(from) !== isAtOnce(to) || (bothAtOnce && arrives),
      );
      expect(words.includes("Bake time")).toBe(differs("finalBakeMinutes"));
      const only = differs("description") && !growth && !arrives && !differs("finalBakeMinutes");
      expect(words === "Only the description changes.").toBe(only);
      for (const [, now, before] of words.matchAll(/(\d+)%? (?:steps?|min)? ?instead of (\d+)/g))
        expect(now).not.toBe(before);
    }),
    { numRuns: 500 },
  );
});

it("offers the typed values again where nobody has decided against them", () => {
  const spoken = { title: "AppConfig", ref: { ...prod, id: "k8v2n4p" } };
  const changed = { kind: "changed", fields: ["duration"], current: strategyOf() } as const;
  expect(labelsOf(tellSaved(changed, spoken, paceOf()))).toEqual(["Edit again"]);
  const refused = { kind: "refused", why: { rule: "other-workspace" } } as const;
  expect(labelsOf(tellSaved(refused, spoken, paceOf()))).toEqual([]);
});

it.each(["claimed", "sent", "unclear", "accepted"] as const)(
  "keeps the preview's buttons while it is not known what became of a save that was %s",
  (state) => {
    const winner = decisionOf({ state, action: "edit-strategy" });
    const otherwise = { kind: "otherwise", fields: ["duration"], current: strategyOf() } as const;
    const pressed = { kind: "decided", winner, now: otherwise } as const;
    expect(isOver(pressed)).toBe(false);
    const told = describeSaved(pressed, { title: "AppConfig", ref: { ...prod, id: "k8v2n4p" } });
    expect(told.plain).toContain("Save was already pressed on this preview");
    expect(told.todo).toContain("Press Save again");
    expect(isOver({ ...pressed, now: { kind: "as-asked", current: strategyOf() } })).toBe(true);
    expect(isOver({ ...pressed, winner: { ...winner, state: "superseded" } })).toBe(true);
  },
);

it("names the channel whose members may edit, not this one", () => {
  const why = {
    rule: "not-an-approver",
    policy: "prod",
    action: "edit-strategy",
    approvers: "channel-members",
  } as const;
  const told = describeSaved(
    { kind: "refused", why, channel: "C0DEPLOY" },
    { title: "AppConfig", ref: { ...prod, id: "k8v2n4p" }, place: placeOf("prod") },
  );
  expect(told.lines.join("\n")).toContain("Only members of <#C0DEPLOY>");
});

describe("the card's button", () => {
  const strategy = { id: "k8v2n4p", name: "linear-20-30min" };
  const mayEdit = policyOf({ "edit-strategy": ruleOf() });
  const of = (changes: Parameters<typeof deploymentOf>[0], policy = mayEdit) =>
    labelsOf(drawCard(pictureOf({ deployment: deploymentOf(changes), policy })));

  it.each([
    ["Edit strategy", { strategy }, mayEdit],
    ["Show strategy", { strategy: { id: "AppConfig.Linear50PercentEvery30Seconds", name: "x" } }, mayEdit],
    ["Show strategy", { strategy }, policyOf()],
  ])("is %s", (label, changes, policy) => {
    expect(of(changes, policy)).toContain(label);
  });

  it("is not there without a strategy, nor on a card that has ended", () => {
    const ended = { strategy, phase: "succeeded" as const, holds: [], offers: [] };
    for (const labels of [of({}), of(ended)])
      expect(labels.filter((label) => label.endsWith("strategy"))).toEqual([]);
  });

  it("carries where the strategy lives, and nothing that decides anything", () => {
    const card = drawCard(pictureOf({ deployment: deploymentOf({ strategy }), policy: mayEdit }));
    const button = buttonsOf(card).find(({ action_id }) => action_id === "strategy.edit");
    expect(button?.value).toBe("1|111122223333|eu-west-1|k8v2n4p|edit");
    expect(button?.confirm).toBeUndefined();
    expect(problemsOf(card)).toEqual([]);
  });
});
