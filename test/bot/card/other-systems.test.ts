import { describe, expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import type { Picture } from "../../../src/bot/card/parts/picture.ts";
import type { Policy } from "../../../src/handlers/policy.ts";
import type { WordedDeployment, WordedOffer } from "../../../src/handlers/words.ts";
import { appconfigDone, pictures, revert } from "./other-systems.ts";
import { deploymentOf, pictureOf, policyOf, ruleOf } from "./pictures.ts";
import { labelsOf, problemsOf, wordsOf } from "./reading.ts";

const states: readonly (readonly [string, Picture])[] = Object.entries(pictures);

describe("the card of another system", () => {
  it.each(states)("in the state %s is drawn as it was looked at", async (name, picture) => {
    const json = `${JSON.stringify(drawCard(picture), null, 2)}\n`;
    await expect(json).toMatchFileSnapshot(`./drawn/${name}.json`);
  });

  it.each(states)("in the state %s passes Slack's limits and carries no markup of others", (_, picture) => {
    expect(problemsOf(drawCard(picture))).toEqual([]);
    expect(problemsOf(drawCard(picture, "least"))).toEqual([]);
  });

  it("says in one line why nobody can revert, and names the permission", () => {
    const unread: WordedOffer = {
      ...{ ...revert, evidence: { "newest deployment": null } },
      unread: ["access denied (", { code: "appconfig:ListDeployments" }, ")"],
    };
    const cardWith = (offer: WordedOffer, rules: Policy["rules"] = { revert: ruleOf() }) =>
      drawCard(
        pictureOf({
          deployment: deploymentOf({ ...appconfigDone, offers: [offer] }),
          policy: policyOf(rules),
        }),
      );
    const line =
      "⚠️ *Nobody can revert now:* `newest deployment` could not be read: access denied (`appconfig:ListDeployments`).";
    expect(wordsOf(cardWith(unread)).split("\n")).toContain(line);
    expect(labelsOf(cardWith(unread))).not.toContain("Revert to version 56");
    expect(wordsOf(cardWith(revert))).not.toContain("Nobody can");
    expect(wordsOf(cardWith(unread, {}))).not.toContain("Nobody can");
    expect(wordsOf(drawCard(pictures.appconfigReverting))).not.toContain("Nobody can");
  });

  it("names a new deployment as the next step only where no rollback is under way or may come", () => {
    const ended = { ...pictures.codedeployRolledBack.deployment };
    const { related: _other, ...alone } = ended;
    const wordsWith = (deployment: Partial<WordedDeployment>) =>
      wordsOf(drawCard(pictureOf({ deployment: deploymentOf(deployment) })));
    expect(wordsWith(ended)).not.toContain("To try again");
    expect(wordsWith({ ...alone, rollbackMayCome: true })).not.toContain("To try again");
    expect(wordsWith(alone)).toContain("*To try again:* start a new deployment");
  });

  it("does not send people to AWS where nothing waits for them", () => {
    const words = JSON.stringify(drawCard(pictures.protonRunning));
    expect(words).toContain("Proton does not report any");
    expect(words).not.toContain("Look in AWS");
  });
});
