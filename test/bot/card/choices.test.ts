/** Every line of a choice is its own, and what is counted is there. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, drawChoice } from "../../../src/bot/card/private/command.ts";
import { askablesOf, candidateOf, votesOf } from "../../../src/bot/command/candidates.ts";
import { labelOf, type Target, targetOf } from "../../../src/handlers/names/targets.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { entry } from "../worlds.ts";
import { pictures } from "./other-systems.ts";
import {
  continueAt,
  deploymentOf,
  hold,
  minuteMs,
  people,
  pictureOf,
  policyOf,
  rollbackAt,
  ruleOf,
  voteOf,
} from "./pictures.ts";
import { labelsOf, linesOf, problemsOf } from "./reading.ts";

const slash = "/deploy";
const policy = policyOf({ cancel: ruleOf(), revert: ruleOf() });

/** The lines of what can be chosen, without their numbers. */
function numberedLines(message: ReturnType<typeof drawChoice>): readonly string[] {
  return linesOf(message).flatMap((line) => /^\*\d+\.\* (.*)$/.exec(line)?.[1] ?? []);
}

function chosen(deployment: WordedDeployment, ...actions: readonly ("rollback" | "cancel" | "continue")[]) {
  const candidates = actions.flatMap((verb) =>
    askablesOf(pictureOf({ deployment, policy }), verb).map((it) => ({
      ...candidateOf(it, { kind: "ask", value: it.value }),
      verb,
    })),
  );
  return drawChoice(actions[0] ?? "cancel", candidates, { slash });
}

const second = { ...hold, id: "ecs-pause-2", name: "two", expiresAt: (hold.expiresAt ?? 0) + 45 * minuteMs };

