/** Reads drawn messages the way the tests ask about them. */

import type { Button, KnownBlock } from "@slack/types";
import { checkBlocks } from "../../../fakes/slack/blocks/limits.ts";
import type { Message } from "../../../src/bot/card/parts/blocks.ts";

export function buttonsOf({ blocks }: { readonly blocks: readonly KnownBlock[] }): readonly Button[] {
  return blocks.flatMap((block) =>
    block.type === "actions"
      ? block.elements.flatMap((element) => (element.type === "button" ? [element] : []))
      : [],
  );
}

export function labelsOf(message: Message): readonly string[] {
  return buttonsOf(message).map((button) => button.text.text);
}

/** What stands above the buttons. */
export function linesOf({ blocks }: Message): readonly string[] {
  const texts = blocks.flatMap((block) => (block.type === "section" ? [block.text?.text ?? ""] : []));
  return texts.join("\n").split("\n");
}

/** Every text of a message that Slack reads as mrkdwn, the fallback included. */
function mrkdwnOf({ text, blocks }: Message): readonly string[] {
  return [text, ...textsOf(blocks, "mrkdwn")];
}

export function plainOf({ blocks }: Message): readonly string[] {
  return textsOf(blocks, "plain_text");
}

export function wordsOf(message: Message): string {
  return [...mrkdwnOf(message), ...plainOf(message)].join("\n");
}

function textsOf(value: unknown, type: string, found: string[] = []): readonly string[] {
  if (typeof value !== "object" || value === null) return found;
  if (
    !Array.isArray(value) &&
    "type" in value &&
    value.type === type &&
    "text" in value &&
    typeof value.text === "string"
  )
    found.push(value.text);
  for (const member of Object.values(value)) textsOf(member, type, found);
  return found;
}

/** Everything that Slack, a screen reader or our own rules would refuse about a message. */
export function problemsOf(message: Message): readonly string[] {
  const { text, blocks } = message;
  return [
    ...checkBlocks(blocks, "message").map((problem) => `${problem.pointer}: ${problem.message}`),
    ...(text.length === 0 || text.length >= 250 ? [`fallback has ${text.length} characters`] : []),
    ...(/[<>*`]|(?<!\w)_|_(?!\w)/.test(text) ? [`fallback has markup: ${text}`] : []),
    ...mrkdwnOf(message).flatMap((mrkdwn) => markupOf(mrkdwn)),
  ];
}

const ownDate = /<!date\^-?\d+\^(?:\{time\} \{date_short_pretty\}|\{time\}|\{time_secs\})\|[\w :]+>/g;
const ownPerson = /<@[UW][A-Z0-9]+>/g;
const ownGroup = /<!subteam\^S[A-Z0-9]+>/g;
const ownLink =
  /<https:\/\/(?:[a-z0-9-]+\.console\.aws\.amazon\.com|slack\.com|example\.slack\.com)\/[^|<> ]*\|(?:Open in AWS|card|open it in AWS|its card|To the card, where it can be answered)>/g;

/** Angle brackets that are not one of the few forms that Holdpoint writes itself. */
function markupOf(text: string): readonly string[] {
  const rest = [ownDate, ownPerson, ownGroup, ownLink].reduce((left, own) => left.replaceAll(own, ""), text);
  const outside = rest.replaceAll(/```[^`]*```/g, "").replaceAll(/`[^`\n]*`/g, "");
  return [
    ...(/[<>]/.test(rest) ? [`markup of others: ${rest}`] : []),
    ...(/&(?!amp;|lt;|gt;)/.test(rest) ? [`an open entity: ${rest}`] : []),
    ...(outside.includes("`") ? [`an open code span: ${text}`] : []),
    ...(text.length > 3_000 ? ["more than 3000 characters"] : []),
  ];
}
