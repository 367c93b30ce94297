/** What stands around a name, its place and its reason where people write them otherwise than the grammar has it. */
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { worldOf } from "./worlds.ts";

const world = worldOf(
  { target: "checkout-api" },
  { target: "api", qualifiedTarget: "web/api" },
  { target: "basket-api" },
  { target: "basket-api", accountName: "staging" },
  { system: "codedeploy", target: "Invoice Worker", qualifiedTarget: "Invoice Worker/prod fleet" },
  { system: "appconfig", target: "my flags/live", qualifiedTarget: "my flags/live" },
);

function read(text: string, of: World = world) {
  const command = parseCommand(text, knownOf(of));
  if (command.kind !== "ask" && command.kind !== "show" && command.kind !== "withdraw")
    throw new Error(`${text} is ${command.kind}`);
  return understand(command, of);
}

function meantBy(text: string) {
  const understood = read(text);
  return understood.kind === "problem"
    ? understood
    : {
        isClear: understood.isClear,
        meant: understood.meant.map(({ entry, reason }) => [entry.target, entry.accountName, reason]),
      };
}

describe("the name behind words that name nothing", () => {
  const fillers = ["the", "my", "service", "please", "1.", "*2.*", "✋ 1.", "•", "-", ">", "the deployment"];
  it.each(fillers)("is offered, in quotes too: %s", (filler) => {
    for (const marks of [`""`, "``", "“”", "''", ""]) {
      const [open = "", close = ""] = marks;
      for (const verb of ["rollback", "show", "withdraw"])
        expect([
          filler,
          marks,
          verb,
          meantBy(`${verb} ${filler} ${open}basket-api${close} in staging`),
        ]).toEqual([filler, marks, verb, { isClear: false, meant: [["basket-api", "staging", undefined]] }]);
    }
  });

  it.each([
    ["rollback service `checkout-api` because it is slow", "checkout-api"],
    ['rollback the "my flags/live" in prod now', "my flags/live"],
  ])("is offered without what stands around it: %s", (text, target) => {
    expect(meantBy(text)).toEqual({ isClear: false, meant: [[target, "prod", undefined]] });
  });

  it("is no reason for another name", () => {
    expect(read('rollback frobnicate "checkout-api"')).toMatchObject({ problem: { kind: "unknown-target" } });
  });
});

describe("the name with other marks between its words", () => {
  it.each([
    ["rollback checkout api", "checkout-api", "prod"],
    ["rollback checkout api because slow", "checkout-api", "prod"],
    ["show checkout api", "checkout-api", "prod"],
    ["rollback Checkout - API", "checkout-api", "prod"],
    ["rollback basket api in staging", "basket-api", "staging"],
    ["rollback my-flags live", "my flags/live", "prod"],
    ["rollback invoice – worker", "Invoice Worker", "prod"],
  ])("is offered, and not what ends like it: %s", (text, target, accountName) => {
    expect(meantBy(text)).toMatchObject({
      isClear: false,
      meant: [[target, accountName, expect.anything()]].map(([a, b]) => [
        a,
        b,
        text.includes("because") ? "slow" : undefined,
      ]),
    });
  });
});

it.each(["```checkout-api```", "``checkout-api``", '""checkout-api""', "''checkout-api''"])(
  "marks that were typed twice are marks: %s",
  (name) => {
    expect(meantBy(`rollback ${name} in prod because slow`)).toEqual({
      ...{ isClear: true, meant: [["checkout-api", "prod", "slow"]] },
    });
    expect(meantBy(`rollback checkout-api ${name.replace("checkout-api", "it is slow")}`)).toEqual({
      ...{ isClear: true, meant: [["checkout-api", "prod", "it is slow"]] },
    });
  },
);

it.each([
  "not checkout-api",
  "don't checkout-api",
  "never checkout-api",
  "no checkout-api",
  "not the checkout-api",
])("a negation before the name is refused: %s", (text) => {
  for (const verb of ["rollback", "continue", "withdraw"])
    expect(read(`${verb} ${text}`)).toMatchObject({ kind: "problem", problem: { kind: "negated" } });
});

describe("an emoji as the reason", () => {
  const joints = ["because ", "because: ", "because of ", "because, ", ": ", "because : "];
  it.each(joints)("is kept whole behind %j, and alone gives none", (joint) => {
    for (const emoji of [":fire:", ":+1:", ":man-shrugging:", "🔥", "👍🏽", "🇩🇪", "❤️"]) {
      expect([emoji, meantBy(`rollback checkout-api ${joint}${emoji} errors`)]).toEqual([
        emoji,
        { isClear: true, meant: [["checkout-api", "prod", `${emoji} errors`]] },
      ]);
      expect([emoji, meantBy(`rollback checkout-api ${joint}${emoji}`)]).toEqual([
        emoji,
        { isClear: false, meant: [["checkout-api", "prod", undefined]] },
      ]);
    }
  });

  it.each(["100%", "+1", "p99 > 2 s", "№ 5", "不安定"])(
    "is none of the letters and figures in %s",
    (reason) => {
      expect(meantBy(`rollback checkout-api because ${reason}`)).toEqual({
        ...{ isClear: true, meant: [["checkout-api", "prod", reason]] },
      });
    },
  );
});

describe("a region or an account that nothing is known of", () => {
  it.each(["us-east-1", "ap-southeast-2", "us-gov-west-1", "999988887777"])("is a place: %s", (place) => {
    for (const text of [
      `in prod, ${place}`,
      `in ${place}`,
      place,
      `, ${place}`,
      `(${place})`,
      `and ${place}`,
    ])
      expect([text, read(`rollback checkout-api ${text}`)]).toMatchObject([
        text,
        { kind: "problem", problem: { kind: "unknown-place", place } },
      ]);
    for (const text of [`because ${place}`, `: ${place}`, `"in ${place}"`])
      expect([text, read(`rollback checkout-api ${text}`)]).toMatchObject([text, { isClear: false }]);
  });
});
