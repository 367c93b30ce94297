/** Mentions in a new message notify people; mentions in an edit do not. Pure. */

import type { KnownBlock } from "@slack/types";
import type { Mention } from "../../../handlers/decision.ts";
import type { Message } from "./blocks.ts";
import { name } from "./phrase.ts";

const mention = /<(?:@|!subteam\^|!(?=here>|channel>))([A-Za-z0-9]+)>/g;

/** The people and groups that this message mentions but is not meant to notify. */
export function mentionedBesides({ blocks }: Message, notified: readonly Mention[]): readonly string[] {
  const meant = new Set(notified.map(({ id }) => id));
  const ids = blocks
    .flatMap(mrkdwnOf)
    .flatMap((text) => [...text.matchAll(mention)].map(([, id = ""]) => id));
  return [...new Set(ids)].filter((id) => !meant.has(id) && /^[UWS]/.test(id));
}

/** The message with all other mentions written as text: the name if it is known, else the id. */
export function mentioningOnly(
  { text, blocks }: Message,
  notified: readonly Mention[],
  names: ReadonlyMap<string, string> = new Map(),
): Message {
  const meant = new Set(notified.map(({ id }) => id));
  const written = (id: string): string => {
    const known = names.get(id);
    return known === undefined ? `\`${id}\`` : name(known, 40);
  };
  const rewrite = (mrkdwn: string): string =>
    mrkdwn.replace(mention, (whole, id: string) => (meant.has(id) ? whole : written(id)));
  return { text, blocks: blocks.map((block) => rewritten(block, rewrite)) };
}

function mrkdwnOf(block: KnownBlock): readonly string[] {
  const found: string[] = [];
  rewritten(block, (mrkdwn) => {
    found.push(mrkdwn);
    return mrkdwn;
  });
  return found;
}

function rewritten(block: KnownBlock, rewrite: (mrkdwn: string) => string): KnownBlock {
  if (block.type === "section" && block.text?.type === "mrkdwn")
    return { ...block, text: { ...block.text, text: rewrite(block.text.text) } };
  if (block.type !== "context") return block;
  const elements = block.elements.map((element) =>
    element.type === "mrkdwn" ? { ...element, text: rewrite(element.text) } : element,
  );
  return { ...block, elements };
}
