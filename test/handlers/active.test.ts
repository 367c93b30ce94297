import { describe, expect, it } from "vitest";
import { activeEntry } from "../../src/handlers/jobs/active.ts";
import type { WordedHold, WordedOffer } from "../../src/handlers/words.ts";
import {
  deadline,
  deploymentOf,
  hold,
  pictureOf,
  policyOf,
  ruleOf,
  type Scene,
} from "../bot/card/pictures.ts";

function entryOf(scene: Scene) {
  const { key, deployment, view, route, accountName } = pictureOf(scene);
  return activeEntry({ key, deployment, view, route, accountName });
}

const keeps: WordedHold = {
  ...{ id: "TERMINATION_WAIT", stage: "TERMINATION_WAIT", status: "Ready", shows: "open" },
  ...{ optional: true, expiresAt: deadline, onExpiryShort: "CodeDeploy terminates the 4 old instances" },
};
const revert: WordedOffer = {
  ...{ action: "revert", label: "Revert", consequence: [], dialog: [], deny: "Keep it", evidence: {} },
  until: deadline,
};
const reverters = policyOf({ revert: ruleOf() });

describe("the index of what is active", () => {
  it("lets nobody wait at a hold that needs no answer, and still says how long it is there", () => {
    const entry = entryOf({ deployment: deploymentOf({ holds: [keeps], offers: [] }) });
    expect(entry).toMatchObject({ state: "kept", openHolds: 0, expiresAt: deadline });
    expect(entry.votes).toBeUndefined();
  });

  it("keeps when AWS was read, also while it can't be read again", () => {
    const readAt = 1_794_924_000_000;
    const view = { readAt, staleSince: readAt + 60_000, fails: 3 };
    expect(entryOf({ view })).toMatchObject({ readAt, staleSince: readAt + 60_000 });
  });

  it("shows the deadline of the hold that waits, however early the other one ends", () => {
    const early = { ...keeps, expiresAt: deadline - 60_000 };
    expect(entryOf({ deployment: deploymentOf({ holds: [early, hold] }) })).toMatchObject({
      ...{ state: "waiting", openHolds: 1, expiresAt: deadline },
      votes: { n: 0, need: 2 },
    });
  });

  it("says of what has ended what can still be asked, and until when", () => {
    const done = deploymentOf({ phase: "succeeded", holds: [], offers: [revert] });
    expect(entryOf({ deployment: done, policy: reverters })).toMatchObject({
      state: "ended",
      offered: { action: "revert", until: deadline },
    });
  });

  it("says nothing of what nobody may ask, or of what still runs", () => {
    const done = deploymentOf({ phase: "succeeded", holds: [], offers: [revert] });
    expect(entryOf({ deployment: done, policy: policyOf() }).offered).toBeUndefined();
    const running = deploymentOf({ holds: [], offers: [revert] });
    expect(entryOf({ deployment: running, policy: reverters }).offered).toBeUndefined();
  });

  it("keeps what narrows the name", () => {
    const deployment = deploymentOf({ target: "shop", qualifiedTarget: "shop/blue" });
    expect(entryOf({ deployment })).toMatchObject({ target: "shop", qualifiedTarget: "shop/blue" });
  });

  it("keeps what tells it from others of its name", () => {
    const which = "Proton component";
    expect(entryOf({ deployment: deploymentOf({ which }) })).toMatchObject({ which });
  });
});
