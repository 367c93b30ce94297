/** Votes that stay although nothing was sent are told the same everywhere, and never as an answer that is under way. */
import { expect, it } from "vitest";
import { drawCard } from "../../../src/bot/card/card.ts";
import { drawDryRun } from "../../../src/bot/card/private/dry-run.ts";
import { drawList } from "../../../src/bot/card/private/list.ts";
import { drawReasonModal } from "../../../src/bot/card/private/modal.ts";
import { activeEntry } from "../../../src/handlers/jobs/active.ts";
import { presentOffers } from "../../../src/handlers/offers.ts";
import { revert } from "./other-systems.ts";
import {
  continueAt,
  deploymentOf,
  hold,
  noon,
  people,
  pictureOf,
  policyOf,
  rollbackAt,
  ruleOf,
  voteOf,
} from "./pictures.ts";
import { buttonsOf, wordsOf } from "./reading.ts";

const { ann, ben, cleo } = people;

function surfacesOf(need: number, users: readonly string[]) {
  const policy = policyOf({ continue: ruleOf({ approvals: need }) });
  const picture = pictureOf({ policy, votes: users.map((user) => voteOf(user, continueAt(hold), need)) });
  const { deployment, view, key, route, accountName, label } = picture;
  const present = presentOffers(deployment, view, policy).find(({ offer }) => offer.action === "continue");
  if (present === undefined) throw new Error("nothing is offered");
  const card = drawCard(picture);
  const rule = ruleOf({ approvals: need });
  return {
    card: wordsOf({ ...card, text: "" }),
    push: card.text,
    dialog: buttonsOf(card)[0]?.confirm?.text.text,
    reason: JSON.stringify(
      drawReasonModal({ present, deployment, view, label, policyName: "prod", privateMetadata: "{}" }),
    ),
    "dry run": wordsOf(
      drawDryRun({
        picture,
        present,
        voided: [],
        action: "continue",
        verdict: { kind: "allowed", rule },
        call: undefined,
        reason: undefined,
      }),
    ),
    list: wordsOf(drawList([activeEntry({ key, deployment, view, route, accountName })], noon)),
  };
}

it.each([
  [1, [ann]],
  [2, [ann, ben]],
  [2, [ann, ben, cleo]],
  [3, [ann, ben, cleo]],
] as const)(
  "says of %i needed votes and %j that nothing was sent, and what the next press does",
  (need, users) => {
    for (const [surface, text = ""] of Object.entries(surfacesOf(need, users))) {
      expect([surface, text]).toEqual([surface, expect.stringMatching(/sent; the next press sends it/)]);
      expect([surface, text]).toEqual([
        surface,
        expect.not.stringMatching(/\d of \d votes|\d(st|nd|rd|th) sends/),
      ]);
    }
  },
);

it.each([
  [2, [ann]],
  [3, [ann, ben]],
] as const)("counts what is still missing of %i with %j", (need, users) => {
  for (const [surface, text = ""] of Object.entries(surfacesOf(need, users))) {
    expect([surface, text]).toEqual([surface, expect.stringMatching(`${users.length} of ${need} votes`)]);
    expect([surface, text]).toEqual([surface, expect.not.stringMatching("not sent")]);
  }
});

it.each([
  ["roll back", rollbackAt(undefined), { holds: [] }],
  ["roll back", rollbackAt(hold), {}],
  ["cancel", { ...rollbackAt(undefined), action: "cancel" }, { holds: [] }],
  ["revert", { ...revert, until: noon + 60_000 }, { phase: "succeeded", holds: [] }],
] as const)("says in the push that the request to %s was not sent", (verb, offer, changes) => {
  const push = (users: readonly string[]): string => {
    const policy = policyOf({ [offer.action]: ruleOf({ approvals: 2 }) });
    const deployment = deploymentOf({ ...changes, offers: [offer] });
    return drawCard(pictureOf({ deployment, policy, votes: users.map((user) => voteOf(user, offer, 2)) }))
      .text;
  };
  const told = `The request to ${verb} was not sent; the next press sends it.`;
  expect(push([ann, ben])).toContain(told);
  expect(push([ann])).not.toContain("not sent");
});
