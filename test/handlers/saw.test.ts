import { describe, expect, it } from "vitest";
import { asAsked, asGone, observe } from "../../src/handlers/jobs/observe.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { deploymentOf, endOf, hold, noon } from "../bot/card/pictures.ts";

const end = (changes: Partial<WordedDeployment>) =>
  observe(deploymentOf(changes), "end", { action: "cancel" }, noon);
const revert = (changes: Partial<WordedDeployment>) =>
  observe(deploymentOf({ holds: [], offers: [], ...changes }), "revert", { action: "revert" }, noon);

describe("what a read says about a revert", () => {
  it.each([
    ["rolled-back", "match"],
    ["rolling-back", "match"],
    ["succeeded", "open"],
    ["running", "open"],
  ] as const)("%s is %s", (phase, saw) => {
    expect(revert({ phase })).toBe(saw);
  });

  it("is never that it failed because one read lacks the offer: the next one may have it", () => {
    const offer = { action: "revert", label: "Revert", consequence: [], dialog: [], deny: "No" } as const;
    const offers = [{ ...offer, evidence: {} }];
    expect(revert({ phase: "succeeded", offers })).toBe(revert({ phase: "succeeded", offers: [] }));
  });

  it("confirms nothing about a deployment that vanished", () => {
    expect(revert({ phase: "stopped", vanished: true })).toBe("other");
  });
});

describe("what a read says about an ending", () => {
  it("is that it came to nothing where AWS shows that the deployment ended by itself", () => {
    expect(end({ phase: "rolled-back", holds: [] })).toBe("match");
    expect(end({ phase: "rolled-back", holds: [], overtaken: true })).toBe("other");
    expect(end({ phase: "failed", holds: [], overtaken: true })).toBe("other");
  });

  it.each(["rollback", "cancel"] as const)(
    "is that nobody answered where a hold expired into a %s",
    (then) => {
      const expired = { ...hold, shows: "expired", onExpiryAction: then } as const;
      expect(end({ phase: "stopped", holds: [expired] })).toBe("expired");
      expect(end({ phase: "stopped", holds: [{ ...expired, onExpiryAction: "continue" }] })).toBe("match");
    },
  );

  it.each(["rollback", "cancel"] as const)(
    "is that a %s at a hold is one, while the deployment still runs",
    (shows) => {
      expect(end({ phase: "running", holds: [{ ...hold, shows }] })).toBe("match");
      expect(end({ phase: "running", holds: [{ ...hold, shows: "continue" }] })).toBe("open");
    },
  );
});

const broke = { name: "incident/x", weight: "incident", emoji: "🚨", words: ["failed"] } as const;

describe("an incident", () => {
  const rolledBack = deploymentOf({ phase: "rolled-back", incident: true, remarks: [broke] });

  it("is none where it was asked for", () => {
    expect(asAsked(rolledBack, endOf())).toMatchObject({ incident: false, remarks: [{ weight: "ending" }] });
  });

  it("stays one where the deployment overtook what was asked for", () => {
    const overtaken: WordedDeployment = { ...rolledBack, overtaken: true };
    expect(asAsked(overtaken, endOf())).toEqual(overtaken);
  });
});

it("leaves nothing to ask of an ended deployment that AWS no longer knows, and does not end it again", () => {
  const offer = {
    action: "revert",
    label: "Revert",
    consequence: [],
    dialog: [],
    deny: "No",
    evidence: {},
  } as const;
  const done = deploymentOf({ phase: "succeeded", status: "COMPLETE", offers: [offer] });
  expect(asGone(done)).toEqual({ ...done, offers: [] });
});
