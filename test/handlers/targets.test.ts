import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shorten } from "../../src/handlers/names/shorten.ts";
import { identityOf, type Label, labelOf, type Target } from "../../src/handlers/names/targets.ts";
import { mutated, names, targets } from "./alike.ts";

const api: Target = {
  ...{ system: "ecs", account: "111122223333", accountName: "prod", region: "eu-west-1" },
  ...{ target: "api", qualifiedTarget: "main/api" },
};

function textOf({ name, place }: Label): string {
  return `${name} in ${place}`;
}

describe("a label", () => {
  it.each<readonly [string, Partial<Target>, string]>([
    ["alone", { qualifiedTarget: "other/worker", target: "worker" }, "api in prod"],
    ["another cluster", { qualifiedTarget: "staging/api" }, "main/api in prod"],
    ["another region", { region: "us-east-1" }, "api in prod, eu-west-1"],
    ["another region and cluster", { region: "us-east-1", qualifiedTarget: "x/api" }, "main/api in prod"],
    ["another account", { account: "444455556666", accountName: "staging" }, "api in prod"],
    [
      "an account whose name differs in its case alone",
      { account: "444455556666", accountName: "Prod" },
      "api in prod (111122223333)",
    ],
    ["another system", { system: "proton", qualifiedTarget: "main/api" }, "api in prod, ECS"],
    ["another system's group", { system: "codedeploy", qualifiedTarget: "api/blue" }, "main/api in prod"],
    ["a name that is its qualified name", { system: "proton", target: "main/api" }, "api in prod"],
    ["a record of an earlier release, of itself", { qualifiedTarget: "api" }, "api in prod"],
    ["an old record that does not say which of two it is", { which: "Proton component" }, "api in prod"],
  ])("beside %s", (_, other, text) => {
    expect(textOf(labelOf(api, [api, { ...api, ...other }]))).toBe(text);
  });

  it("shows spaces at the ends of a name, and those that Slack would draw as one", () => {
    const spaced = (target: string) => ({ ...api, target, qualifiedTarget: target });
    expect(labelOf(spaced(" my  app "), [spaced("my app")]).name).toBe("␣my ␣app␣");
  });

  it("says which one it is only beside another of the same names in one place", () => {
    const called = (which: string, region = "eu-west-1"): Target => ({
      ...{ ...api, system: "proton", region, target: "orders", qualifiedTarget: "orders", which },
    });
    const kinds = ["Proton service pipeline", "Proton environment", "Proton component"];
    const known = kinds.map((which) => called(which));
    expect(new Set(known.map(identityOf)).size).toBe(3);
    expect(known.map((it) => textOf(labelOf(it, known)))).toEqual(
      kinds.map((which) => `orders in prod, ${which}`),
    );
    const abroad = called("Proton environment", "us-east-1");
    expect(textOf(labelOf(abroad, [abroad, ...known]))).toBe("orders in prod, us-east-1");
    expect(textOf(labelOf(called("Proton environment"), [...known, abroad]))).toBe(
      "orders in prod, eu-west-1, Proton environment",
    );
  });

  it("says no more than what tells it from the others", () => {
    const staging = { ...api, qualifiedTarget: "staging/api" };
    const abroad = { ...staging, region: "us-east-1" };
    const known = [api, staging, abroad, { ...api, target: "worker", qualifiedTarget: "main/worker" }];
    expect(known.map((it) => textOf(labelOf(it, known)))).toEqual([
      "main/api in prod",
      "staging/api in prod, eu-west-1",
      "api in prod, us-east-1",
      "worker in prod",
    ]);
  });

  it("differs between any two targets", () => {
    fc.assert(
      fc.property(targets, ([one, ...others]) => {
        const known = [...new Map([one, ...others].map((it) => [identityOf(it), it])).values()];
        const texts = known.map((it) => textOf(labelOf(it, known)));
        expect(new Set(texts).size).toBe(known.length);
      }),
    );
  });
});

describe("a name that is too long", () => {
  const refund = "payments-prod-RefundFunction-1A2B3C4D5E6F";
  const create = "payments-prod-CreateFunction-6F5E4D3C2B1A";

  it.each([
    [refund, 24, [], "payments-prod-…B3C4D5E6F"],
    [refund, 32, [create], "paym…RefundFunction-1A2B3C4D5E6F"],
    [create, 32, [refund], "paym…CreateFunction-6F5E4D3C2B1A"],
    [refund, 20, [create], "paym…RefundFunction…"],
    [refund, 16, [create], "…RefundFunction…"],
    [refund, 41, [create], refund],
  ])("%s becomes at most %i characters", (name, atMost, siblings, short) => {
    expect(shorten(name, atMost, siblings)).toBe(short);
  });

  it("is never cut where nothing was left out", () => {
    const all = [
      "B:E:",
      "B:E:/afkmunwnm-prod-Wjwchodqge-IMD232DHOYP",
      "B:E:/afkmunwnm-prod-Wjwchodqge-IMD232DHOYP6",
    ];
    expect(all.map((name) => shorten(name, 32, all))).toEqual([
      "B:E:",
      "B:E:/afkmunwnm-prod…-IMD232DHOYP",
      "B:E:/afkmunwnm-prod…IMD232DHOYP6",
    ]);
  });

  it("is never cut to what another name is cut to", () => {
    fc.assert(
      fc.property(
        names.chain((name) => fc.tuple(fc.constant(name), mutated(name), mutated(name))),
        fc.integer({ min: 12, max: 75 }),
        (some, atMost) => {
          const all = [...new Set(some)];
          const short = all.map((name) => shorten(name, atMost, all));
          expect(new Set(short).size).toBe(all.length);
          for (const text of short) expect(Array.from(text).length).toBeLessThanOrEqual(atMost);
        },
      ),
    );
  });
});
