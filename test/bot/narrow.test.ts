/** Whatever a command may name something by narrows a list to it. */
import { expect, it } from "vitest";
import { narrowed } from "../../src/bot/command/narrow.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { calledOf, knownOf, saidPlacesOf } from "../../src/bot/command/resolve-target.ts";
import { targetOf } from "../../src/handlers/names/targets.ts";
import { entry, worldOf } from "./worlds.ts";

const all = [
  entry({ target: "api", qualifiedTarget: "web/api" }),
  entry({ target: "api", qualifiedTarget: "web/api", accountName: "staging", region: "us-east-1" }),
  entry({ system: "codedeploy", target: "Invoice Worker", qualifiedTarget: "Invoice Worker/prod fleet" }),
  entry({
    ...{ system: "appconfig", target: "my flags/live", qualifiedTarget: "my flags/live" },
    which: "id abc1234/def5678",
  }),
  entry({ system: "proton", target: "orders", which: "Proton environment" }),
];
const world = { ...worldOf(), entries: all };

it.each(all)("$ref.id", (one) => {
  const target = targetOf(one);
  const names = [...calledOf(target), one.ref.id];
  expect(knownOf(world).names).toEqual(expect.arrayContaining(names));
  for (const word of [...names, ...saidPlacesOf(target)])
    for (const text of [`list "${word}"`, `list ${word}`, `list "${word}" in ${one.ref.region}`]) {
      const command = parseCommand(text, knownOf(world));
      const found = command.kind === "list" ? narrowed(command.words ?? [], world) : command;
      const entries = found.kind === "list" && "entries" in found ? found.entries : [];
      const isNamed = names.includes(word);
      const others = isNamed ? entries.filter((it) => it.target !== one.target) : [];
      expect({ text, has: entries.includes(one), others }).toEqual({ text, has: true, others: [] });
    }
});
