/** Whoever a policy names twice is called and named once. */
import { expect, it } from "vitest";
import { approversOf } from "../../src/bot/card/parts/words.ts";
import type { Mention } from "../../src/handlers/decision.ts";
import type { Notified } from "../../src/handlers/notify.ts";
import * as notify from "../../src/handlers/notify.ts";
import type { Policy } from "../../src/handlers/policy.ts";
import { policyOf, ruleOf } from "./card/pictures.ts";

const ann = { kind: "user", id: "U0ANN" } as const;
const ben = { kind: "user", id: "U0BEN" } as const;
const oncall = { kind: "usergroup", id: "S0ONCALL" } as const;
const here = { kind: "special", id: "here" } as const;

const approvers = [ann, oncall, ann, ben, oncall];
const once = [ann, oncall, ben];
const byApprovers: Policy = policyOf({ continue: ruleOf({ approvers }), rollback: ruleOf({ approvers }) });
const byNotify: Policy = { ...byApprovers, notify: [here, ...approvers, here] };

const calls: Readonly<Record<string, (policy: Policy) => Notified>> = {
  "a hold opens": notify.notifiedBy,
  "it failed": (policy) => notify.notifiedOfFailure(policy, undefined),
  "it failed and can be rolled back": (policy) => notify.notifiedOfFailure(policy, "rollback"),
  "a request came to nothing": (policy) => notify.notifiedToRepeat(policy, "rollback", false),
  "a request came to nothing at a hold": (policy) => notify.notifiedToRepeat(policy, "rollback", true),
};

it.each(Object.entries(calls))("%s", (_, call) => {
  expect(call(byApprovers)).toEqual({ kind: "people", people: once });
  expect(call(byNotify)).toEqual({ kind: "people", people: [here, ...once] });
});

it("a vote is missing", () => {
  const missing = { decision: "end", action: "rollback", voted: ["U0BEN"], missing: 1 } as const;
  expect(notify.votersLeft(byApprovers, missing)).toEqual({ kind: "people", people: [ann, oncall] });
});

it("keeps the people of both lists", () => {
  const policy = policyOf({
    continue: ruleOf({ approvers: [ben, ann] }),
    rollback: ruleOf({ approvers: [ann, ann] }),
  });
  const people: readonly Mention[] = [ann, ben];
  expect(notify.notifiedToRepeat(policy, "rollback", true)).toEqual({ kind: "people", people });
});

it("and is named once where a text says who may", () => {
  expect(approversOf(approvers)).toBe(approversOf(once));
  expect(approversOf([ann, ann, ann, ann, ben], 2)).toBe(approversOf([ann, ben], 2));
});
