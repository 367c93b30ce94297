import { expect, it } from "vitest";
import { tellOutcome } from "../../src/bot/card/private/private.ts";
import { unlessAsSeen } from "../../src/handlers/answer/request.ts";
import { decisionOfHold, evidenceHash } from "../../src/handlers/identity.ts";
import type { Rule } from "../../src/handlers/policy.ts";
import { continueAt, deploymentOf, hold, pictureOf, policyOf, ruleOf } from "../bot/card/pictures.ts";
import { wordsOf } from "../bot/card/reading.ts";

function pressed(before: number, rule: Partial<Rule>, name = "prod") {
  const { view, key, label } = pictureOf();
  const offer = continueAt(hold);
  const request = {
    ...{ key, point: decisionOfHold(hold.id), action: "continue" as const, correlationId: "1" },
    evidence: evidenceHash(offer, { name, need: before }) ?? "",
    person: { user: "U0BEN", foreign: false },
  };
  const policy = policyOf({ continue: ruleOf(rule) });
  const outcome = unlessAsSeen(request, deploymentOf({ offers: [offer] }), view, policy);
  return outcome && wordsOf(tellOutcome(outcome, { action: "continue", user: "U0BEN", label }));
}

it.each([
  [2, 3, "3 votes are needed now, not 2"],
  [1, 2, "2 votes are needed now, not 1"],
  [3, 2, "2 votes are needed now, not 3"],
  [2, 1, "1 vote is needed now, not 2"],
])("says why a press was not sent where the policy took %i approvals and takes %i", (before, now, words) => {
  expect(pressed(before, { approvals: now })).toContain(words);
});

it("names no number where that has not changed", () => {
  expect(pressed(2, { approvals: 2 })).toBeUndefined();
  expect(pressed(2, { approvals: 2 }, "another")).toContain("what you saw has changed");
});
