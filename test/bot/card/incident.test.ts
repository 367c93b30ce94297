import { describe, expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import { drawIncident } from "../../../src/bot/card/thread/incident.ts";
import { asGone } from "../../../src/handlers/jobs/observe.ts";
import type { RelatedEnd } from "../../../src/handlers/picture.ts";
import type { WordedDeployment, WordedRemark } from "../../../src/handlers/words.ts";
import { deploymentOf, endOf, hold, noon, pictureOf, rollbackAt, wording } from "./pictures.ts";
import { problemsOf, wordsOf } from "./reading.ts";

/** The channel was told of an incident before. */
const board = { incidentTs: "1794925920.000100" };

it("says that the trouble is no longer shown when ECS counts no failed tasks any more", () => {
  const deployment = deploymentOf({ holds: [], offers: [rollbackAt(undefined)] });
  const message = drawIncident(pictureOf({ deployment, board }));
  const words = message === undefined ? "" : `${message.text} ${wordsOf(message)}`;
  expect(words).toContain("ECS no longer shows");
  expect(words).not.toContain("Something is wrong");
  expect(words).not.toContain("please look");
  expect(words).not.toContain("**");
  expect(message && problemsOf(message)).toEqual([]);
});

it("does not call a deployment that finished one that went back", () => {
  const deployment = deploymentOf({
    phase: "succeeded",
    status: "SUCCESSFUL",
    endedAt: noon,
    serving: "new",
    holds: [],
    offers: [],
  });
  const message = drawIncident(pictureOf({ deployment, board }));
  expect(message && wordsOf(message)).toContain("✅ *Over at");
});

const trouble: WordedRemark = {
  name: "incident/x",
  weight: "incident",
  emoji: "🚨",
  words: ["the deployment failed"],
};
const ended: Partial<WordedDeployment> = {
  holds: [],
  offers: [],
  endedAt: noon,
  incident: true,
  remarks: [trouble],
};

describe("an incident that has ended", () => {
  const loud: readonly (readonly [string, Partial<WordedDeployment>])[] = [
    ["ECS stopped by the circuit breaker without a rollback", { phase: "stopped", status: "STOPPED" }],
    ["a rollback that failed", { phase: "failed", status: "ROLLBACK_FAILED" }],
    ["a failure without a rollback", { phase: "failed", status: "Failed", systemTitle: "CodeDeploy" }],
    ["a hold that timed out, and a failure", { phase: "failed", holds: [{ ...hold, shows: "expired" }] }],
    ["a deployment that AWS no longer knows", wording.deployment(asGone(deploymentOf()))],
    ["a rollback after which nothing serves", { phase: "rolled-back", serving: "none" }],
    ["a success after which nothing serves", { phase: "succeeded", serving: "none" }],
    ["a failure with both versions in service", { phase: "failed", serving: "mixed" }],
  ];

  it.each(loud)("is not over and calls the approvers: %s", (_, changes) => {
    for (const board of [{}, { incidentTs: "1794925920.000100" }]) {
      const message = drawIncident(pictureOf({ deployment: deploymentOf({ ...ended, ...changes }), board }));
      const words = message === undefined ? "" : `${message.text} ${wordsOf(message)}`;
      expect(message?.loudness).toBe("alarm");
      expect(words).not.toMatch(/\bover\b|✅|Over/i);
      expect(words).toContain("<!subteam^S0123ONCALL>: Check in AWS what serves now.");
      expect(message?.text).toMatch(
        /(?:What serves now is not known|Nothing serves|Both versions serve in part)\. 2\.18\.3 → 2\.19\.0\.$/,
      );
      expect(message && problemsOf(message)).toEqual([]);
    }
  });

  it("is loud although somebody had asked for the rollback that failed", () => {
    const deployment = deploymentOf({ ...ended, phase: "failed", status: "ROLLBACK_FAILED" });
    const message = drawIncident(pictureOf({ deployment, decisions: [endOf({ state: "confirmed" })] }));
    expect(message?.loudness).toBe("alarm");
  });

  it("is not called over while what serves was not read", () => {
    const deployment = deploymentOf({ ...ended, phase: "rolled-back" });
    const message = drawIncident(pictureOf({ deployment }));
    expect(message).toMatchObject({ loudness: "alarm" });
    expect(message?.text).toBe(
      "checkout-api in prod was rolled back by ECS: the deployment failed. What serves now is not known. 2.18.3 → 2.19.0.",
    );
  });

  it("says what happened, and to whom, where nobody was told before", () => {
    const deployment = deploymentOf({ ...ended, phase: "rolled-back", serving: "previous" });
    const message = drawIncident(pictureOf({ deployment }));
    expect(message?.text).toBe(
      "checkout-api in prod was rolled back by ECS: the deployment failed. The previous version serves. 2.18.3 → 2.19.0.",
    );
    expect(message && wordsOf(message)).toContain("<!subteam^S0123ONCALL>: Nobody has to answer.");
    expect(message && wordsOf(message)).not.toMatch(/\bover\b/i);
  });

  it.each([
    [undefined, true],
    [true, false],
  ] as const)("rolled back on its own only where AWS says so (cause unknown: %s)", (causeUnknown, isSaid) => {
    for (const phase of ["rolling-back", "rolled-back"] as const) {
      const cause = causeUnknown === undefined ? {} : { causeUnknown };
      const picture = pictureOf({ deployment: deploymentOf({ ...ended, ...cause, phase }) });
      const message = drawIncident(picture);
      expect(/on its own/.test(message === undefined ? "" : wordsOf(message))).toBe(isSaid);
      expect(/on its own/.test(wordsOf(drawCard(picture)))).toBe(isSaid);
    }
  });

  it.each([
    ["rolled-back", "mixed"],
    ["rolled-back", "unknown"],
    ["succeeded", "mixed"],
    ["succeeded", "unknown"],
    ["stopped", "previous"],
  ] as const)("is not over after %s where %s serves", (phase, serving) => {
    const message = drawIncident(
      pictureOf({ deployment: deploymentOf({ ...ended, phase, serving }), board }),
    );
    expect(message?.loudness).not.toBe("calm");
    expect(message && wordsOf(message)).not.toMatch(/\bover\b|✅/i);
    expect(message && wordsOf(message)).toContain("Check in AWS what serves now.");
  });

  it.each(["new", "previous"] as const)("is over where %s serves", (serving) => {
    const deployment = deploymentOf({ ...ended, phase: "rolled-back", serving });
    const message = drawIncident(pictureOf({ deployment, board }));
    expect(message).toMatchObject({ loudness: "calm" });
    expect(message?.text).toMatch(
      /^The incident of checkout-api in prod is over: rolled back by ECS\. .*serve/,
    );
  });
});

describe("an incident that another deployment rolls back", () => {
  const failed = deploymentOf({
    ...{ ...ended, phase: "failed", systemTitle: "CodeDeploy" },
    related: { relation: "rolled-back-by", ref: { ...deploymentOf().ref, id: "d-9" } },
    outcome: ["CodeDeploy started a rollback. What serves is not known until that deployment ends."],
  });
  const card = { channel: "C0DEPLOY", ts: "1.1" };
  const toldOf = (end?: RelatedEnd) => {
    const relatedCard = end === undefined ? card : { ...card, end };
    const picture = { ...pictureOf({ deployment: failed, board }), relatedCard };
    const message = drawIncident(picture);
    if (message === undefined) throw new Error("nothing is told");
    const drawn = drawCard(picture);
    return { message, incident: wordsOf(message), card: wordsOf(drawn), push: drawn.text };
  };

  it("is open while that one goes on", () => {
    const { message, incident, card: words, push } = toldOf();
    expect(message.loudness).toBe("alarm");
    for (const text of [incident, words, push]) expect(text).toMatch(/not known/);
  });

  it("is over when that one has put the earlier version back, on every surface", () => {
    const end = { how: "rolled-back", serving: "previous", isOver: true, at: noon + 60_000 } as const;
    const { message, incident, card: words, push } = toldOf(end);
    expect(message.loudness).toBe("calm");
    expect(message.text).toBe(
      "The incident of checkout-api in prod is over: rolled back. The previous version serves.",
    );
    expect(incident).toMatch(/⏪ \*Over at <!date\^\d+\^\{time\}\|14:05 UTC>:\*/);
    for (const text of [incident, words, push]) {
      expect(text).toContain("CodeDeploy rolled it back. The previous version serves.");
      expect(text).not.toMatch(/not known|Check in AWS/);
    }
  });

  it.each([
    ["failed", "unknown", "The rollback failed. What serves now is not known."],
    ["stopped", "unknown", "The rollback was stopped. What serves now is not known."],
    ["rolled-back", "mixed", "CodeDeploy rolled it back. Both versions serve in part."],
    ["rolled-back", "unknown", "CodeDeploy rolled it back. What serves now is not known."],
    ["not-known", "unknown", "How the rollback ended is not known. What serves now is not known."],
  ] as const)("is not over when that one %s and %s serves", (how, serving, sentence) => {
    const { message, incident, card: words, push } = toldOf({ how, serving, isOver: false });
    expect(message.loudness).toBe("alarm");
    for (const text of [message.text, incident, words, push]) {
      expect(text).toContain(sentence);
      expect(text).not.toMatch(/until (?:it|that deployment) ends|\bover\b/i);
    }
    expect(incident).toContain("<!subteam^S0123ONCALL>: Check in AWS what serves now.");
  });
});
