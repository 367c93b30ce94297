/** No word of a command is dropped: it is understood, or named as not understood. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { unknownVerb } from "../../src/bot/command/unknown-verb.ts";
import { worldOf } from "./worlds.ts";

const world = worldOf(
  { target: "checkout-api" },
  { target: "my app/prod" },
  { target: "basket-api" },
  { target: "basket-api", accountName: "staging" },
);

function read(text: string, of: World = world) {
  const command = parseCommand(text, knownOf(of));
  if (command.kind !== "ask" && command.kind !== "show" && command.kind !== "withdraw")
    throw new Error(`${text} is ${command.kind}`);
  return understand(command, of);
}

const clear = (text: string): boolean => {
  const understood = read(text);
  return understood.kind === "understood" && understood.isClear;
};

describe("what is left over is named, and becomes the reason only as an offer", () => {
  it.each([
    ["rollback checkout-api in prdo it is slow", "prdo it is slow", "it is slow"],
    ["rollback the old one in our checkout-api", "the in our old one checkout-api", undefined],
    ["rollback checkout-api in prod,slow", ",slow", "slow"],
    ["rollback checkout-api it is slow in prdo", "prdo it is slow", "it is slow"],
    ["rollback checkout-api in prdo because slow", "prdo", "slow"],
    ["rollback checkout-api in prdo now because slow", "prdo now", "slow"],
    ["withdraw checkout-api because no", "no", undefined],
    ["withdraw checkout-api: no", "no", undefined],
    ['withdraw checkout-api "changed my mind"', "changed my mind", undefined],
    ["show checkout-api because slow", "slow", undefined],
    ["continue checkout-api?", "?", undefined],
    ["continue checkout-api ???", "???", undefined],
    ["continue checkout-api in prod?", "?", undefined],
    ["withdraw checkout-api?", "?", undefined],
    ["rollback checkout-api --force it is slow", "--force it is slow", undefined],
  ])("%s", (text, leftover, reason) => {
    const understood = read(text);
    expect(understood).toMatchObject({ kind: "understood", isClear: false, leftover });
    expect(understood.kind === "understood" && understood.meant.map((it) => it.reason)).toEqual([reason]);
  });

  it.each([
    ["rollback checkout-api in nowhere it is slow", "unknown-place", "it is slow"],
    ["rollback checkout-api in staging it is slow", "misfit", "it is slow"],
    ["rollback frobnicate it is slow", "unknown-target", "it is slow"],
  ])("also beside what is wrong: %s", (text, kind, leftover) => {
    expect(read(text)).toMatchObject({ kind: "problem", problem: { kind }, leftover });
  });
});

describe("what is refused", () => {
  it.each([
    ["rollback checkout-api, my app/prod", "several-names"],
    ["rollback my app/prod, checkout-api", "several-names"],
    ["rollback my app/prod and checkout-api", "several-names"],
    ["rollback checkout-api my app/prod", "several-names"],
    ["rollback checkout-api & my app/prod now", "several-names"],
    ["rollback checkout-api in prod, my app/prod", "several-names"],
    ["rollback checkout-api,my app/prod", "several-names"],
    ['rollback checkout-api, "my app/prod" and basket-api', "several-names"],
    ["rollback basket-api not in prod", "negated"],
    ["rollback basket-api not prod", "negated"],
    ["rollback basket-api in staging, not in prod", "negated"],
    ["rollback basket-api except staging", "negated"],
    ["rollback basket-api (not prod)", "negated"],
    ["rollback basket-api in staging (not in prod)", "negated"],
    ["continue basket-api in not prod", "negated"],
    ["continue basket-api in prod not staging", "negated"],
    ["continue basket-api in not in prod", "negated"],
    ["continue basket-api in !prod", "negated"],
    ["continue basket-api in non-prod", "negated"],
    ["continue basket-api in anything but prod", "negated"],
    ["continue checkout-api in prod, not checkout-api in staging", "negated"],
    ["continue checkout-api in not staging because slow", "negated"],
    ["promote checkout-api to staging", "misfit"],
    ["rollback checkout-api staging", "misfit"],
    ["rollback checkout-api\ncontinue basket-api", "several-verbs"],
    ["rollback basket-api but not checkout-api", "negated"],
    ["continue checkout-api then rollback", "several-verbs"],
    ["continue checkout-api, no rollback it", "several-verbs"],
    ["continue checkout-api and then withdraw", "several-verbs"],
    ["rollback continue checkout-api", "several-verbs"],
    ["show checkout-api --dry-run", "no-dry-run"],
    ["withdraw checkout-api --dry-run", "no-dry-run"],
    [`rollback checkout-api because ${"x".repeat(501)}`, "too-long"],
    [`rollback checkout-api ${"slow ".repeat(300)}`, "too-long"],
    [`rollback checkout-api --dry-run: ${"x".repeat(501)}`, "too-long"],
  ])("%s", (text, kind) => {
    expect(read(text)).toMatchObject({ kind: "problem", problem: { kind } });
  });

  it("names how long a reason is, and takes one of just that length", () => {
    expect(read(`rollback checkout-api because ${"x".repeat(612)}`)).toMatchObject({
      problem: { kind: "too-long", atMost: 500, count: 612 },
    });
    expect(clear(`rollback checkout-api because ${"x".repeat(500)}`)).toBe(true);
  });
});

it.each([
  "rollback basket-api in prod and staging",
  "rollback basket-api in prod or staging",
  "rollback basket-api in prod, staging",
  "rollback basket-api in prod/staging",
  "rollback basket-api in prod in staging",
])("offers both of two places that are named: %s", (text) => {
  const understood = read(text);
  expect(understood).toMatchObject({ kind: "understood", isClear: false });
  expect(understood.kind === "understood" && understood.meant).toHaveLength(2);
});

it.each([
  ["rollback the checkout-api", "checkout-api", "prod"],
  ["rollback staging basket-api", "basket-api", "staging"],
  ["withdraw my vote for checkout-api", "checkout-api", "prod"],
  ["show me checkout-api", "checkout-api", "prod"],
  ["rollback basket-api only staging", "basket-api", "staging"],
  ["rollback basket-api for staging", "basket-api", "staging"],
  ["rollback checkout-api please", "checkout-api", "prod"],
  ["rollback checkout-api because", "checkout-api", "prod"],
  ["rollback checkout-api because ?", "checkout-api", "prod"],
  ["rollback checkout-api: ...", "checkout-api", "prod"],
  ["promote checkout-api to prod", "checkout-api", "prod"],
  ["rollback checkout-api ASAP!!!", "checkout-api", "prod"],
  ["rollback checkout-api right now", "checkout-api", "prod"],
  ["rollback checkout-api again please", "checkout-api", "prod"],
  ["rollback checkout-api to 2.18.0", "checkout-api", "prod"],
  ["rollback checkout-api from 2.19 to 2.18", "checkout-api", "prod"],
  ["rollback checkout-api v2.19.0", "checkout-api", "prod"],
  ["continue checkout-api with 50%", "checkout-api", "prod"],
  ["continue checkout-api cc <@U012AB|mara>", "checkout-api", "prod"],
  ["continue checkout-api in the prod account", "checkout-api", "prod"],
  ["continue basket-api in account staging", "basket-api", "staging"],
  ["rollback the checkout", "checkout-api", "prod"],
  ["rollback my deployment checkout-apii", "checkout-api", "prod"],
  ["rollback basket-api-staging", "basket-api", "staging"],
  ["rollback checkout-api/prod", "checkout-api", "prod"],
  ["rollback checkout-api#12", "checkout-api", "prod"],
  ["rollback ecs/checkout-api", "checkout-api", "prod"],
  ["rollback prod:checkout-api", "checkout-api", "prod"],
  ["rollback service=checkout-api", "checkout-api", "prod"],
])("offers what is most likely meant, without making a reason of it: %s", (text, target, accountName) => {
  const understood = read(text);
  expect(understood).toMatchObject({ kind: "understood", isClear: false });
  expect(understood.kind === "understood" && understood.meant).toMatchObject([
    { entry: { target, accountName } },
  ]);
  expect(understood.kind === "understood" && understood.meant[0]).not.toHaveProperty("reason");
});

it.each([
  "continue checkout-api:2.19.0",
  "continue checkout-api: latest",
  "continue checkout-api because v41",
  "rollback checkout-api: to 41",
  "rollback checkout-api: version 41",
  "rollback checkout-api because back to v41",
  'rollback checkout-api "to 2.18.0"',
  'rollback checkout-api "to the previous version"',
])("does not take a version for a reason: %s", (text) =>
  expect(read(text)).toMatchObject({ kind: "understood", isClear: false }),
);

it.each([
  "rollback checkout-api :fire: tomorrow",
  "rollback basket-api :fire: in staging",
  "continue checkout-api :+1: because it is fine",
  "continue checkout-api :+1::skin-tone-2:",
  "continue checkout-api:rocket:",
])("does not take an emoji for a reason: %s", (text) => {
  const understood = read(text);
  const reason = understood.kind === "understood" ? understood.meant[0]?.reason : undefined;
  expect(understood).not.toMatchObject({ isClear: true });
  expect(reason).toBe(text.includes("because") ? "it is fine" : undefined);
});

it.each([
  ...[
    "rollback it",
    "continue this",
    "undo the last one",
    "rollback latest",
    "rollback previous",
    "continue #1",
  ],
  ...[
    "rollback in staging",
    "rollback staging",
    "rollback to previous version",
    "withdraw my vote",
    "continue 1",
  ],
])("asks for the name where only something stands for it: %s", (text) => {
  expect(read(text)).toMatchObject({ kind: "problem", problem: { kind: "no-target" } });
});

it.each(["continue all", "rollback everything", "rollback both", "continue all in staging", "rollback *"])(
  "does one thing at a time: %s",
  (text) => expect(read(text)).toMatchObject({ kind: "problem", problem: { kind: "several-names" } }),
);

it.each(["it", "all", "last", "1", "the"])("takes %j for the name where something is called so", (name) => {
  const understood = read(`rollback ${name}`, worldOf({ target: name }));
  expect(understood).toMatchObject({ kind: "understood", isClear: true });
});

describe("what is pasted or typed on a phone is clear", () => {
  it.each([
    'rollback "checkout-api in prod"',
    "rollback “checkout-api in prod”",
    "rollback `checkout-api in prod`",
    'rollback "`checkout-api` in prod"',
    "rollback `checkout-api` in prod",
    'rollback "⏸️ Waiting: checkout-api in prod"',
    'rollback ⏸️ "Waiting: checkout-api in prod"',
    "rollback ⏸️ Waiting: `checkout-api` in prod",
    "rollback :raised_hand: Waiting: checkout-api in prod",
    "rollback Waiting: checkout-api in prod",
    "rollback ✋ *Waiting:* checkout-api in prod",
    "rollback ✋ checkout-api in prod",
    "rollback checkout-api in prod (111122223333)",
    "rollback checkout-api in prod (111122223333), eu-west-1",
    "rollback checkout-api in prod, ECS",
    'rollback "my app/prod in prod" because it is slow',
    "rollback \u2067checkout-api\u2069 in \u200eprod",
    "rollback check\u00adout-api",
    "\u200frollback checkout-api\u200f",
    "rollback: checkout-api",
    "Rollback, checkout-api.",
    "rollback checkout-api!",
    "rollback checkout-api in prod in prod",
    "rollback checkout-api.",
    "rollback *checkout-api*",
    "rollback _checkout-api_ in prod",
    "rollback <https://example.com/x|checkout-api>",
    "continue :rocket: checkout-api",
  ])("%s", (text) => expect(clear(text)).toBe(true));

  it.each(['rollback "checkout-api it is slow"', 'rollback "checkout-api in prod it is slow"'])(
    "but nothing in the quotes is dropped: %s",
    (text) => expect(read(text)).toMatchObject({ isClear: false, leftover: "it is slow" }),
  );
});

it("holds for every verb and every part of the grammar", () => {
  const word = fc.stringMatching(/^q[a-z]{2,7}z$/);
  const part = fc.oneof(
    word.map((it) => ({ text: it, words: [it] })),
    word.map((it) => ({ text: `because ${it}`, words: [it] })),
    word.map((it) => ({ text: `: ${it}`, words: [it] })),
    word.map((it) => ({ text: `"${it}"`, words: [it] })),
    word.map((it) => ({ text: `“${it}”`, words: [it] })),
    word.map((it) => ({ text: `, ${it}.`, words: [it] })),
    word.map((it) => ({ text: `(${it})`, words: [it] })),
    word.map((it) => ({ text: `--${it}`, words: [it] })),
    fc.constantFrom("prdo", "prod", "eu-wst-1", "eu-west-1").map((it) => ({ text: `in ${it}`, words: [it] })),
  );
  const verb = fc.constantFrom("continue", "rollback", "undo", "abort", "show", "status", "withdraw");
  fc.assert(
    fc.property(verb, fc.array(part, { minLength: 1, maxLength: 5 }), (it, parts) => {
      const understood = read(`${it} checkout-api ${parts.map(({ text }) => text).join(" ")}`);
      const said = JSON.stringify(
        understood.kind === "problem"
          ? [understood.problem, understood.leftover]
          : [understood.words, understood.leftover, understood.meant.map(({ reason }) => reason)],
      );
      const wrong = understood.kind === "problem";
      // What is refused as a whole need not repeat the reason.
      const words = wrong ? [] : parts.flatMap((one) => one.words);
      expect(words.filter((one) => !said.includes(one))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

describe("what is to happen later, or under a condition", () => {
  const later = [
    ...["tomorrow", "later", "at 18:00", "in 5 minutes", "after lunch", "tonight", "at 6pm", "6 pm", "18:00"],
    ...["in an hour", "in half an hour", "in 10m", "in a bit", "in 2 hours", "10 minutes from now", "5m"],
    ...["in the morning", "next week", "on monday", "Friday", "by 17:30", "at noon", "before midnight"],
    ...["when the tests pass", "once it is green", "if the alarms stay quiet", "as soon as possible"],
    ...[
      "until 18:00",
      "not now",
      "not yet",
      "every day",
      "this evening",
      "for tomorrow",
      "please do it later",
    ],
    ...["@ 18:00", "(tomorrow)", "in about 10 minutes", "on 2026-12-01", "scheduled for 6pm", "IN 5 MINUTES"],
    ...[
      "morgen",
      "um 18 Uhr",
      "delayed by 5 minutes",
      "at the end of the day",
      "and then tomorrow",
      "tomorrow!",
    ],
  ];
  it.each(later)("is refused, and what was understood is kept: %s", (when) => {
    for (const [text, command] of [
      [`continue checkout-api ${when}`, "continue checkout-api"],
      [`rollback basket-api in staging ${when}`, "rollback basket-api in staging"],
      [`continue checkout-api ${when} because slow`, "continue checkout-api because slow"],
      [`continue checkout-api ${when} --dry-run`, "continue checkout-api"],
      [`withdraw checkout-api ${when}`, "withdraw checkout-api"],
      [`continue basket-api ${when}`, "continue basket-api"],
    ] as const)
      expect({ text, ...read(text) }).toMatchObject({
        text,
        kind: "problem",
        problem: { kind: "scheduled", command },
      });
  });

  it("is refused before the name too", () => {
    expect(read("continue tomorrow checkout-api")).toMatchObject({ problem: { kind: "scheduled" } });
  });

  it.each(["because it fails after lunch", '"tomorrow is a holiday"', ": later is too late"])(
    "is a reason where one is said: %s",
    (why) => {
      expect(clear(`continue checkout-api ${why}`)).toBe(true);
    },
  );

  it.each(["now", "in 500 errors", "it was slow at 18:00", "in prdo", "it failed after lunch", "soonish"])(
    "is not meant by %j",
    (text) => {
      const understood = read(`continue checkout-api ${text}`);
      expect(understood.kind === "problem" ? understood.problem.kind : "").not.toBe("scheduled");
    },
  );

  it.each([
    ["continue shop later", { target: "api", qualifiedTarget: "later/api" }],
    ["continue shop in tomorrow", { target: "shop", qualifiedTarget: "tomorrow/shop" }],
    ["continue tomorrow", { target: "tomorrow" }],
    ["continue shop in 5", { target: "shop", qualifiedTarget: "5/shop" }],
    ["continue shop and tonight", { target: "tonight" }],
  ])("is not meant where something is called so: %s", (text, thing) => {
    const understood = read(text, worldOf({ target: "shop" }, thing));
    expect(understood.kind === "problem" ? understood.problem.kind : "").not.toBe("scheduled");
  });
});

describe("what a place is called wins over what it says", () => {
  it.each(["no", "not-prod", "!prod"])("%s", (accountName) => {
    const of = worldOf({ target: "api" }, { target: "api", accountName });
    expect(read(`continue api in ${accountName}`, of)).toMatchObject({ isClear: true });
  });
});

describe("takes twice as long for twice the length, not four times", () => {
  const pieces = [
    ...[
      "not ",
      "no ",
      "not in ",
      "in prod, ",
      "prod/",
      "because ",
      "and ",
      "to ",
      "all ",
      "tomorrow ",
      "at ",
    ],
    ...[
      "in 5 minutes ",
      "if ",
      "a few ",
      "some ",
      "continue ",
      "checkout-api ",
      "basket-api,",
      "@prod ",
      "arn:",
    ],
    ...[
      "--dry-run ",
      "--dry",
      "dry run ",
      "dry-",
      "-n ",
      "-",
      "- ",
      "—",
      "and -",
      "@",
      "@~-",
      "~",
      "_",
      "*a*",
    ],
    ...[
      ":",
      "::",
      ": ",
      ";",
      ",",
      ",, ",
      ".",
      "!",
      "?",
      "(",
      "( ",
      ")",
      "|",
      "/",
      "<",
      "&amp;",
      "<https://",
      "%2F",
    ],
    ...[
      '"',
      "'",
      "“a” ",
      "` ",
      ":a",
      ":tada: ",
      "✋ ",
      "waiting: ",
      "a",
      "x ",
      "e\u0301",
      "\u0301",
      "n't ",
      "1 ",
    ],
  ];
  const before = [
    "",
    "rollback ",
    "rollback checkout-api ",
    "rollback checkout-api because ",
    "list ",
    'show "',
  ];

  /** Of the processor, not of the clock: others may be at work, too. */
  function msFor(text: string): number {
    const used = process.cpuUsage();
    const command = parseCommand(text, knownOf(world));
    if (command.kind === "nonsense") unknownVerb(command, text, world);
    if (command.kind === "ask" || command.kind === "show") understand(command, world);
    return process.cpuUsage(used).user / 1_000;
  }

  it.each(pieces)("of %j", (piece) => {
    const slow = before.filter((some) => {
      const ofLength = (length: number): string => `${some}${piece.repeat(length / piece.length)}x`;
      const isSlow = (): boolean => msFor(ofLength(12_000)) > 3 * msFor(ofLength(6_000)) + 60;
      return isSlow() && isSlow() && isSlow();
    });
    expect(slow).toEqual([]);
  });
});
