/** What a card, a list, a notification, a button or a dialog shows of a target is understood where it is pasted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawCard } from "../../src/bot/card/card.ts";
import { drawChoice } from "../../src/bot/card/private/command.ts";
import { drawList } from "../../src/bot/card/private/list.ts";
import { narrowed } from "../../src/bot/command/narrow.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { identityOf, labelOf, type Target, targetOf } from "../../src/handlers/names/targets.ts";
import { disguises, targets } from "../handlers/alike.ts";
import { deploymentOf, noon, pictureOf } from "./card/pictures.ts";
import { buttonsOf, plainOf } from "./card/reading.ts";
import { entry, worldOf } from "./worlds.ts";

const create = "payments-prod-CreateFunction-6F5E4D3C2B1A";
const refund = "payments-prod-RefundFunction-1A2B3C4D5E6F";
const stack = worldOf({ target: create }, { target: refund });

function read(text: string, world: World) {
  const command = parseCommand(text, knownOf(world));
  if (command.kind !== "ask" && command.kind !== "show") throw new Error(`${command.kind}: ${text}`);
  return understand(command, world);
}

describe("a name that was cut", () => {
  it.each([
    ["rollback paym…CreateFunction-6F5E4D3C2B1A in prod", create],
    ["rollback ✋ Waiting: payment…prod-RefundFunction…5E6F in prod because it is slow", refund],
    ["rollback `payment…prod-RefundFunction…5E6F` in prod: slow", refund],
    ["rollback payment…prod-RefundFunction…5E6F", refund],
  ])("is as good as the whole one: %s", (text, target) => {
    const understood = read(text, stack);
    expect(understood).toMatchObject({
      ...{ kind: "understood", isClear: true, words: { name: target } },
      meant: [{ entry: { target } }],
    });
  });

  it("is asked back where it fits several", () => {
    const alike = worldOf({ target: create }, { target: create.replace("Create", "Recreate") });
    const understood = read("rollback payments-prod-…Function-6F5E4D3C2B1A", alike);
    expect(understood).toMatchObject({ kind: "understood", isClear: false });
    expect(understood.kind === "understood" && understood.meant).toHaveLength(2);
  });

  it("is offered what is near where it fits none", () => {
    expect(read("rollback payments-prod-C…Function-000000000000 in prod", stack)).toMatchObject({
      ...{ kind: "understood", isClear: false },
      meant: [{ entry: { target: create } }],
    });
  });

  it.each(["…", "pay…", "p…A", "payments-prod…", "…3C2B1A", "in …"])(
    "is too little to act upon: %s",
    (name) => {
      expect(read(`rollback ${name}`, worldOf({ target: create }))).not.toMatchObject({ isClear: true });
    },
  );

  it("narrows a list", () => {
    const listed = (text: string) => {
      const command = parseCommand(text, knownOf(stack));
      return command.kind === "list" ? narrowed(command.words ?? [], stack) : command;
    };
    expect(listed("list payment…prod-RefundFunction…5E6F in prod")).toEqual({
      kind: "list",
      entries: [entry({ target: refund })],
    });
  });
});

/** What each surface says of where the deployment is. */
function placesOn(target: Target, known: readonly Target[]): Readonly<Record<string, string>> {
  const { system, account, region, target: called, qualifiedTarget, accountName } = target;
  const ref = { ...deploymentOf().ref, system, account, region };
  const deployment = deploymentOf({ ref, target: called, qualifiedTarget });
  const label = labelOf(target, known);
  const picture = { ...pictureOf({ deployment, accountName }), label };
  const card = drawCard(picture);
  const candidate = { label, ref, value: "it" };
  const list = drawList([{ ...entryOf(target, 0), state: "waiting" }], noon, { known });
  const line =
    list.blocks.flatMap((block) => (block.type === "section" ? (block.text?.text ?? "") : []))[1] ?? "";
  const question = buttonsOf(card).find(({ confirm }) => confirm?.title?.text.startsWith("Roll back"))
    ?.confirm?.title;
  return {
    header: (plainOf(card)[0] ?? "").replace("✋ Waiting: ", ""),
    push: card.text.split(" waits for you")[0] ?? "",
    list: line.split("\n")[0] ?? "",
    button: (
      buttonsOf(drawChoice("rollback", [candidate], { slash: "/deploy" }))[0]?.text.text ?? ""
    ).replace("Roll back ", ""),
    question: (question?.text ?? "").replace(/^Roll back | ?\?$/g, ""),
  };
}

function entryOf({ system, account, region, ...names }: Target, index: number) {
  const key = { lane: "0".repeat(16), deployment: `${index}`.padStart(10, "0") };
  return {
    key,
    ref: { system, account, region, id: `one-${index}` },
    ...names,
    state: "waiting" as const,
    holdIds: [],
  };
}

it.each([
  ["finds any target, or asks about it", targets, true],
  ["never acts on another whose name hardly shows that it differs", disguises, false],
] as const)("what a surface shows %s", (_, all, isFound) => {
  fc.assert(
    fc.property(all, (some) => {
      const known = [...new Map(some.map((it) => [identityOf(it), it])).values()];
      const world: World = { entries: known.map(entryOf), targets: [], complete: true };
      for (const target of known)
        for (const [surface, shown] of Object.entries(placesOn(target, known))) {
          const understood = read(
            `rollback ${shown.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")}`,
            world,
          );
          const found =
            understood.kind === "understood"
              ? understood.meant.map(({ entry: it }) => identityOf(targetOf(it)))
              : [JSON.stringify(understood)];
          const isClear = understood.kind === "understood" && understood.isClear;
          // A button has no room for the longest places.
          const isPlaceCut = !shown.includes(labelOf(target, known).place);
          expect({
            ...{ surface, shown, found },
            isRight: isClear
              ? found.every((it) => it === identityOf(target))
              : !isFound || isPlaceCut || found.includes(identityOf(target)),
          }).toEqual({ surface, shown, found, isRight: true });
        }
    }),
    { numRuns: 25 },
  );
});
