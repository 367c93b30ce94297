/** The message to the fallback channel about a deployment whose card can't be posted, or is not wanted. Pure. */

import type { KnownBlock } from "@slack/types";
import { notifiedBy, peopleOf } from "../../../handlers/notify.ts";
import type { WordedHold } from "../../../handlers/words.ts";
import { actionsBlock, consoleButton, identified, type Message, section } from "../parts/blocks.ts";
import { code, dated, fallback, mrkdwn } from "../parts/phrase.ts";
import type { Picture } from "../parts/picture.ts";
import { approversOf, placeInCode, placeOf } from "../parts/words.ts";
import { callSentence, changeOf } from "./call.ts";
import { wayBack } from "./failure.ts";
import { drawIncident, type Incident } from "./incident.ts";

/** A channel in which Slack rejects the bot's messages. */
export interface ClosedChannel {
  readonly id: string;
  /** Slack's error code. */
  readonly error: string;
  readonly remedy: string | undefined;
}

export function drawWithoutCard(
  picture: Picture,
  what: {
    readonly holds: readonly WordedHold[];
    readonly isFailure: boolean;
    readonly closed: ClosedChannel | undefined;
    /** Routed to a private channel: readers of the fallback channel may not learn which deployment it is. */
    readonly isPrivate: boolean;
  },
): Message {
  const { holds, closed } = what;
  const above = closed === undefined ? [] : [section(...closedLines(closed))];
  if (what.isPrivate) return drawPrivately(picture, what, above);
  const failure = what.isFailure ? drawIncident(picture) : undefined;
  if (failure !== undefined) return drawFailure(picture, failure, above);
  const { deployment, view, route } = picture;
  const place = placeOf(picture);
  const [first] = holds;
  const text =
    first === undefined
      ? `Holdpoint can't post the card for ${place}: Slack rejects messages to its channel.`
      : `${callSentence(place, holds, view.now)}${changeOf(deployment)} It has no card.`;
  const notified = peopleOf(notifiedBy(route.policy));
  const called = notified.length === 0 ? "" : `${approversOf(notified, 12)}: `;
  const where = placeInCode(picture);
  const until = first?.expiresAt === undefined ? "" : ` until ${dated(first.expiresAt, "deadline")}`;
  const waiting =
    first === undefined
      ? [`${where} has no card.`]
      : [
          `✋ ${called}${where} *waits for your answer*${until}.`,
          ...(first.onExpiry === undefined ? [] : [`Without an answer: ${mrkdwn(first.onExpiry)}`]),
          `It has no card. ${byCommand}`,
        ];
  return { text: fallback(text), blocks: identified([...above, section(...waiting)], "without-card") };
}

/** No command was sent here, so its name is unknown: the workspace may have renamed it. */
const byCommand = "Answer with Holdpoint's slash command.";

/** Approvers find the deployment with the command; everybody else only learns that something is wrong. */
function drawPrivately(
  { view, route }: Picture,
  { holds, isFailure }: { readonly holds: readonly WordedHold[]; readonly isFailure: boolean },
  above: readonly KnownBlock[],
): Message {
  const what = isFailure
    ? "A deployment failed, or AWS rolled it back."
    : holds.length > 0
      ? callSentence("A deployment", holds, view.now)
      : "Holdpoint can't post the card of a deployment.";
  const hidden = "Its channel is private, so it is not named here.";
  const notified = isFailure || holds.length > 0 ? peopleOf(notifiedBy(route.policy)) : [];
  const called = notified.length === 0 ? "" : `${approversOf(notified, 12)}: `;
  const sign = isFailure ? "🚨 " : holds.length > 0 ? "✋ " : "";
  const lines = [
    `${sign}${called}${what}`,
    `${hidden} Its approvers find it with Holdpoint's slash command and the word ${code("list")}.`,
  ];
  return {
    text: fallback(`${what} ${hidden}`),
    blocks: identified([...above, section(...lines)], "without-card"),
  };
}

function drawFailure(picture: Picture, { text, notified }: Incident, above: readonly KnownBlock[]): Message {
  const { consoleUrl, target } = picture.deployment;
  const called = notified.length === 0 ? "" : `${approversOf(notified, 12)}: `;
  const answer = wayBack(picture) === undefined ? "" : ` ${byCommand}`;
  const link = consoleButton(consoleUrl, target);
  const blocks = [
    ...above,
    section(`🚨 ${called}${text}`, `It has no card.${answer}`),
    ...(link.length === 0 ? [] : [actionsBlock("without-card", link)]),
  ];
  return { text: fallback(`${text} It has no card.`), blocks: identified(blocks, "without-card") };
}

const closedWords: Readonly<Record<string, string>> = {
  is_archived: "it is archived",
  is_inactive: "it is archived",
  not_in_channel: "the bot is not in it",
  channel_not_found: "Slack finds no such channel",
};

function closedLines({ id, error, remedy }: ClosedChannel): readonly string[] {
  const what = `⚠️ *Holdpoint can't post to <#${id}>:* ${closedWords[error] ?? `Slack says ${code(error)}`}.`;
  return [what, ...(remedy === undefined ? [] : [`To fix it: ${remedy}.`])];
}
