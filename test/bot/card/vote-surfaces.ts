/** Every surface that says how many votes there are, drawn after a look. */

import { drawCard } from "../../../src/bot/card/card.ts";
import { inWords } from "../../../src/bot/card/parts/picture.ts";
import { drawDryRun } from "../../../src/bot/card/private/dry-run.ts";
import { drawList } from "../../../src/bot/card/private/list.ts";
import { drawReasonModal } from "../../../src/bot/card/private/modal.ts";
import { drawThread } from "../../../src/bot/card/thread/thread.ts";
import type { LogEntry as BareLogEntry } from "../../../src/handlers/decision.ts";
import { activeEntry } from "../../../src/handlers/jobs/active.ts";
import { presentOffers } from "../../../src/handlers/offers.ts";
import type { OneDeployment } from "../../handlers/one-deployment.ts";
import { deploymentOf, noon, wording } from "./pictures.ts";
import { buttonsOf, wordsOf } from "./reading.ts";

export async function look(world: OneDeployment): Promise<void> {
  await world.memory.store.enqueue([{ member: { kind: "ref", ref: deploymentOf().ref }, delayMs: 0 }]);
  await world.look();
}

/** What everybody sees after the last press; the private answer is drawn from its outcome. */
export async function surfacesOf(world: OneDeployment) {
  await look(world);
  const seen = world.pictures.at(-1);
  const picture = seen && inWords(seen, wording);
  const present =
    picture &&
    presentOffers(picture.deployment, picture.view, picture.route.policy).find(
      ({ offer }) => offer.action === "continue",
    );
  const rule = picture?.route.policy.rules.continue;
  if (picture === undefined || present === undefined || rule === undefined) throw new Error("not offered");
  const { deployment, view, key, route, accountName, label } = picture;
  const card = drawCard(picture);
  const dry = { picture, present, voided: [], call: undefined, reason: undefined };
  const allowed = { kind: "allowed" as const, rule };
  return {
    card: wordsOf({ ...card, text: "" }),
    push: card.text,
    dialog: buttonsOf(card)[0]?.confirm?.text.text ?? "",
    reason: JSON.stringify(
      drawReasonModal({ present, deployment, view, label, policyName: "prod", privateMetadata: "{}" }),
    ),
    "dry run": wordsOf(drawDryRun({ ...dry, action: "continue", verdict: allowed })),
    list: wordsOf(drawList([activeEntry({ key, deployment, view, route, accountName })], noon)),
  };
}

export function threadOf(world: OneDeployment, log: readonly BareLogEntry[]): string {
  const seen = world.pictures.at(-1);
  if (seen === undefined) throw new Error("nothing drawn");
  const picture = inWords({ ...seen, view: { ...seen.view, log } }, wording);
  return wordsOf(
    drawThread(
      picture,
      picture.view.log.map((entry, index) => ({ seq: index + 1, entry })),
    ),
  );
}
