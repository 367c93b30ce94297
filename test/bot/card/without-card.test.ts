/** A message about what has no card says all that it is for, and calls those whom docs/notifications.md names. */

import { describe, expect, it } from "vitest";
import { drawWithoutCard } from "../../../src/bot/card/thread/without-card.ts";
import type { Approver } from "../../../src/handlers/decision.ts";
import type { Policy } from "../../../src/handlers/policy.ts";
import { hold, pictureOf, pictures, policyOf, ruleOf } from "./pictures.ts";
import { problemsOf } from "./reading.ts";

const forward = [{ kind: "usergroup", id: "S0FORWARD" }] satisfies readonly Approver[];
const back = [{ kind: "usergroup", id: "S0BACK" }] satisfies readonly Approver[];
const apart = policyOf({
  continue: ruleOf({ approvers: forward }),
  rollback: ruleOf({ approvers: back }),
});
const notified: Policy = { ...apart, notify: [{ kind: "usergroup", id: "S0NOTIFY" }] };
const open = policyOf({
  continue: ruleOf({ approvers: "channel-members" }),
  rollback: ruleOf({ approvers: "channel-members" }),
});

const troubled = {
  ...pictures.waiting.deployment,
  incident: true,
  remarks: pictures.rolledBackBySystem.deployment.remarks,
};

describe.each([
  ["of a public channel", false],
  ["of a private channel", true],
])("what has no card, %s", (_, isPrivate) => {
  it.each([
    ["waits", true, false, apart, ["S0FORWARD"]],
    ["failed", false, true, apart, ["S0BACK"]],
    ["fails while it waits", true, true, apart, ["S0BACK", "S0FORWARD"]],
    ["fails while it waits, with a list to notify", true, true, notified, ["S0NOTIFY"]],
    ["fails while it waits, and nobody is named", true, true, open, []],
    ["is only without a card", false, false, apart, []],
  ] as const)("and %s", (__, isHeld, isFailure, policy, called) => {
    const deployment = isFailure ? troubled : pictures.waiting.deployment;
    const message = drawWithoutCard(pictureOf({ deployment, policy }), {
      ...{ holds: isHeld ? [hold] : [], isFailure, closed: undefined, isPrivate },
    });
    expect(problemsOf(message)).toEqual([]);
    const words = JSON.stringify(message.blocks);
    expect([...words.matchAll(/<!subteam\^(\w+)>/g)].map(([, id]) => id)).toEqual(called);
    expect(message.text.includes("waits for you until 14:32 UTC, else ECS rolls back")).toBe(isHeld);
    expect(/waits for (?:you|your answer)/.test(words)).toBe(isHeld);
    expect(/failed|wrong/.test(message.text)).toBe(isFailure);
  });
});
