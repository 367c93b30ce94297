/** Asks for the reason if the policy requires one. It replaces the confirmation dialog: a button never has both. */

import type { ModalView } from "@slack/types";
import type { Label } from "../../../handlers/names/targets.ts";
import { circumstances, votesSoFar } from "../answers.ts";
import { aboutInCode, isOfOne } from "../parts/about.ts";
import { context, plainText, section } from "../parts/blocks.ts";
import { dated, name, plain, word } from "../parts/phrase.ts";
import type { Picture, PresentOffer } from "../parts/picture.ts";
import { placeInCode } from "../parts/words.ts";

export const reasonModal = {
  callbackId: "reason",
  blockId: "reason",
  actionId: "text",
  reasonAtMost: 500,
} as const;

/** Slack's limit for the title and the buttons of a modal. */
const labelAtMost = 24;
const metadataAtMost = 3_000;

export function drawReasonModal(asked: {
  readonly present: PresentOffer;
  readonly deployment: Picture["deployment"];
  readonly view: Pick<Picture["view"], "decisions">;
  readonly label: Label;
  readonly policyName: string;
  /** Returned with the reason; at most 3000 characters. */
  readonly privateMetadata: string;
}): ModalView {
  const { present, deployment, view, label, policyName, privateMetadata } = asked;
  const { offer } = present;
  const votes = votesSoFar(deployment, present);
  if (privateMetadata.length > metadataAtMost)
    throw new RangeError("the metadata of a modal holds 3000 characters");
  const hold = deployment.holds.find(({ id }) => id === offer.holdId);
  const { about } = deployment;
  const which = about === undefined || !isOfOne(offer.action) ? "" : `, ${aboutInCode(about)}`;
  const ends =
    hold?.expiresAt === undefined ? undefined : `The hold ends at ${dated(hold.expiresAt, "deadline")}`;
  return {
    type: "modal",
    callback_id: reasonModal.callbackId,
    title: plainText(offer.label, labelAtMost),
    submit: plainText(offer.label, labelAtMost),
    close: plainText(offer.deny, labelAtMost),
    private_metadata: privateMetadata,
    blocks: [
      section(
        `${placeInCode({ label })}${which} (${deployment.systemTitle}, ${word(deployment.ref.region)})`,
      ),
      {
        type: "section",
        text: plainText(
          [...circumstances({ deployment, view }, present), plain(offer.dialog)].join(" "),
          3_000,
        ),
      },
      ...(votes === "" ? [] : [section(votes)]),
      {
        type: "input",
        block_id: reasonModal.blockId,
        label: plainText("Reason", 2_000),
        hint: plainText(
          `Policy ${name(policyName, 36)} requires one. It is shown on the card and kept in the audit log.`,
          2_000,
        ),
        element: {
          type: "plain_text_input",
          action_id: reasonModal.actionId,
          multiline: true,
          min_length: 3,
          max_length: reasonModal.reasonAtMost,
          focus_on_load: true,
          placeholder: plainText("For example: errors doubled on test traffic", 150),
        },
      },
      context(ends, "What you saw is checked once more before anything is sent."),
    ],
  };
}
