import { describe, expect, it } from "vitest";
import { presentOffers } from "../../src/handlers/offers.ts";
import type { WordedOffer } from "../../src/handlers/words.ts";
import { continueAt, deploymentOf, endOf, hold, policyOf, rollbackAt } from "../bot/card/pictures.ts";

function cancelAt(held: typeof hold | undefined): WordedOffer {
  return { ...rollbackAt(held, "Cancel"), action: "cancel" };
}

function presented(offers: readonly WordedOffer[], decisions = new Map()): readonly string[] {
  const present = presentOffers(deploymentOf({ offers }), { decisions, votes: [] }, policyOf());
  return present.map(({ offer }) => `${offer.action}${offer.holdId === undefined ? "" : " at the hold"}`);
}

describe("endings of a hold and of the whole deployment", () => {
  it("are one where they are the same action: the hold's own stands for both", () => {
    expect(presented([continueAt(hold), rollbackAt(hold), rollbackAt(undefined)])).toEqual([
      "continue at the hold",
      "rollback at the hold",
    ]);
  });

  it("stand side by side where they are two actions", () => {
    expect(presented([rollbackAt(hold), cancelAt(undefined)])).toEqual(["rollback at the hold", "cancel"]);
    expect(presented([cancelAt(hold), rollbackAt(undefined)])).toEqual(["cancel at the hold", "rollback"]);
  });

  it("are gone together once one of them is under way: they are one decision", () => {
    const decisions = new Map([["end", endOf({ action: "cancel" })]]);
    expect(presented([rollbackAt(hold), cancelAt(undefined)], decisions)).toEqual([]);
  });
});
