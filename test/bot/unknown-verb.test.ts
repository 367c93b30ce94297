import { expect, it } from "vitest";
import { parseCommand } from "../../src/bot/parse-command.ts";
import { knownOf } from "../../src/bot/resolve-target.ts";
import { unknownVerb } from "../../src/bot/unknown-verb.ts";
import { worldOf } from "./worlds.ts";

const world = worldOf({ target: "checkout-api" }, { target: "my app/prod" });

it.each([
  ["rolback checkout-api", "rollback checkout-api"],
  ["checkout-api", "show checkout-api"],
  ["my app/prod", "show my app/prod"],
  ["checkout-api rollback", "rollback checkout-api"],
  ["my app/prod rollback because slow", "rollback my app/prod because slow"],
  ["checkout-api in prod rollback", "rollback checkout-api in prod"],
  ["pls rollback checkout-api", "rollback checkout-api"],
  ["can you continue checkout-api", "continue checkout-api"],
  ["/deploy rollback checkout-api", "rollback checkout-api"],
  ["don't continue checkout-api", undefined],
  ["don’t continue checkout-api", undefined],
  ["do not continue checkout-api", undefined],
  ["dont continue checkout-api", undefined],
  ["never rollback checkout-api", undefined],
  ["no continue checkout-api", undefined],
  ["frobnicate", undefined],
])("%s may mean %s", (text, meant) => {
  const command = parseCommand(text, knownOf(world));
  if (command.kind !== "nonsense") throw new Error(command.kind);
  expect(unknownVerb(command, text, world)).toEqual({
    ...{ kind: "unknown-verb", verb: command.said },
    ...(meant === undefined ? {} : { meant }),
  });
});
