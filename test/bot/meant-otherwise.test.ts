/** A reason or a place that may be meant as something else is asked back. */
import { describe, expect, it } from "vitest";
import { ownVerbs, parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { type Place, worldOf } from "./worlds.ts";

const world = worldOf({ target: "checkout-api" }, { target: "payments-prod-RefundFunction-1A2B3C4D5E6F" });

function read(text: string, of: World = world) {
  const command = parseCommand(text, knownOf(of));
  if (command.kind !== "ask") throw new Error(`${text} is ${command.kind}`);
  return understand(command, of);
}

it.each(["42", "#42", "2.19.0", "v41", "2.19.0 because slow", "42 because it is slow", "latest"])(
  "a version is no reason: %s",
  (version) => {
    for (const text of [
      `checkout-api:${version}`,
      `checkout-api: ${version}`,
      `checkout-api because ${version}`,
    ])
      expect([text, read(`continue ${text}`)]).toMatchObject([text, { kind: "understood", isClear: false }]);
  },
);

it.each(["500 errors", "5xx", "2.19.0 is slow", "41% of calls fail", "2 alarms because of latency"])(
  "a figure in a reason is one: %s",
  (reason) => expect(read(`rollback checkout-api because ${reason}`)).toMatchObject({ isClear: true }),
);

it.each(ownVerbs)("another command is no reason: %s", (verb) => {
  for (const text of [`: ${verb}`, `because ${verb}`, `because ${verb}.`, `"${verb}"`])
    expect([text, read(`rollback checkout-api ${text}`)]).not.toMatchObject([text, { isClear: true }]);
});

it.each([
  ...[
    "cancel my vote for checkout-api",
    "undo my votes on checkout-api",
    "abort vote for checkout-api because slow",
  ],
  ...["Roll back our vote to checkout-api", "revert my vote for checkout-api in prod"],
])("takes a vote back and offers nothing else: %s", (text) => {
  const command = parseCommand(text, knownOf(world));
  expect(command).toMatchObject({ kind: "withdraw" });
  expect(command.kind === "withdraw" && understand(command, world)).toMatchObject({
    ...{ kind: "understood", isClear: false, meant: [{ entry: { target: "checkout-api" } }] },
  });
});

it.each(["vote", "my vote", "vote for it"])("cancels %j where something is called so", (target) => {
  expect(read(`cancel ${target}`, worldOf({ target }))).toMatchObject({ isClear: true });
});

it.each(["dry", "dry mode", "Dry run"])("a wish for a dry run offers one alone: %s", (said) => {
  expect(read(`rollback checkout-api because ${said}`)).toMatchObject({ isClear: false, isDryRun: true });
});

it.each([
  "paym...RefundFunction-1A2B3C4D5E6F",
  "payments..RefundFunction",
  "payments-prod-*",
  "*RefundFunction*",
])("a name that was cut in another way is offered: %s", (name) => {
  expect(read(`rollback ${name} in prod`)).toMatchObject({
    ...{ kind: "understood", isClear: false },
    meant: [{ entry: { target: "payments-prod-RefundFunction-1A2B3C4D5E6F" } }],
  });
});

it("keeps the names of groups in a reason", () => {
  const said = "<!subteam^S0123|@oncall> and <!here> and <!channel|channel> and <@U1|mara>";
  expect(read(`rollback checkout-api because ${said}`)).toMatchObject({
    meant: [{ reason: "@oncall and @here and @channel and @mara" }],
  });
});

describe("a place that begins another one", () => {
  const flags = (environment: string): Place => {
    const target = `flags/${environment}`;
    return { system: "appconfig", target, qualifiedTarget: target };
  };

  it.each([
    ["live", "live: eu", "flags in live: eu"],
    ["live", "live because eu", "flags in live because eu"],
    ["live", "live “eu”", "flags in live “eu”"],
  ])("is asked about where both would do: %s and %s", (short, long, text) => {
    expect(read(`rollback ${text}`, worldOf(flags(short), flags(long)))).not.toMatchObject({ isClear: true });
    expect(read(`rollback ${text}`, worldOf(flags(long)))).toMatchObject({
      isClear: true,
      meant: [{ entry: { target: `flags/${long}` } }],
    });
  });

  it("is read as itself where the longer one does not fit", () => {
    const other = {
      system: "appconfig",
      target: "limits/live in prod",
      qualifiedTarget: "limits/live in prod",
    } as const;
    expect(read("rollback flags in live in prod", worldOf(flags("live"), other))).toMatchObject({
      isClear: true,
      meant: [{ entry: { target: "flags/live" } }],
    });
  });

  it("does not widen what the longer one says", () => {
    expect(read("rollback flags in prod fleet", worldOf(flags("prod fleet"), flags("eu")))).toMatchObject({
      isClear: true,
      meant: [{ entry: { target: "flags/prod fleet" } }],
    });
  });
});
