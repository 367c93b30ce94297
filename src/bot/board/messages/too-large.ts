import type { Message } from "../../card/parts/blocks.ts";
import { cutEnd } from "../../card/parts/phrase.ts";

const tooMuch = new Set(["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"]);

/** Slack rejected the content of the message, not its destination. */
export function isContentTooLarge(error: string): boolean {
  return tooMuch.has(error);
}

/** Slack publishes no limit for metadata; the card matters more than its metadata. */
export function isMetadataTooLarge(error: string): boolean {
  return error === "metadata_too_large";
}

/** The versions to try in order: full, smaller, and plain text, which is better than nothing. */
export function fallbackContents(
  content: Message,
  smaller: (() => Message) | undefined,
): readonly (() => Message)[] {
  return [() => content, ...(smaller === undefined ? [] : [smaller]), () => plainly(content)];
}

/** The same message as plain text without buttons: `/deploy` still works. */
function plainly({ text }: Message): Message {
  const short = cutEnd(text, 2_900);
  return {
    text: short,
    blocks: [{ type: "section", text: { type: "plain_text", text: short, emoji: false } }],
  };
}
