/** Two deployments of one target never look alike where they stand side by side. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import { drawChoice } from "../../../src/bot/card/private/command.ts";
import { drawList } from "../../../src/bot/card/private/list.ts";
import { drawReasonModal } from "../../../src/bot/card/private/modal.ts";
import { askablesOf, candidateOf } from "../../../src/bot/command/candidates.ts";
import type { About, Action } from "../../../src/handlers/deployment.ts";
import { keyOf } from "../../../src/handlers/identity.ts";
import { activeEntry } from "../../../src/handlers/jobs/active.ts";
import { presentOffers } from "../../../src/handlers/offers.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { deploymentOf, minuteMs, noon, pictureOf, policyOf, ruleOf } from "./pictures.ts";
import { buttonsOf, labelsOf, problemsOf, wordsOf } from "./reading.ts";

const policy = policyOf({ revert: ruleOf(), cancel: ruleOf() });

function deployed(about: About | undefined, id: string, action: Action = "revert"): WordedDeployment {
  return deploymentOf({
    ref: { system: "appconfig", account: "111122223333", region: "eu-west-1", id },
    lane: id,
    target: "checkout/live",
    qualifiedTarget: "checkout/live",
    systemTitle: "AppConfig",
    ...(about === undefined ? {} : { about }),
    phase: action === "revert" ? "succeeded" : "running",
    serving: "new",
    holds: [],
    offers: [
      {
        action,
        label: action === "revert" ? "Revert to version 4" : "Cancel",
        consequence: ["all targets get version 4 at once."],
        dialog: ["All targets get version 4 again, at once and without steps."],
        deny: "Keep 5",
        until: noon + minuteMs,
        evidence: { deployment: id },
      },
    ],
  });
}

function listOf(all: readonly WordedDeployment[]) {
  const entries = all.map((deployment) => {
    const { view, route, accountName } = pictureOf({ deployment, policy });
    return activeEntry({ key: keyOf(deployment.ref, deployment.lane), deployment, view, route, accountName });
  });
  return drawList(entries, noon);
}

function choiceOf(all: readonly WordedDeployment[], action: Action = "revert") {
  const candidates = all.flatMap((deployment) =>
    askablesOf(pictureOf({ deployment, policy }), action).map((it) =>
      candidateOf(it, { kind: "ask", value: it.value }),
    ),
  );
  return drawChoice(action, candidates, { slash: "/deploy" });
}

const flags = deployed({ subject: "flags", number: "20" }, "app/env/20");
const limits = deployed({ subject: "limits", number: "21" }, "app/env/21");

describe("two deployments that can be reverted in one environment", () => {
  it("have lines of their own in the list", () => {
    const words = wordsOf(listOf([flags, limits]));
    expect(words).toContain("✅ `checkout/live` in prod, `flags`, deployment 20 · revert until");
    expect(words).toContain("✅ `checkout/live` in prod, `limits`, deployment 21 · revert until");
  });

  it("have lines and buttons of their own in a choice, and no words that fit both", () => {
    const choice = choiceOf([flags, limits]);
    expect(wordsOf(choice)).toContain("*2.* `checkout/live` in prod, `limits`, deployment 21");
    expect(labelsOf(choice)).toEqual([
      "Revert checkout/live in prod, flags 20",
      "Revert checkout/live in prod, limits 21",
    ]);
    expect(wordsOf(choice)).not.toContain("In words");
  });

  it.each([
    ["revert", limits, "Deployment 21 (limits). All targets"],
    ["cancel", deployed({ number: "d-A1B2C3D4E" }, "d-A1B2C3D4E", "cancel"), "Deployment d-A1B2C3D4E. All"],
  ] as const)("are named in the dialog of a %s, alone or not", (_, deployment, sentence) => {
    const dialogs = buttonsOf(drawCard(pictureOf({ deployment, policy }))).map((it) => it.confirm?.text.text);
    expect(dialogs.join()).toContain(sentence);
  });

  it("are named where a reason is asked for", () => {
    const { label, view } = pictureOf({ deployment: limits, policy });
    const [present] = presentOffers(limits, view, policy);
    if (present === undefined) throw new Error("nothing is offered");
    const about = { present, deployment: limits, view, label, policyName: "prod", privateMetadata: "{}" };
    expect(JSON.stringify(drawReasonModal(about))).toContain(
      "`checkout/live` in prod, `limits`, deployment 21 (AppConfig, eu-west-1)",
    );
  });
});

it("says no more of the only one", () => {
  expect(wordsOf(listOf([flags]))).toContain("✅ `checkout/live` in prod · revert until");
  expect(labelsOf(choiceOf([flags]))).toEqual(["Revert checkout/live in prod"]);
});

/** Two that differ in one thing, up to the longest names of AWS. */
const pairs = fc.oneof(
  fc
    .tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,63}$/), fc.nat(998), fc.nat(998))
    .filter(([, a, b]) => a !== b)
    .map(([subject, a, b]): About[] => [a, b].map((n) => ({ subject, number: `${n + 1}` }))),
  fc
    .tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,61}$/), fc.nat(998))
    .map(([subject, n]): About[] =>
      ["", "a"].map((end) => ({ subject: `${subject}${end}`, number: `${n}` })),
    ),
  fc
    .tuple(fc.stringMatching(/^[a-z]{30}$/), fc.stringMatching(/^[a-z]{30}$/))
    .map(([head, tail]): About[] => ["a", "b"].map((c) => ({ subject: `${head}${c}${tail}`, number: "7" }))),
  fc
    .constantFrom("service pipeline", "environment")
    .map((subject): About[] => [subject, "component"].map((it) => ({ subject: it, number: "1a2b3c4d" }))),
  fc
    .tuple(fc.stringMatching(/^d-[A-Z0-9]{8}$/), fc.stringMatching(/^d-[A-Z0-9]{8}$/))
    .filter(([a, b]) => a !== b)
    .map((numbers): About[] => numbers.map((number) => ({ number }))),
  // Two applications of one name, each at its first deployment; and what earlier releases recorded.
  fc.constant([
    { subject: "flags", number: "1" },
    { subject: "flags", number: "1" },
  ]),
  fc.constant([undefined, undefined]),
  fc.constant([{ subject: "flags", number: "1" }, undefined]),
);

it.each(["revert", "cancel"] as const)("tells any two apart that can be asked to %s", (action) => {
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      const both = [deployed(one, "abc1234/def5678/1", action), deployed(other, "bcd1234/def5678/1", action)];
      const choice = choiceOf(both, action);
      expect(new Set(labelsOf(choice)).size).toBe(2);
      expect(labelsOf(choice).join()).not.toContain("1. ");
      const list = listOf(both);
      const lines = wordsOf(list)
        .split("\n")
        .filter((line) => line.includes("`checkout/live`"));
      expect(lines).toHaveLength(2);
      expect(new Set(lines).size).toBe(2);
      for (const message of [
        choice,
        list,
        ...both.map((it) => drawCard(pictureOf({ deployment: it, policy }))),
      ])
        expect(problemsOf(message)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
