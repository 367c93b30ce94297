/** The message to the fallback channel about a deployment whose card can't be posted, or is not wanted. Pure. */

import type { KnownBlock } from "@slack/types";
import type { Mention } from "../../../handlers/decision.ts";
import { eachOnce, notifiedBy, notifiedOfFailure, peopleOf } from "../../../handlers/notify.ts";
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
  if (failure !== undefined) return drawFailure(picture, failure, { holds, above });
  const { deployment, view, route } = picture;
  const place = placeOf(picture);
  const text =
    holds.length === 0
      ? `Holdpoint can't post the card for ${place}: Slack rejects messages to its channel.`
      : `${callSentence(place, holds, view.now)}${changeOf(deployment)} It has no card.`;
  const waiting =
    holds.length === 0
      ? [`${placeInCode(picture)} has no card.`]
      : [
          ...waitingLines(picture, holds, called(peopleOf(notifiedBy(route.policy)))),
          `It has no card. ${byCommand}`,
        ];
  return { text: fallback(text), blocks: identified([...above, section(...waiting)], "without-card") };
}

function called(people: readonly Mention[]): string {
  return people.length === 0 ? "" : `${approversOf(people, 12)}: `;
}

function waitingLines(picture: Picture, [first]: readonly WordedHold[], mentions: string): readonly string[] {
  if (first === undefined) return [];
  const until = first.expiresAt === undefined ? "" : ` until ${dated(first.expiresAt, "deadline")}`;
  return [
    `✋ ${mentions}${placeInCode(picture)} *waits for your answer*${until}.`,
    ...(first.onExpiry === undefined ? [] : [`Without an answer: ${mrkdwn(first.onExpiry)}`]),
  ];
}

/** No command was sent here, so its name is unknown: the workspace may have renamed it. */
const byCommand = "Answer with Holdpoint's slash command.";

/** Approvers find the deployment with the command; everybody else only learns that something is wrong. */
function drawPrivately(
  picture: Picture,
  { holds, isFailure }: { readonly holds: readonly WordedHold[]; readonly isFailure: boolean },
  above: readonly KnownBlock[],
): Message {
  const { view, route } = picture;
  const sentences = [
    ...(isFailure ? ["A deployment failed, or AWS rolled it back."] : []),
    ...(holds.length > 0 ? [callSentence(isFailure ? "It" : "A deployment", holds, view.now)] : []),
  ];
  const what =
    sentences.length === 0 ? "Holdpoint can't post the card of a deployment." : sentences.join(" ");
  const hidden = "Its channel is private, so it is not named here.";
  const notified = eachOnce(
    isFailure ? peopleOf(notifiedOfFailure(route.policy, wayBack(picture))) : [],
    holds.length > 0 ? peopleOf(notifiedBy(route.policy)) : [],
  );
  const sign = isFailure ? "🚨 " : holds.length > 0 ? "✋ " : "";
  const lines = [
    `${sign}${called(notified)}${what}`,
    `${hidden} Its approvers find it with Holdpoint's slash command and the word ${code("list")}.`,
  ];
  return {
    text: fallback(`${what} ${hidden}`),
    blocks: identified([...above, section(...lines)], "without-card"),
  };
}

function drawFailure(
  picture: Picture,
  { text, notified }: Incident,
  { holds, above }: { readonly holds: readonly WordedHold[]; readonly above: readonly KnownBlock[] },
): Message {
  const { deployment, view, route } = picture;
  const { consoleUrl, target } = deployment;
  const isHeld = holds.length > 0;
  const whom = eachOnce(notified, isHeld ? peopleOf(notifiedBy(route.policy)) : []);
  const answer = wayBack(picture) === undefined && !isHeld ? "" : ` ${byCommand}`;
  const waits = isHeld ? ` ${callSentence("It", holds, view.now)}` : "";
  const link = consoleButton(consoleUrl, target);
  const blocks = [
    ...above,
    section(`🚨 ${called(whom)}${text}`, ...waitingLines(picture, holds, ""), `It has no card.${answer}`),
    ...(link.length === 0 ? [] : [actionsBlock("without-card", link)]),
  ];
  return { text: fallback(`${text}${waits} It has no card.`), blocks: identified(blocks, "without-card") };
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
