import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lookup } from "../../src/handlers/policy.ts";
import { couldShow, judge, type Policy, type Route, routeFor } from "../../src/handlers/policy.ts";

const policy: Policy = {
  name: "prod",
  rules: {
    continue: {
      approvers: [
        { kind: "usergroup", id: "S1" },
        { kind: "user", id: "U9" },
      ],
      approvals: 2,
      reason: "optional",
    },
    rollback: { approvers: "channel-members", approvals: 1, reason: "required" },
  },
};
const found = (...users: string[]): Lookup => ({ kind: "found", users: new Set(users) });
const failed: Lookup = { kind: "failed", what: "usergroups.users.list: missing_scope", cause: undefined };

function ask(
  action: "continue" | "rollback" | "cancel",
  user: string,
  lookups: [string, Lookup][],
  reason?: string,
) {
  return judge(policy, { action, person: { user, foreign: false }, reason }, new Map(lookups));
}

describe("judge", () => {
  it("allows a member of an approver group, and a named user", () => {
    expect(ask("continue", "U1", [["S1", found("U1")]])).toMatchObject({
      kind: "allowed",
      rule: { approvals: 2 },
    });
    expect(ask("continue", "U9", [["S1", found()]])).toMatchObject({ kind: "allowed" });
  });

  it("names the rule and who could satisfy it when it refuses", () => {
    expect(ask("continue", "U2", [["S1", found("U1")]])).toEqual({
      kind: "refused",
      why: {
        rule: "not-an-approver",
        policy: "prod",
        action: "continue",
        approvers: policy.rules.continue?.approvers,
      },
    });
  });

  it("refuses when a group could not be looked up, but not somebody who is named beside it", () => {
    expect(ask("continue", "U2", [["S1", failed]])).toMatchObject({ why: { rule: "lookup-failed" } });
    expect(ask("continue", "U2", [])).toMatchObject({ why: { rule: "lookup-failed" } });
    expect(ask("continue", "U9", [["S1", failed]])).toMatchObject({ kind: "allowed" });
  });

  it("lets channel members act only where that is written out", () => {
    expect(ask("rollback", "U5", [["channel", found("U5")]], "errors doubled")).toMatchObject({
      kind: "allowed",
    });
    expect(ask("rollback", "U6", [["channel", found("U5")]], "errors doubled")).toMatchObject({
      kind: "refused",
    });
  });

  it("wants a reason that says something", () => {
    const zeroWidth = [
      "\u200b",
      "\u200d\u2060",
      "\ufeff \u00a0",
      "\u3164",
      "\u115f\u1160",
      "\u2800",
      "\u202e",
      "\ufe0f",
      "\u0301",
    ];
    for (const reason of [undefined, "", "  \n", ...zeroWidth]) {
      expect(ask("rollback", "U5", [["channel", found("U5")]], reason)).toMatchObject({
        why: { rule: "reason-required" },
      });
    }
  });

  it("refuses an action that has no rule", () => {
    expect(ask("cancel", "U9", [])).toMatchObject({ why: { rule: "no-rule" } });
  });

  it("never allows a user of another workspace, whoever they are", () => {
    const verdict = judge(
      policy,
      { action: "continue", person: { user: "U9", foreign: true }, reason: "x" },
      new Map(),
    );
    expect(verdict).toEqual({ kind: "refused", why: { rule: "other-workspace" } });
  });
});

