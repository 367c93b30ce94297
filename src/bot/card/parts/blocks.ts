/** Block Kit, as far as Holdpoint uses it. Every function enforces Slack's limits itself. */

import { hash } from "node:crypto";
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  KnownBlock,
  PlainTextElement,
  SectionBlock,
} from "@slack/types";
import { safeUrl } from "./links.ts";
import { cutEnd, name } from "./phrase.ts";

export interface Message {
  /** Shown without the blocks on a lock screen: a plain sentence below 250 characters. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export const blocksAtMost = 50;
const textAtMost = 3_000;
const buttonsAtMost = 25;

export function plainText(text: string, atMost: number): PlainTextElement {
  return { type: "plain_text", text: cutEnd(text, atMost), emoji: false };
}

export function header(text: string): HeaderBlock {
  return { type: "header", text: plainText(text, 150) };
}

/** Lines instead of fields: on a phone a field takes two lines, and a screen reader reads lines in the right order. */
export function section(...lines: readonly string[]): SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text: fitting(lines, "\n") } };
}

/** One line in small type, its pieces separated by dots. */
export function context(...pieces: readonly (string | undefined)[]): ContextBlock {
  const said = pieces.filter((piece) => piece !== undefined).filter((piece) => piece !== "");
  return { type: "context", elements: [{ type: "mrkdwn", text: fitting(said, " · ") }] };
}

/** Splits the lines over as many sections as needed. A line is never split, so code blocks stay whole. */
export function sections(lines: readonly string[]): SectionBlock[] {
  const packed: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    if (size + line.length + 1 > textAtMost) {
      packed.push([]);
      size = 0;
    }
    packed[packed.length - 1]?.push(line);
    size += line.length + 1;
  }
  return packed.map((some) => section(...some));
}

/** Leaves out whole pieces: half of one could leave a code span or an entity open. */
function fitting(pieces: readonly string[], separator: string): string {
  const all = pieces.join(separator);
  if (all.length <= textAtMost) return all === "" ? " " : all;
  let text = "";
  for (const piece of pieces) {
    const longer = text === "" ? piece : text + separator + piece;
    if (longer.length > textAtMost - 30) continue;
    text = longer;
  }
  return `${text}${text === "" ? "" : separator}(too long to show here)`;
}

export function actionsBlock(blockId: string, buttons: readonly Button[]): ActionsBlock {
  return { type: "actions", block_id: blockId, elements: buttons.slice(0, buttonsAtMost) };
}

export function consoleButton(url: string | undefined, target: string): Button[] {
  const safe = safeUrl(url);
  if (safe === undefined) return [];
  return [
    {
      type: "button",
      action_id: "link.console",
      text: plainText("Open in AWS", 75),
      url: safe,
      accessibility_label: cutEnd(`Open ${name(target, 32)} in the AWS console`, 75),
    },
  ];
}

/**
 * Derives the id of every actions block from the content, so that equal pictures give equal messages, and an edited
 * message never keeps the state that Slack stores for a block.
 */
export function identified(blocks: readonly KnownBlock[], prefix: string): KnownBlock[] {
  if (!blocks.some(({ type }) => type === "actions")) return [...blocks];
  const digest = hashOf(JSON.stringify(blocks)).slice(0, 8);
  return blocks.map((block, index) =>
    block.type === "actions" ? { ...block, block_id: `${prefix}-${digest}-${index}` } : block,
  );
}

/**
 * The hash that decides on chat.update. "Read at" times are left out, because a newer read alone is no reason to edit.
 * Only Holdpoint writes that format: in outside text `<` is escaped.
 */
export function cardHash(message: { readonly text: string; readonly blocks: readonly KnownBlock[] }): string {
  return hashOf(JSON.stringify([message.text, message.blocks]));
}

function hashOf(json: string): string {
  return hash("sha256", json.replace(/read at <!date\^-?\d+\^[^>]*>/g, "read at")).slice(0, 16);
}
