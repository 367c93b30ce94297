/** Two different things never look alike, however little tells them apart. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import { drawChoice } from "../../../src/bot/card/private/command.ts";
import { drawList } from "../../../src/bot/card/private/list.ts";
import { drawReasonModal } from "../../../src/bot/card/private/modal.ts";
import { tellOutcome } from "../../../src/bot/card/private/private.ts";
import { describeStale } from "../../../src/bot/card/private/refusal.ts";
import { drawThread } from "../../../src/bot/card/thread/thread.ts";
import { identityOf, labelOf, type Target } from "../../../src/handlers/names/targets.ts";
import { presentOffers } from "../../../src/handlers/offers.ts";
import type { ActiveEntry } from "../../../src/handlers/store/queue.ts";
import { disguises, longNames, mutated, names, targets } from "../../handlers/alike.ts";
import { deploymentOf, noon, people, pictureOf, policyOf } from "./pictures.ts";
import { buttonsOf, labelsOf, plainOf, problemsOf, wordsOf } from "./reading.ts";

function entryOf({ system, account, region, ...names }: Target, index: number): ActiveEntry {
  const key = { lane: "0".repeat(16), deployment: `${index}`.padStart(10, "0") };
  return { key, ref: { system, account, region, id: "one" }, ...names, state: "waiting", holdIds: [] };
}

/** What each surface shows of one target; the button values and times are the same for all. */
function surfacesOf(target: Target, known: readonly Target[]) {
  const { system, account, region, target: called, qualifiedTarget, accountName } = target;
  const ref = { ...deploymentOf().ref, system, account, region };
  const deployment = deploymentOf({ ref, target: called, qualifiedTarget });
  const label = labelOf(target, known);
  const picture = { ...pictureOf({ deployment, accountName }), label };
  const card = drawCard(picture);
  const remark = { name: "r", weight: "progress", emoji: "▶️", words: ["it goes on"] } as const;
  const thread = drawThread(picture, [{ seq: 2, entry: { k: "remark", at: noon, remark } }]);
  const told = tellOutcome(
    { kind: "rejected", message: "no", deployment },
    { action: "rollback", user: people.ann, label },
  );
  const [present] = presentOffers(deployment, picture.view, policyOf());
  if (present === undefined) throw new Error("nothing is offered");
  const { view } = picture;
  const modal = drawReasonModal({ present, deployment, view, label, policyName: "p", privateMetadata: "{}" });
  for (const message of [card, thread, told]) expect(problemsOf(message)).toEqual([]);
  return {
    header: plainOf(card)[0],
    fallback: card.text,
    button: buttonsOf(card).find(({ style }) => style === "danger")?.accessibility_label,
    question: JSON.stringify(buttonsOf(card).find(({ style }) => style === "danger")?.confirm?.title),
    thread: thread.text,
    told: wordsOf(told),
    dialog: JSON.stringify(modal.blocks[0]),
  };
}

it.each([
  ["any two targets", targets],
  ["targets whose names hardly show that they differ", disguises],
] as const)("shows %s differently on every surface, within Slack's limits", (_, all) => {
  fc.assert(
    fc.property(all, fc.constantFrom("continue", "rollback", "terminate-old"), (some, verb) => {
      const known = [...new Map(some.map((it) => [identityOf(it), it])).values()];
      const shown = known.map((it) => surfacesOf(it, known));
      for (const surface of ["header", "fallback", "button", "question", "thread", "told", "dialog"] as const)
        expect([surface, new Set(shown.map((it) => it[surface])).size]).toEqual([surface, known.length]);

      const candidates = known.map((it, index) => ({
        ...{ label: labelOf(it, known), ref: { ...deploymentOf().ref, id: `${index}` } },
        value: `${index}`,
      }));
      const choice = drawChoice(verb, candidates, { slash: "/deploy" });
      expect(new Set(labelsOf(choice)).size).toBe(known.length);
      expect(labelsOf(choice).join()).not.toContain("1. ");
      expect(problemsOf(choice)).toEqual([]);

      const list = drawList(known.map(entryOf), noon);
      const lines = list.blocks.flatMap((block) =>
        block.type === "section" && block.text?.text.startsWith("✋") ? [block.text.text] : [],
      );
      expect(lines).toHaveLength(known.length);
      expect(new Set(lines).size).toBe(known.length);
      expect(problemsOf(list)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it("names alarms that became red differently, however little tells them apart", () => {
  const pairs = fc.oneof(names, longNames).chain((name) => fc.tuple(fc.constant(name), mutated(name)));
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      fc.pre(one !== other);
      const changes = [one, other].map((name) => ({ what: "alarm", name }) as const);
      const changed = { what: "worse", changes, seen: { red: [] } } as const;
      const told = tellOutcome(
        { kind: "stale", changed },
        { action: "continue", user: people.ann, label: pictureOf().label },
      );
      for (const surface of [JSON.stringify(told.blocks), describeStale(changed, "continue", "here").plain]) {
        const named = [...surface.matchAll(/(\S+) is in ALARM/g)].map(([, name]) => name);
        expect([named.length, new Set(named).size]).toEqual([2, 2]);
      }
    }),
  );
});
