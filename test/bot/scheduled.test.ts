/** Holdpoint does nothing later and nothing under a condition, and whoever asks for that hears of it. */
import { describe, expect, it } from "vitest";
import { drawChoice, drawUsage } from "../../src/bot/card/command.ts";
import { parseCommand } from "../../src/bot/parse-command.ts";
import { knownOf, type World } from "../../src/bot/resolve-target.ts";
import { understand } from "../../src/bot/understand.ts";
import { unknownVerb } from "../../src/bot/unknown-verb.ts";
import { wordsOf } from "./card/reading.ts";
import { worldOf } from "./worlds.ts";

const world = worldOf(
  { target: "checkout-api" },
  { target: "basket-api" },
  { target: "basket-api", accountName: "staging" },
  { system: "appconfig", target: "my shop/live flags", qualifiedTarget: "my shop/live flags" },
);

/** What somebody reads who typed this, and whether it was done. */
function outcome(text: string, of: World = world) {
  const command = parseCommand(text, knownOf(of));
  const slash = "/deploy";
  switch (command.kind) {
    case "nonsense": {
      const problem = unknownVerb(command, text, of);
      const offered = problem.kind === "unknown-verb" ? problem.meant : undefined;
      return { isDone: false, offered, text: wordsOf(drawUsage(problem, slash)) };
    }
    case "ask":
    case "show":
    case "withdraw": {
      const understood = understand(command, of);
      if (understood.kind === "problem")
        return { isDone: false, text: wordsOf(drawUsage(understood.problem, slash, understood)) };
      const { isClear, leftover, saysWhen = false } = understood;
      return {
        isDone: isClear,
        offered: understood.meant.map(({ entry }) => entry.target).join(),
        text: wordsOf(drawChoice("continue", [], { slash, leftover, saysWhen })),
      };
    }
    default:
      throw new Error(command.kind);
  }
}

const when = [
  ...["tonight", "after lunch", "at 15:00", "at 3", "3pm", "3 p.m.", "15h30", "1500 UTC", "half past three"],
  ...[
    "tomorrow morning",
    "next monday",
    "mondays",
    "in 10 min",
    "in two hours",
    "on Dec 24",
    "on 24.12.",
    "12/24",
  ],
  ...["EOD", "by cob", "at midnight", "noon", "this weekend", "in the maintenance window", "shortly"],
  ...[
    "if tests are green",
    "if the tests pass and nobody complains",
    "unless it is red",
    "when it is healthy",
  ],
  ...[
    "once QA is done",
    "as soon as the alarms are quiet",
    "provided the tests pass",
    "assuming all is well",
  ],
  ...[
    "in case it fails",
    "as long as nobody objects",
    "pending approval",
    "only if green",
    "not before 18:00",
  ],
  ...[
    "until 18:00",
    "wait 5 minutes",
    "hold until noon",
    "whenever you like",
    "or else",
    "demain",
    "wenn es grün ist",
  ],
];
const verbs = ["continue", "rollback", "abort", "undo", "withdraw"];
const named = [
  "checkout-api",
  "basket-api in staging",
  "staging/basket-api",
  '"my shop/live flags"',
  "`checkout-api` in prod, eu-west-1",
  "basket-api",
];
const around = (verb: string, name: string, some: string): readonly string[] => [
  `${verb} ${name} ${some}`,
  `${verb} ${name}, ${some}.`,
  `${verb} ${name} (${some})`,
  `${verb} ${name} pls ${some}`,
  `${verb} ${name} looks good, but ${some}`,
  `${verb} ${name} ${some} looks good`,
  `${verb} ${name} ${some} because it is slow`,
  `${verb} ${name} ${some}: it is slow`,
  `${verb} ${name} ${some} “it is slow”`,
  `${verb} ${name} --force ${some}`,
  `${verb} ${some} ${name}`,
  `${some} ${verb} ${name}`,
  `can you ${some} ${verb} ${name}`,
];

it.each(verbs)("never does or offers without a word about it, wherever it stands: %s", (verb) => {
  const wrong = when
    .flatMap((some, index) =>
      around(verb, named[(index + verb.length) % named.length] ?? "", some).map((text) => ({ text, some })),
    )
    .filter(({ text, some }) => {
      const { isDone, offered, text: said } = outcome(text);
      const isTold = /can't be scheduled/.test(said) || offered === undefined || offered.includes(some);
      return isDone || !isTold;
    })
    .map(({ text }) => text);
  expect(wrong).toEqual([]);
});

describe("a reason says what it likes", () => {
  it.each(when)("%s", (some) => {
    for (const verb of verbs.filter((it) => it !== "withdraw"))
      for (const why of [`because it broke ${some}`, `: it broke ${some}`, `"${some}"`, `“it broke ${some}”`])
        expect({ why, ...outcome(`${verb} checkout-api ${why}`) }).toMatchObject({ why, isDone: true });
  });
});

it("is said of what only shows, too", () => {
  expect(outcome("show checkout-api tonight")).toMatchObject({ isDone: false });
  expect(outcome("show checkout-api tonight").text).toContain("can't be scheduled");
});

it.each(["now", "asap", "2.19.0", "from 2.19 to 2.18", "hold 2", "in prdo", "again"])(
  "is not said of %j",
  (words) => {
    expect(outcome(`continue checkout-api ${words}`).text).not.toContain("can't be scheduled");
  },
);
