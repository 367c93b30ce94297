/** A name that is how a card draws another one never acts before it was asked which of them is meant. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { code, name as drawnPlain } from "../../src/bot/card/parts/phrase.ts";
import { placeInCode, placeOf } from "../../src/bot/card/parts/words.ts";
import { drawChoice } from "../../src/bot/card/private/command.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { visible } from "../../src/handlers/names/names.ts";
import { isDrawn } from "../../src/handlers/names/printed.ts";
import { identityOf, labelOf, targetOf } from "../../src/handlers/names/targets.ts";
import { targets } from "../handlers/alike.ts";
import { labelsOf, linesOf } from "./card/reading.ts";
import { entry, type Place, worldOf } from "./worlds.ts";

/** Slack sends these three as entities. */
const sent = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function targetsMeant(text: string, world: World): readonly string[] | "acts" {
  const command = parseCommand(sent(text), knownOf(world));
  if (command.kind !== "ask" && command.kind !== "withdraw") return [];
  const understood = understand(command, world);
  if (understood.kind !== "understood") return [];
  return understood.isClear ? "acts" : understood.meant.map((it) => it.entry.target).toSorted();
}

const create = "payments-prod-CreateFunction-6F5E4D3C2B1A";

describe("what is the name of one and the drawing of another", () => {
  it.each([
    ["a<b", "a‹b"],
    ["a>b", "a›b"],
    ["a&lt;b", "a＆lt;b"],
    ["a@b", "a＠b"],
    ["a*b", "a∗b"],
    ["a~b", "a∼b"],
    [":b:", "∶b:"],
    ["a://b", "a:∕∕b"],
    ["_b_", "ˍbˍ"],
    ["a‹b", "a\\u2039b"],
    ["a\u200bb", "a\\u200bb"],
    ["a\u00a0b", "a\\u00a0b"],
    ["a  b", "a ␣b"],
    ["a`b", "a\\u0060b"],
    ["e\u0301", "e\\u0301"],
    ["a\\u2039b", "a\\u005cu2039b"],
    [create, "payments-prod-…B1A"],
    [create, "paym…CreateFunction-6F5E4D3C2B1A"],
    ["it's <x>", "it’s ‹x›"],
    ["A<B", "a‹b"],
  ])("is asked back: %j beside %j", (real, drawn) => {
    for (const other of [{}, { accountName: "staging" }, { region: "us-east-1" }] as const) {
      const world = worldOf({ system: "appconfig", target: real }, { target: drawn, ...other });
      for (const text of [
        drawn,
        `"${drawn}"`,
        `${drawn} because it is slow`,
        `\`${drawn}\`: slow`,
        `✋ ${drawn}`,
      ])
        for (const verb of ["rollback", "withdraw"])
          expect({ text, means: targetsMeant(`${verb} ${text}`, world) }).toEqual({
            text,
            means: [real, drawn].toSorted(),
          });
    }
  });

  it("is asked back with the account in it too, where both are there", () => {
    const world = worldOf({ target: "a<b" }, { target: "a‹b" });
    for (const text of ["a‹b@prod", "prod/a‹b", "a‹b in prod", "a‹b in 111122223333, eu-west-1"])
      expect({ text, means: targetsMeant(`rollback ${text}`, world) }).toEqual({
        text,
        means: ["a<b", "a‹b"],
      });
  });

  it("is asked back where only one of them deploys", () => {
    const [idle] = worldOf({ target: "a<b" }).entries.map(targetOf);
    const world: World = { ...worldOf({ target: "a‹b" }), targets: idle === undefined ? [] : [idle] };
    expect(targetsMeant("rollback a‹b", world)).toEqual(["a‹b"]);
  });

  it("acts on the one that alone is written so", () => {
    const world = worldOf({ target: "a<b" }, { target: "a‹b" }, { target: "a\\u2039b" });
    expect(targetsMeant("rollback a<b", world)).toBe("acts");
    expect(targetsMeant("rollback a\\u005cu2039b", world)).toBe("acts");
  });

  it("reads a longer drawn name where a shorter real one begins it", () => {
    const world = worldOf({ target: "a‹b" }, { target: "a<b: slow" });
    expect(targetsMeant("rollback a‹b: slow", world)).toEqual(["a<b: slow", "a‹b"]);
  });
});

const character = fc.constantFrom(
  ...["a", "b", "-", " ", "<", ">", "&", "@", "*", "~", ":", "/", "_", "`", "'", "\\", "u2039", "u005c"],
  ...["‹", "›", "＆", "＠", "∗", "∼", "∶", "∕", "ˍ", "␣", "…", "\u00a0", "\u200b", "e\u0301", "é", "%2F"],
);
const realName = fc
  .array(character, { minLength: 1, maxLength: 24 })
  .map((all) => all.join(""))
  .filter((it) => it.trim() !== "");
const drawing = fc.oneof(
  fc.constant((real: string) => visible(real)),
  fc.integer({ min: 12, max: 40 }).map((atMost) => (real: string) => drawnPlain(visible(real), atMost)),
  fc
    .integer({ min: 12, max: 40 })
    .map((atMost) => (real: string) => code(visible(real), atMost).slice(1, -1)),
);
const systems = fc.constantFrom<NonNullable<Place["system"]>>("appconfig", "codedeploy", "ecs");

it("never acts, whatever is drawn like what", () => {
  fc.assert(
    fc.property(realName, drawing, systems, systems, (real, drawnBy, one, other) => {
      const drawn = drawnBy(real).replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      fc.pre(drawn !== real && isDrawn(drawn));
      const world = worldOf(
        { system: one, target: real },
        { system: other, target: drawn, region: "us-east-1" },
      );
      for (const text of [drawn, `"${drawn}"`])
        expect([real, text, targetsMeant(`rollback ${text}`, world) === "acts"]).toEqual([real, text, false]);
    }),
    { numRuns: 1_000 },
  );
});

it("draws no two names alike, and no choice", () => {
  fc.assert(
    fc.property(realName, fc.oneof(realName, fc.constant(undefined)), drawing, (real, some, drawnBy) => {
      const other = some ?? drawnBy(real);
      fc.pre(other !== real && other.trim() !== "");
      expect(visible(other)).not.toBe(visible(real));
      const entries = [real, other].map((target) => entry({ system: "appconfig", target }));
      const known = entries.map(targetOf);
      const choice = drawChoice(
        "rollback",
        entries.map((it) => ({ label: labelOf(targetOf(it), known), ref: it.ref, value: it.target })),
        { slash: "/deploy" },
      );
      const lines = linesOf(choice).filter((line) => /^\*\d\.\*/.test(line));
      expect(new Set(lines.map((line) => line.slice("*1.*".length))).size).toBe(2);
      expect(new Set(labelsOf(choice).map((label) => label.replace(/^\d\. /, ""))).size).toBe(2);
    }),
    { numRuns: 400 },
  );
});

it("is cut to the same text for no two targets that know each other, on a card and in a list", () => {
  fc.assert(
    fc.property(targets, (some) => {
      const all = [...new Map(some.map((it) => [identityOf(it), it])).values()];
      for (const carded of all)
        for (const listed of all.filter((it) => it !== carded)) {
          // The card was drawn before the other one was known.
          const header = placeOf({ label: labelOf(carded, [carded]) });
          expect(placeOf({ label: labelOf(listed, all) })).not.toBe(header);
          expect(placeInCode({ label: labelOf(listed, all) })).not.toBe(
            placeInCode({ label: labelOf(carded, [carded]) }),
          );
        }
    }),
    { numRuns: 200 },
  );
});
