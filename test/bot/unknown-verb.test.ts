import fc from "fast-check";
import { expect, it } from "vitest";
import { otherVerbs, parseCommand, verbs } from "../../src/bot/command/parse-command.ts";
import { knownOf } from "../../src/bot/command/resolve-target.ts";
import { unknownVerb } from "../../src/bot/command/unknown-verb.ts";
import { worldOf } from "./worlds.ts";

const world = worldOf({ target: "checkout-api" }, { target: "my app/prod" }, { target: "promo" });

it("asks about a slip of any word that is taken for a verb, and keeps the rest", () => {
  const words = fc.constantFrom(...verbs, ...otherVerbs).filter((word) => word.length > 3);
  const slip = words.chain((word) =>
    fc.nat({ max: word.length - 2 }).map((at) => {
      const [one = "", other = ""] = word.slice(at, at + 2);
      return { word, typed: `${word.slice(0, at)}${other}${one}${word.slice(at + 2)}` };
    }),
  );
  fc.assert(
    fc.property(slip, ({ word, typed }) => {
      const text = `${typed} checkout-api in prod`;
      const command = parseCommand(text, knownOf(world));
      if (typed === word) return;
      if (command.kind !== "nonsense") throw new Error(command.kind);
      expect(unknownVerb(command, text, world)).toMatchObject({ meant: `${word} checkout-api in prod` });
    }),
  );
});

it.each([
  ["rolback checkout-api", "rollback checkout-api"],
  ["promot checkout-api in prod because slow", "promote checkout-api in prod because slow"],
  ["aproove checkout-api", "approve checkout-api"],
  ["abrot checkout-api", "abort checkout-api"],
  ["stauts checkout-api", "status checkout-api"],
  ["stpo checkout-api", "stop checkout-api"],
  ["ack checkout-api", undefined],
  ["old checkout-api", undefined],
  ["no checkout-api", undefined],
  ["promo", "show promo"],
  ["promo rollback", "rollback promo"],
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
  ["lgtm checkout-api", "continue checkout-api"],
  ["👍 checkout-api", "continue checkout-api"],
  ["ok, checkout-api in prod", "continue checkout-api in prod"],
  ["unblock checkout-api", "continue checkout-api"],
  ["ship checkout-api", "continue checkout-api"],
  ["rb checkout-api because slow", "rollback checkout-api because slow"],
  ["halt checkout-api", "cancel checkout-api"],
  ["retract checkout-api", "withdraw checkout-api"],
  ["who can approve checkout-api", "show checkout-api"],
  ["hold checkout-api", "show checkout-api"],
  ["pause checkout-api", "show checkout-api"],
  ["what is checkout-api doing", "show checkout-api"],
  ["how do I rollback checkout-api", "rollback checkout-api"],
  ["dry-run continue checkout-api", "continue checkout-api --dry-run"],
  ["--dry-run continue checkout-api", "continue checkout-api --dry-run"],
  ["@holdpoint continue checkout-api", "continue checkout-api"],
  // A word that agrees, or is how this workspace calls the command, before the verb.
  ["ok rollback checkout-api", "rollback checkout-api"],
  ["ship rollback checkout-api", "rollback checkout-api"],
  ["release rollback checkout-api because slow", "rollback checkout-api because slow"],
  ["yes please continue checkout-api", "continue checkout-api"],
  ["ok checkout-api because rollback failed", "continue checkout-api because rollback failed"],
  // A verb of two words stands anywhere.
  ["pls roll back checkout-api", "rollback checkout-api"],
  ["lgtm roll-back checkout-api", "rollback checkout-api"],
  ["can we please roll back checkout-api because slow", "rollback checkout-api because slow"],
  ["please terminate old checkout-api", "terminate-old checkout-api"],
  ["checkout-api roll back", "rollback checkout-api"],
])("%s may mean %s", (text, meant) => {
  const command = parseCommand(text, knownOf(world));
  if (command.kind !== "nonsense") throw new Error(command.kind);
  expect(unknownVerb(command, text, world)).toEqual({
    ...{ kind: "unknown-verb", verb: command.said },
    ...(meant === undefined ? {} : { meant }),
  });
});
