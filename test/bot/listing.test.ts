/** What narrows a list, and what is known of places where nothing deploys. */
import { describe, expect, it } from "vitest";
import { drawChoice } from "../../src/bot/card/private/command.ts";
import { narrowed } from "../../src/bot/command/narrow.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { existingIn, knownOf } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { labelOf, targetOf } from "../../src/handlers/names/targets.ts";
import { wordsOf } from "./card/reading.ts";
import { worldOf } from "./worlds.ts";

const world = {
  ...worldOf(
    { target: "checkout-api" },
    { target: "my app/prod", state: "running" },
    { target: "basket-api", accountName: "staging" },
  ),
  places: ["prod", "staging", "dev", "eu-west-1", "eu-north-1"],
};

function listed(text: string) {
  const command = parseCommand(text, knownOf(world));
  if (command.kind !== "list") return command.kind;
  const found = narrowed(command.words ?? [], world);
  return found.kind === "unknown" ? found : found.entries.map(({ target }) => target);
}

describe("a list", () => {
  it.each([
    ["list my app/prod", ["my app/prod"]],
    ['list "my app/prod"', ["my app/prod"]],
    ["ls “my app/prod”, running", ["my app/prod"]],
    ["list waiting my app/prod", []],
    ['list "checkout-api" in prod', ["checkout-api"]],
    ["list `basket-api`?", ["basket-api"]],
    ["status prod", ["checkout-api", "my app/prod"]],
    ["status all", ["checkout-api", "my app/prod", "basket-api"]],
    ["status?", ["checkout-api", "my app/prod", "basket-api"]],
    ["list?", ["checkout-api", "my app/prod", "basket-api"]],
    ["rollback? checkout-api", "nonsense"],
    ["status everything", ["checkout-api", "my app/prod", "basket-api"]],
    ["status waiting", ["checkout-api", "basket-api"]],
    ["status in staging", ["basket-api"]],
    ["show waiting, prod", ["checkout-api"]],
    ["status ecs", ["checkout-api", "my app/prod", "basket-api"]],
    ["list waiting running", ["checkout-api", "my app/prod", "basket-api"]],
    ["list prod staging", ["checkout-api", "my app/prod", "basket-api"]],
    ["list prod dev", ["checkout-api", "my app/prod"]],
    ["list ecs codedeploy", ["checkout-api", "my app/prod", "basket-api"]],
    ["list checkout-api, basket-api", ["checkout-api", "basket-api"]],
    ["list waiting ended prod staging", ["checkout-api", "basket-api"]],
    ["list eu-west-1 eu-north-1 running", ["my app/prod"]],
    ["list prod eu-north-1", []],
    ["list dev", []],
    ["list eu-north-1", []],
    ["status checkout-api", "show"],
    ["status my app/prod", "show"],
    ["show checkout-api in prod", "show"],
    ["status frobnicate", "show"],
    ['list "my app"', { kind: "unknown", word: "my app", near: "my app/prod" }],
    ["list my frob", { kind: "unknown", word: "my", near: "my app/prod" }],
    ["list prod not", { kind: "unknown", word: "not" }],
    ["list prod --dry-run", { kind: "unknown", word: "--dry-run" }],
  ])("%s", (text, found) => {
    expect(listed(text)).toEqual(found);
  });
});

describe("a configured place without a target", () => {
  it.each([
    ["rollback checkout-api in dev", { kind: "misfit", place: "dev" }],
    ["rollback checkout-api in eu-north-1", { kind: "misfit", place: "eu-north-1" }],
    ["rollback frobnicate in dev", { kind: "unknown-target", places: ["dev"] }],
    ["rollback checkout-api in frobnicate", { kind: "unknown-place", place: "frobnicate" }],
  ])("is known: %s", (text, problem) => {
    const command = parseCommand(text, knownOf(world));
    if (command.kind !== "ask") throw new Error(command.kind);
    expect(understand(command, world)).toMatchObject({ kind: "problem", problem });
  });
});

describe("the example beside a choice", () => {
  const alike = worldOf(
    { target: "api", qualifiedTarget: "blue/api" },
    { target: "api", qualifiedTarget: "green/api" },
    { target: "api", qualifiedTarget: "blue/api", accountName: "staging" },
    { target: "api", qualifiedTarget: "blue/api", region: "us-east-1" },
  );
  const ecs = { system: "ecs", account: "111122223333", region: "eu-west-1" } as const;
  const labels = alike.entries.map((it) => labelOf(targetOf(it), existingIn(alike)));
  const hintOf = (some: typeof labels): string => {
    const candidates = some.map((label, index) => ({
      ...{ label, ref: { ...ecs, id: `${index}` } },
      value: `${index}`,
    }));
    return wordsOf(drawChoice("rollback", candidates, { slash: "/deploy" }));
  };

  it("is left out where words don't tell the choices apart", () => {
    expect(hintOf(labels.flatMap((label) => [label, label]))).not.toContain("In words");
  });

  it("is one of the choices, and does what it says", () => {
    for (const [index, label] of labels.entries()) {
      const others = labels.filter((it) => it !== label);
      const [, text = ""] = /In words: `\/deploy ([^`]+)`/.exec(hintOf([label, ...others])) ?? [];
      const command = parseCommand(text, knownOf(alike));
      if (command.kind !== "ask") throw new Error(text);
      const understood = understand(command, alike);
      expect(understood).toMatchObject({ isClear: true, meant: [{ entry: alike.entries[index] }] });
    }
  });
});