describe("a choice", () => {
  it("names the two actions of one deployment", () => {
    const { deployment } = pictures.codedeployHookWithCancel;
    const choice = chosen(deployment, "cancel", "rollback");
    expect(choice.text).toBe(
      "Cancel or roll back invoice-worker in prod? Choose the one that you mean; nothing was sent yet.",
    );
    expect(linesOf(choice)[0]).toContain("*Cancel or roll back* `invoice-worker` in prod*?*");
    expect(numberedLines(choice)).toEqual([
      "Cancel `invoice-worker` in prod",
      expect.stringMatching(/^Roll back `invoice-worker` in prod/),
    ]);
  });

  it("shows until when each of two holds of one stage waits", () => {
    const deployment = deploymentOf({
      holds: [hold, second],
      offers: [continueAt(hold), continueAt(second)],
    });
    const choice = chosen(deployment, "continue");
    expect(choice.text).toMatch(/^2 holds fit\./);
    const until = numberedLines(choice).map((line) => /answer by <!date\^(\d+)\^/.exec(line)?.[1]);
    expect(until).toEqual([hold, second].map(({ expiresAt = 0 }) => `${expiresAt / 1_000}`));
  });

  it("says for what each of somebody's votes is", () => {
    const offers = [continueAt(hold), rollbackAt(hold)];
    const deployment = deploymentOf({ offers });
    const votes = offers.map((offer) => voteOf(people.ann, offer, 2));
    const candidates = votesOf(pictureOf({ deployment, view: { votes } }), people.ann).map((it) =>
      candidateOf(it, { kind: "withdraw", value: it.value }),
    );
    const choice = drawChoice("withdraw", candidates, { slash });
    expect(choice.text).toMatch(/^2 votes fit\./);
    expect(numberedLines(choice)).toEqual([
      "Withdraw vote to continue `checkout-api` in prod",
      "Withdraw vote to roll back `checkout-api` in prod",
    ]);
  });

  it.each([
    ["account", { accountName: "payments-emea-prod-2" }, "payments-emea-prod-2"],
    ["region", { region: "ap-southeast-2" }, "ap-southeast-2"],
    ["system", { system: "codedeploy", which: undefined }, "CodeDeploy"],
    ["id", { which: "id abc1234/def5679" }, "id abc1234/def5679"],
    ["id of the account", { account: "444455556666" }, "(444455556666)"],
  ] as const)("keeps on its buttons what tells two apart: the %s", (_, change, told) => {
    const base = {
      ...({ system: "appconfig" } as const),
      ...{ account: "111122223333", accountName: "payments-emea-prod-1" },
      ...{ region: "ap-southeast-1", target: "checkout-flags-for-everybody/production-emea" },
    };
    const one: Target = {
      ...{ ...base, qualifiedTarget: base.target },
      which: "id abc1234/def5678",
    };
    // Others that make the labels as long as they get.
    const around: readonly Target[] = [
      { ...one, which: "id zzz1234/zzz5678" },
      { ...one, region: "us-east-1" },
      { ...one, account: "777788889999" },
      { ...one, system: "ecs" },
    ];
    const { which, ...changed } = { ...one, ...change };
    const other: Target = { ...changed, ...(which === undefined ? {} : { which }) };
    const known = [one, other, ...around];
    for (const verb of ["rollback", "terminate-old"] as const)
      for (const isDryRun of [true, false]) {
        const candidates = [one, other].map((it, index) => ({
          label: labelOf(it, known),
          ref: { system: it.system, account: it.account, region: it.region, id: `${index}` },
          ...{ value: `${index}`, verb, isDryRun },
        }));
        const [, button = ""] = labelsOf(drawChoice(verb, candidates, { slash }));
        const { place = "" } = candidates[1]?.label ?? {};
        expect({ button, place, isTold: !place.includes(told) || button.includes(told) }).toEqual({
          ...{ button, place },
          isTold: true,
        });
        expect(button).not.toMatch(/^\d\./);
      }
  });

  it("has no two equal lines or buttons, and counts what is there", () => {
    const places = ["prod", "staging"].flatMap((accountName) =>
      ["shop", "shop-2"].map((target) => entry({ target, accountName })),
    );
    const known = places.map(targetOf);
    const candidate: fc.Arbitrary<Candidate> = fc
      .record({
        place: fc.constantFrom(...places),
        number: fc.constantFrom("1", "2"),
        verb: fc.constantFrom("cancel", "rollback", "continue", "terminate-old", "revert"),
        hold: fc.constantFrom(undefined, "hold 1 of 2, stage BAKE", "hold 2 of 2, stage BAKE"),
        reason: fc.constantFrom(undefined, "slow", "it is slow"),
      })
      .map(({ place, number, verb, hold: at, reason }) => ({
        label: labelOf(targetOf(place), known),
        ref: { ...place.ref, id: `${place.ref.id} ${number}` },
        about: { number },
        verb,
        value: JSON.stringify([place.ref.id, number, verb, at, reason]),
        ...(at === undefined ? {} : { hold: at }),
        ...(reason === undefined ? {} : { reason }),
      }));
    const several = fc.uniqueArray(candidate, {
      minLength: 2,
      maxLength: 10,
      selector: ({ value }) => value,
    });
    fc.assert(
      fc.property(several, (candidates) => {
        const choice = drawChoice("cancel", candidates, { slash });
        const lines = numberedLines(choice);
        expect(lines).toHaveLength(candidates.length);
        expect(new Set(lines).size).toBe(lines.length);
        const buttons = labelsOf(choice);
        expect(new Set(buttons).size).toBe(buttons.length);
        expect(problemsOf(choice)).toEqual([]);
        const [, counted, what] = /^(\d+) (deployments|holds|choices) fit\./.exec(choice.text) ?? [];
        const refs = new Set(candidates.map(({ ref }) => ref.id)).size;
        const actions = new Set(candidates.map(({ verb }) => verb)).size;
        const isTrue = {
          deployments: refs === candidates.length,
          holds: candidates.every((it) => it.hold !== undefined),
          choices: refs < candidates.length,
        };
        expect(
          counted === undefined
            ? refs === 1 && actions === candidates.length
            : Number(counted) === candidates.length &&
                Object.entries(isTrue).some(([name, it]) => name === what && it),
        ).toBe(true);
      }),
    );
  });
});
