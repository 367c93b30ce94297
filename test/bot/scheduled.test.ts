/** Holdpoint does nothing later and nothing under a condition, and whoever asks for that hears of it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawChoice, drawUsage } from "../../src/bot/card/private/command.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { unknownVerb } from "../../src/bot/command/unknown-verb.ts";
import { wordsOf } from "./card/reading.ts";
import { worldOf } from "./worlds.ts";

const world = worldOf(
  { target: "checkout-api" },
  { target: "basket-api" },
  { target: "basket-api", accountName: "staging" },
  { system: "appconfig", target: "my shop/live flags", qualifiedTarget: "my shop/live flags" },
);

function read(text: string) {
  const command = parseCommand(text, knownOf(world));
  if (command.kind !== "ask") throw new Error(`${text} is ${command.kind}`);
  return understand(command, world);
}

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

const times = [
  ...["tonight", "after lunch", "at 15:00", "at 3", "3pm", "3 p.m.", "15h30", "1500 UTC", "half past three"],
  ...["tomorrow morning", "next monday", "mondays", "in 10 min", "in two hours", "on Dec 24", "on 24.12."],
  ...[
    "12/24",
    "EOD",
    "by cob",
    "at midnight",
    "noon",
    "this weekend",
    "in the maintenance window",
    "shortly",
  ],
  ...["wait 5 minutes", "or else", "demain"],
];
const conditions = [
  ...["if tests are green", "if the tests pass and nobody complains", "unless it is red", "only if green"],
  ...["when it is healthy", "once QA is done", "as soon as the alarms are quiet", "provided the tests pass"],
  ...["assuming all is well", "in case it fails", "as long as nobody objects", "pending approval"],
  ...["not before 18:00", "until 18:00", "hold until noon", "whenever you like", "wenn es grün ist"],
];
const when = [...times, ...conditions];
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

const actions = ["continue", "rollback", "cancel", "terminate-old", "revert", "approve", "abort", "undo"];
const marked = (why: string): readonly string[] => [
  ...[`because ${why}`, `because: ${why}`, `: ${why}`, `:${why}`, `"${why}"`, `“${why}”`, `because "${why}"`],
  ...[`in prod because ${why}.`, `in prod: ${why}`, `“${why}!”`],
];
const notDone = [
  ...["don't", "don’t do it", "dont", "not yet", "Not now, please", "wait", "wait!", "hold on", "stop", "no"],
  ...[
    "no, wait",
    "never mind",
    "nope",
    "scratch that",
    "forget it",
    "actually no",
    "I don't want to",
    "nicht",
  ],
  ...[
    "ok, tomorrow",
    "we should wait",
    "please wait until tomorrow",
    "don't roll back",
    "do not continue this",
  ],
  ...["at 5pm", "tomorrow, not now", "maybe later", "not before 5pm", "5 minutes", "on Monday at 9am CET"],
  ...["let's do it tomorrow morning", "it's not ready yet", "wait for QA", "not until Mara is back"],
  ...["just if the alarms are quiet", "after the standup", "if the tests pass, it is fine", "not in prod"],
  ...["tomorrow in prod", "don't roll back checkout-api", "when QA is done, not now", "tomorrow :fire:"],
  ...["don't continue, errors doubled", "please do not roll back yet, the alarms are quiet"],
  ...["run it at 5pm", "start at 18:00"],
  ...[
    "disregard",
    "please disregard this",
    "strike that",
    "cancel that",
    "I take it back",
    "oops",
    "oops, wrong one",
  ],
  ...[
    "on second thought, no",
    "I changed my mind",
    "my mistake",
    "sorry, wrong channel",
    "not this one",
    "don't though",
  ],
  ...["dry-run please", "just a dry run", "dry run first", "only a dry-run please", "please simulate it"],
];
const reasons = [
  ...["tomorrow is the launch", "don't want the old bug in prod", "waited since 5pm, alarms ok"],
  ...[
    "not ok",
    "not working",
    "does not start",
    "no errors",
    "can't log in",
    "never came up",
    "no time to fix it",
  ],
  ...[
    "it broke at 5pm",
    "launch is tomorrow",
    "5 minutes of errors",
    "today's build is broken",
    "once again slow",
  ],
  ...["when users log in, it crashes", "after the deploy, errors doubled", "errors when users log in"],
  ...[
    "waiting costs money",
    "stops serving after an hour",
    "holds locks",
    "the dry run was fine",
    "ready",
    "go",
  ],
  ...["ok and do it", "am on it", "as is", "wrong version", "a mistake in 2.19.0", "oops, the tag is wrong"],
  ...["approved", "looks good", "ok", "it is done", "before it gets worse", "simulation failed", "mayday"],
  ...["noisy neighbours", "sunset", "marching ants", "iffy", "fridge", "2 errors", "2.19.0 has the bug"],
];

describe("a reason that only says when, or takes the wish back", () => {
  it.each([...when, ...notDone])("is asked back, as it was written: %s", (some) => {
    for (const verb of actions)
      for (const why of marked(some)) {
        const understood = read(`${verb} checkout-api ${why}`);
        expect({ verb, why, ...understood }).toMatchObject({
          ...{ verb, why, kind: "understood", isClear: false },
          meant: [{ entry: { target: "checkout-api" }, reason: expect.stringContaining(some) }],
        });
      }
  });

  it("is offered with the words that it would be done at once", () => {
    expect(outcome('continue checkout-api "at 5pm"').text).toContain("what you choose here is done at once");
    expect(outcome("continue checkout-api: don't").text).not.toContain("scheduled");
  });

  it.each(["dry-run please", "just a dry run", "please simulate it"])("offers a dry run alone: %s", (why) => {
    expect(read(`rollback checkout-api because ${why}`)).toMatchObject({ isDryRun: true, isClear: false });
    expect(read(`rollback checkout-api because not ${why}`)).toMatchObject({ isClear: false });
  });

  it.each([...reasons, ...when.map((some) => `it broke ${some}`)])(
    "stays one with more in it: %s",
    (some) => {
      for (const verb of actions)
        for (const why of marked(some))
          expect({ why, ...read(`${verb} checkout-api ${why}`) }).toMatchObject({
            ...{ why, isClear: true, isDryRun: false },
          });
    },
  );

  it.each([...when, ...notDone].filter((some) => !/[,!]|errors|it is fine/.test(some)))(
    "is asked back as the last clause, behind a consent or what is a reason: %s",
    (some) => {
      for (const before of ["looks good, ", "fine, but ", "approved: ", "tests are green. ", "errors; "])
        for (const why of marked(`${before}${some}`))
          expect({ why, ...read(`continue checkout-api ${why}`) }).not.toMatchObject({
            isClear: true,
            isDryRun: false,
          });
    },
  );

  it.each(["looks good once the alarm is green", "fine if the tests pass", "that is good after the standup"])(
    "is asked back as the condition of a consent: %s",
    (why) => expect(read(`continue checkout-api because ${why}`)).toMatchObject({ isClear: false }),
  );

  const time = fc.constantFrom(...times.filter((some) => !some.startsWith("after")));
  const negation = fc.constantFrom("not", "no", "never", "don't", "not yet", "nah", "stop", "nope", "isn't");
  const beside = fc.constantFrom(
    "please",
    "just",
    "it",
    "and",
    "do",
    "this",
    "maybe",
    "we",
    "should",
    "-",
    ",",
  );
  const core = fc.oneof(time, negation);
  const noun = fc.constantFrom(
    ...["launch", "errors", "latency", "database", "alarms", "customers", "outage", "bug", "tests", "Mara"],
  );
  const way = fc.nat();

  it("holds for all that is put together from such words, and for nothing with one more", () => {
    fc.assert(
      fc.property(
        ...([fc.array(beside, { maxLength: 3 }), fc.array(core, { minLength: 1, maxLength: 3 })] as const),
        ...([fc.array(beside, { maxLength: 2 }), noun, way, fc.constantFrom(...actions)] as const),
        (before, cores, after, more, how, verb) => {
          const said = [...before, ...cores, ...after];
          const isDone = (words: readonly string[]): boolean => {
            const ways = marked(words.join(" "));
            const understood = read(`${verb} checkout-api ${ways[how % ways.length]}`);
            return understood.kind === "understood" && understood.isClear;
          };
          expect(isDone(said)).toBe(false);
          expect(isDone([...said, more])).toBe(true);
          expect(isDone([more, ...said])).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

it.each(["tomorrow", "in prod then cancel", "not in staging", "in nowhere"])(
  "speaks of no reason where the verb takes none: %s",
  (some) => {
    expect(outcome(`withdraw checkout-api ${some}`).text).not.toContain("A reason follows");
    expect(outcome(`rollback checkout-api ${some}`).text).toContain("A reason follows `because`");
    expect(outcome("tomorrow withdraw checkout-api").text).not.toContain("A reason follows");
  },
);

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
