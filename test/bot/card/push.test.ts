/** What a lock screen shows of a failure: one message's text, without the rest of it. */

import { describe, expect, it } from "vitest";
import { drawIncident } from "../../../src/bot/card/thread/incident.ts";
import { isTerminal } from "../../../src/handlers/deployment.ts";
import type { WordedDeployment, WordedRemark } from "../../../src/handlers/words.ts";
import { deploymentOf, hold, pictureOf, policyOf, rollbackAt, ruleOf } from "./pictures.ts";
import { pictureIn, possible } from "./states/walk.ts";

const incident = (changes: Partial<WordedRemark>): WordedRemark => ({
  ...{ name: "incident/x", weight: "incident", emoji: "🚨", words: [], ...changes },
});
const breaker = incident({ words: ["failed: the circuit breaker was triggered"] });
const alarm = incident({
  words: ["alarm ", { code: "checkout-5xx" }, " went off, so AppConfig rolls back"],
  cause: ["alarm ", { code: "checkout-5xx" }, " went off"],
});
const unsaid = incident({ words: ["failed, and CodeDeploy rolls back"], cause: [] });
const alsoFailed = incident({ name: "incident/rollback-failed", words: ["the rollback failed"] });
const over: Partial<WordedDeployment> = { holds: [], offers: [], endedAt: 0 };
const timedOut: Partial<WordedDeployment> = {
  holds: [{ ...hold, shows: "expired", onExpiryAction: "rollback" }],
  incident: true,
  remarks: [incident({ words: ["nobody answered in time, so ECS rolls back"] })],
};

function pushOf(changes: Partial<WordedDeployment>): string | undefined {
  const deployment = deploymentOf({ ...over, incident: true, ...changes });
  const policy = policyOf({ cancel: ruleOf() });
  return drawIncident(pictureOf({ deployment, policy }))?.text;
}

describe("the text of a failure", () => {
  it.each<[string, Partial<WordedDeployment>]>([
    [
      "Something is wrong with checkout-api in prod: new tasks fail to start. You can roll back. 2.18.3 → 2.19.0.",
      {
        phase: "running",
        offers: [rollbackAt(undefined)],
        remarks: [incident({ words: ["new tasks fail to start"] })],
      },
    ],
    [
      "checkout-api in prod failed and ECS is rolling back: the circuit breaker was triggered. 2.18.3 → 2.19.0.",
      { phase: "rolling-back", remarks: [breaker] },
    ],
    [
      "checkout-api in prod failed and AppConfig is rolling back: alarm checkout-5xx went off. 2.18.3 → 2.19.0.",
      { phase: "rolling-back", systemTitle: "AppConfig", remarks: [alarm] },
    ],
    [
      "checkout-api in prod failed and CodeDeploy is rolling back. 2.18.3 → 2.19.0.",
      { phase: "rolling-back", systemTitle: "CodeDeploy", remarks: [unsaid] },
    ],
    [
      "Nobody answered for checkout-api in prod in time, and ECS is rolling back. 2.18.3 → 2.19.0.",
      { ...timedOut, phase: "rolling-back" },
    ],
    [
      "Nobody answered for checkout-api in prod in time, so ECS rolled back. The previous version serves. 2.18.3 → 2.19.0.",
      { ...timedOut, phase: "rolled-back", serving: "previous" },
    ],
    [
      "Nobody answered for checkout-api in prod in time, and it failed. What serves now is not known. 2.18.3 → 2.19.0.",
      { ...timedOut, phase: "failed" },
    ],
    [
      "checkout-api in prod was rolled back by ECS: the circuit breaker was triggered. The previous version serves. 2.18.3 → 2.19.0.",
      { phase: "rolled-back", serving: "previous", remarks: [breaker] },
    ],
    [
      "checkout-api in prod failed: the circuit breaker was triggered, and the rollback failed. What serves now is not known. 2.18.3 → 2.19.0.",
      { phase: "failed", remarks: [breaker, alsoFailed] },
    ],
    [
      "checkout-api in prod failed: the circuit breaker was triggered, and CodeDeploy started a rollback. What serves now is not known. 2.18.3 → 2.19.0.",
      {
        phase: "failed",
        systemTitle: "CodeDeploy",
        related: { relation: "rolled-back-by" },
        remarks: [breaker],
      },
    ],
    [
      "Nobody answered for checkout-api in prod in time, and CodeDeploy started a rollback. What serves now is not known. 2.18.3 → 2.19.0.",
      { ...timedOut, phase: "failed", systemTitle: "CodeDeploy", related: { relation: "rolled-back-by" } },
    ],
    [
      "Nobody answered for checkout-api in prod in time, so ECS rolled back, and that failed. What serves now is not known. 2.18.3 → 2.19.0.",
      { ...timedOut, phase: "failed", rollbackFailed: true },
    ],
    [
      "ECS no longer shows checkout-api in prod: how it ended is not known. What serves now is not known. 2.18.3 → 2.19.0.",
      { phase: "stopped", vanished: true, remarks: [incident({ words: ["gone"] })] },
    ],
    [
      "checkout-api in prod failed. What serves now is not known. template web, version 1.2 → 1.3.",
      {
        ...{ phase: "failed", systemTitle: "Proton", remarks: [unsaid] },
        changes: [
          { kind: "value", label: "Changes", value: ["template web, version 1.2 → 1.3"], change: "both" },
        ],
      },
    ],
  ])("%s", (text, changes) => {
    expect(pushOf(changes)).toBe(text);
  });

  it("is short, plain and says once what AWS does, in every state", () => {
    const pushes = possible.flatMap((one) => {
      const picture = pictureIn(one);
      const text = drawIncident(picture)?.text;
      return text === undefined ? [] : [{ text, ended: isTerminal(picture.deployment) }];
    });
    expect(pushes.length).toBeGreaterThan(500);
    const bad = pushes.filter(
      ({ text, ended }) =>
        text.length > 150 ||
        /[<>*`~]|undefined|\.\.|: *\./.test(text) ||
        (text.match(/roll(?:s|ed|ing) back/g) ?? []).length > 1 ||
        !text.includes("checkout-api in prod") ||
        !text.endsWith("2.18.3 → 2.19.0.") ||
        (ended && !/serve/.test(text)),
    );
    expect(bad).toEqual([]);
  });
});
