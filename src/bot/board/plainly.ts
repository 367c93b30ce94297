import type { Message } from "../card/parts/blocks.ts";
import { cutEnd } from "../card/parts/phrase.ts";

const tooMuch = new Set(["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"]);

/** Slack refuses what the message holds, not where it goes. */
export function isContentTooLarge(error: string): boolean {
  return tooMuch.has(error);
}

/** Slack publishes no number: whatever is found too large, the card matters more than what it carries. */
export function isMetadataTooLarge(error: string): boolean {
  return error === "metadata_too_large";
}

/** What to try one after the other: all of it, less of it, and a plain sentence, which is more than nothing. */
export function fallbackContents(
  content: Message,
  smaller: (() => Message) | undefined,
): readonly (() => Message)[] {
  return [() => content, ...(smaller === undefined ? [] : [smaller]), () => plainly(content)];
}

/** The same message as one plain sentence, without buttons: `/deploy` still works. */
function plainly({ text }: Message): Message {
  const short = cutEnd(text, 2_900);
  return {
    text: short,
    blocks: [{ type: "section", text: { type: "plain_text", text: short, emoji: false } }],
  };
}
