import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { drawCard } from "../../../../src/bot/card/card.ts";
import type { Picture } from "../../../../src/bot/card/parts/picture.ts";
import { drawShow } from "../../../../src/bot/card/private/command.ts";
import { causes, severities, standingStates } from "../../../../src/handlers/standing.ts";
import { buttonsOf, wordsOf } from "../reading.ts";
import { problemsIn, type Surfaces, surfacesOf } from "./surfaces.ts";
import { covering, idleRules, nameOf, pictureIn, possible } from "./walk.ts";

type Loss = Partial<Pick<Picture["view"], "emptied" | "young">> & {
  readonly board?: Partial<Picture["view"]["board"]>;
};

/** The proof walks all of them. */
const said = covering().map((one) => ({ one, surfaces: surfacesOf(one) }));

describe("every state that can exist", () => {
  it("is told the same on every surface, with no good sign on what was not read", () => {
    const problems = said.flatMap(({ one, surfaces }) =>
      problemsIn(one, surfaces).map((problem) => `${problem}: ${nameOf(one)}`),
    );
    expect(problems).toEqual([]);
    expect(possible.length).toBeGreaterThan(2_000);
  });

  it("is shown with a way to where it can be answered, only where the card has a button for that", () => {
    const board = { channel: "C0123456789", ts: "1794924120.000100" };
    const wrong = said.filter(({ one }) => {
      const { view, ...rest } = pictureIn(one);
      const picture = { ...rest, view: { ...view, board: { ...view.board, ...board } } };
      const canAnswer = buttonsOf(drawCard(picture)).some(({ action_id }) =>
        action_id?.startsWith("answer."),
      );
      const link = /\|(To the card[^>]*)>/.exec(wordsOf(drawShow(picture)))?.[1];
      return link !== (canAnswer ? "To the card, where it can be answered" : "To the card");
    });
    expect(wrong.map(({ one }) => nameOf(one))).toEqual([]);
  });

  it.each([
    ["its card is from before", { board: { older: true } }, true],
    ["a job knew earlier records", { emptied: true }, false],
    ["they began in a young store, and it has no card", { young: true }, false],
  ] as const)(
    "accuses nobody outside where Redis lost its data: %s",
    (_, { board, ...lost }: Loss, inThread) => {
      const told = covering().map((one) => {
        const { view, ...rest } = pictureIn(one);
        const picture = { ...rest, view: { ...view, ...lost, board: { ...view.board, ...board } } };
        return { one, surfaces: surfacesOf(one, picture) };
      });
      const accusing = told.flatMap(({ one, surfaces: { announcement: _announcement, ...texts } }) =>
        Object.entries(texts).flatMap(([surface, text]) =>
          /outside|elsewhere|by somebody|Somebody|console, CLI|not decided here/.test(text)
            ? [`${surface}: ${nameOf(one)}`]
            : [],
        ),
      );
      expect(accusing).toEqual([]);
      const isLost = told.filter(({ surfaces }) => surfaces.announcement.includes('"recordLost":true'));
      expect(isLost.length).toBeGreaterThan(50);
      for (const { one, surfaces } of isLost) {
        const { card, fallback, list } = surfaces;
        const sentence = `who asked is no longer on record${inThread ? ", see the thread" : ""}`;
        const saysSo = [card, fallback].every(
          (text) => text.includes(sentence) || /rollback .*failed/i.test(text),
        );
        expect({ one: nameOf(one), saysSo }).toEqual({ one: nameOf(one), saysSo: true });
        const isListed = !["succeeded", "rolled-back", "stopped", "failed"].includes(one.phase);
        expect(list.includes("who asked is no longer on record")).toBe(isListed);
      }
    },
  );

  it("says nothing of lost records where none were lost", () => {
    expect(JSON.stringify(said)).not.toMatch(/no longer on record|recordLost/);
  });

  it("has its row in docs/states.md", () => {
    const page = readFileSync(new URL("../../../../docs/states.md", import.meta.url), "utf8");
    const missing = [...standingStates, ...causes, ...severities].filter(
      (word) => !page.includes(`\`${word}\``),
    );
    expect(missing).toEqual([]);
  });

  it("is left out by no rule that applies to nothing", () => {
    expect(idleRules).toEqual([]);
  });
});

/** Each surface as a careless change would draw it. */
const mutants: Readonly<Record<keyof Surfaces, (right: string) => string>> = {
  card: (right) => right.replace("❓ Not known: ", "▶️ Running: "),
  show: (right) => right.replace("❓ Not known: ", "▶️ Running: "),
  list: (right) => right.replace(/^❓ /m, "▶️ ").replace("Not known", "Running"),
  fallback: (right) => right.replace(/^It is not known whether .*/, "checkout-api in prod is running."),
  timeline: (right) => right.replace(/⏪ .*/, "✅ CodeDeploy confirmed “Roll back”"),
  thread: (right) => right.replace(/^.*What serves now is not known\..*$/, "The incident of it is over."),
  incident: (right) => right.replace(/^(?:alarm|attention)/, "calm"),
  private: (right) => right.replace("It is not known whether", "ECS took it:"),
  announcement: (right) => right.replace('"standing":{"state":"unclear"', '"standing":{"state":"running"'),
};

describe("the walk", () => {
  it.each(Object.entries(mutants))("notices a wrong %s", (surface, mutate) => {
    const isNoticed = said.some(({ one, surfaces }) => {
      const changed = Object.entries(surfaces).map(([name, text]) => [
        name,
        name === surface ? mutate(text) : text,
      ]);
      const problems = problemsIn(one, { ...surfaces, ...Object.fromEntries(changed) });
      return problems.some((problem) => problem.startsWith(`${surface}:`));
    });
    expect(isNoticed).toBe(true);
  });
});
