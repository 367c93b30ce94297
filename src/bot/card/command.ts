/** The private answers of `/deploy`. */

import type { Button, KnownBlock } from "@slack/types";
import type { Action } from "../../handlers/deployment.ts";
import type { Picture } from "../../handlers/picture.ts";
import type { Message } from "./blocks.ts";
import { actionsBlock, blocksAtMost, context, identified, plainText, section, sections } from "./blocks.ts";
import { drawCard } from "./card.ts";
import { cardLink, linked } from "./links.ts";
import { code, cutEnd, factLine, fallback, word } from "./phrase.ts";
import { placeOf } from "./words.ts";

export { drawHelp, drawUsage } from "./usage.ts";

const choicesAtMost = 10;

/** The card as it would be drawn now, for one person: without buttons, which act only on the card itself. */
export function drawShow(picture: Picture, workspaceUrl?: string): Message {
  const { deployment, view } = picture;
  const card = drawCard(picture);
  const { channel, ts } = view.board;
  const link =
    channel === undefined || ts === undefined
      ? undefined
      : linked(cardLink({ channel, ts }, workspaceUrl), "To the card, where it can be answered");
  const blocks = [
    ...card.blocks.filter((block) => block.type !== "actions"),
    ...(deployment.details.length === 0
      ? []
      : sections(["*All values*", ...deployment.details.map(factLine)])),
  ];
  return {
    text: card.text,
    blocks: [...blocks.slice(0, blocksAtMost - 1), context("Only you see this", link)],
  };
}

/** One deployment or hold that a name may mean. */
export interface Candidate {
  readonly target: string;
  readonly accountName: string;
  readonly region: string;
  /** Where there are several holds: "hold 1 of 2, stage ..." */
  readonly hold?: string;
  /** Comes back when it is chosen; at most 2000 characters. */
  readonly value: string;
}

/** Asks once in private which one is meant. Nothing is sent before that. */
export function drawChoice(verb: Action | "show" | "withdraw", candidates: readonly Candidate[]): Message {
  const shown = candidates.slice(0, choicesAtMost);
  const rows = shown.flatMap((candidate, index): KnownBlock[] => [
    section(
      `*${index + 1}.* ${code(candidate.target, 60)} in ${word(candidate.accountName, 20)}, ${word(candidate.region)}${candidate.hold === undefined ? "" : `, ${code(candidate.hold, 60)}`}`,
    ),
    actionsBlock(`choice-${index}`, [choiceButton(verb, candidate, index)]),
  ]);
  const isOne = candidates.length === 1;
  const rest = candidates.length > shown.length ? ` The first ${shown.length} of ${candidates.length}:` : "";
  return {
    text: fallback(
      isOne
        ? "One deployment or hold comes near. Choose it if you mean it; nothing was sent yet."
        : `${candidates.length} deployments or holds fit. Choose the one that you mean; nothing was sent yet.`,
    ),
    blocks: identified(
      [
        section(
          isOne
            ? "*One comes near this name. Do you mean it?* Nothing was sent yet."
            : `*${candidates.length} fit this name. Which one do you mean?* Nothing was sent yet.${rest}`,
        ),
        ...rows,
        context("Only you see this", `a name can say its account: ${code("/deploy show checkout-api@prod")}`),
      ],
      "choice",
    ),
  };
}

const choiceVerbs: Readonly<Record<Action | "show" | "withdraw", string>> = {
  continue: "Continue",
  rollback: "Roll back",
  cancel: "Cancel",
  "terminate-old": "Terminate old of",
  revert: "Revert",
  "edit-strategy": "Edit strategy",
  show: "Show",
  withdraw: "Withdraw vote for",
};

function choiceButton(verb: Action | "show" | "withdraw", candidate: Candidate, index: number): Button {
  const { target, accountName, value } = candidate;
  return {
    type: "button",
    action_id: `choice.${index}`,
    text: plainText(`${choiceVerbs[verb]} ${index + 1}`, 75),
    value,
    accessibility_label: cutEnd(`${choiceVerbs[verb]} ${placeOf(target, accountName)}`, 75),
  };
}