describe("routeFor", () => {
  const place = {
    system: "ecs",
    account: "111122223333",
    accountName: "prod",
    region: "eu-west-1",
    target: "checkout-api",
  };
  const route = (match: Route["match"], channel = "C1"): Route => ({ match, channel, policy });

  it("takes the first route that fits", () => {
    const routes = [route({ account: "staging" }), route({ target: "checkout-*" }, "C2"), route({}, "C3")];
    expect(routeFor(routes, place)?.channel).toBe("C2");
  });

  it.each([
    [{ account: "prod" }, true],
    [{ account: "111122223333" }, true],
    [{ system: "codedeploy" }, false],
    [{ region: "us-east-1" }, false],
    [{ target: "*" }, true],
    [{ target: "check*-api" }, true],
    [{ target: "check*-*i" }, true],
    [{ target: "checkout" }, false],
    [{ target: "*checkout-api*" }, true],
    [{ target: "checkout-api*-api" }, false],
  ])("%o fits: %s", (match, fits) => {
    expect(routeFor([route(match)], place) !== undefined).toBe(fits);
  });

  const names = {
    cluster: { target: "api", qualifiedTarget: "prod/api" },
    group: { target: "shop", qualifiedTarget: "shop/blue" },
    environment: { target: "shop/blue" },
    slashed: { target: "pay/ments/live", qualifiedTarget: "pay%2Fments/live" },
  };

  it.each([
    ["cluster", "api", true],
    ["cluster", "a*", true],
    ["cluster", "*", true],
    ["cluster", "prod/api", true],
    ["cluster", "prod/*", true],
    ["cluster", "*/api", true],
    ["cluster", "staging/api", false],
    ["cluster", "staging/*", false],
    ["cluster", "prod", false],
    ["cluster", "prod*", false],
    ["group", "shop/blue", true],
    ["group", "*/blue", true],
    ["group", "shop", true],
    ["group", "sh*", true],
    ["group", "*blue", false],
    ["group", "shop/green", false],
    ["environment", "shop/blue", true],
    ["environment", "shop/*", true],
    ["environment", "*/blue", true],
    ["environment", "shop", true],
    ["environment", "sh*", true],
    ["environment", "shop/green", false],
    ["environment", "blue", false],
    ["environment", "shop/", false],
    ["environment", "sho", false],
    ["slashed", "pay", false],
    ["slashed", "pay*", true],
    ["slashed", "pay*s", true],
    ["slashed", "pay/*", false],
    ["slashed", "pay/ments/live", true],
    ["slashed", "pay%2Fments/live", true],
    ["slashed", "pay%2Fments/*", true],
    ["slashed", "*/live", true],
    ["slashed", "*/ments/live", false],
  ] as const)("of a target with a %s, %s fits: %s", (kind, target, fits) => {
    expect(routeFor([route({ target })], { ...place, ...names[kind] }) !== undefined).toBe(fits);
  });

  it("holds a pattern with a slash against the qualified name alone, and one without against the name alone", () => {
    const word = fc.stringMatching(/^[a-z]{1,3}$/);
    const pieces = fc.array(fc.constantFrom("*", "a", "b"), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pieces, pieces, word, word, word, (first, last, target, cluster, other) => {
        const isShown = (pattern: string, name: string, qualified: string) =>
          routeFor([route({ target: pattern })], { ...place, target: name, qualifiedTarget: qualified }) !==
          undefined;
        const bare = first.join("");
        expect(isShown(bare, target, `${cluster}/${target}`)).toBe(
          isShown(bare, target, `${other}/${target}`),
        );
        const slashed = `${bare}/${last.join("")}`;
        expect(isShown(slashed, target, `${cluster}/${target}`)).toBe(
          isShown(slashed, other, `${cluster}/${target}`),
        );
      }),
    );
  });

  it("could show a system where some route takes targets of it", () => {
    const routes = [route({ system: "ecs", target: "checkout-*" }), route({ account: "staging" })];
    expect(couldShow(routes, place)).toBe(true);
    expect(couldShow(routes, { ...place, system: "codedeploy" })).toBe(false);
    expect(couldShow(routes, { ...place, system: "codedeploy", accountName: "staging" })).toBe(true);
  });

  it("matches every name by the pattern that its pieces make", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z.+]{0,4}$/), { minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[a-z]{0,3}$/),
        (pieces, glue) => {
          expect(
            routeFor([route({ target: pieces.join("*") })], {
              ...place,
              target: pieces.join(pieces.length > 1 ? glue : ""),
            }),
          ).toBeDefined();
        },
      ),
    );
  });
});
