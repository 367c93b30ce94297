import { type Json, type JsonObject, objectIn, stringIn } from "../../fakes/slack/json.ts";

/**
 * slack-blocks-to-jsx 1.1.1 interprets more markup than Slack: it formats plain_text, decodes `&lt;` before it looks
 * for mentions and links, and parses links, bold and strike in code. These copies of the blocks, for the page only,
 * make it render what Slack would. Whether the messages themselves are safe is tested on their JSON, not here.
 */
export function avoidFaults(value: Json): Json {
  if (Array.isArray(value)) return value.map(avoidFaults);
  if (typeof value !== "object" || value === null) return value;
  const block = objectIn(value);
  if (block.type === "plain_text")
    return { ...block, text: decoded(stringIn(block.text) ?? ""), verbatim: true };
  if (block.type === "mrkdwn") return { ...block, text: faithful(stringIn(block.text) ?? "") };
  return Object.fromEntries(Object.entries(block).map(([name, member]) => [name, avoidFaults(member)]));
}

const gap = "\u200B";
const code = /(```[\s\S]*?```|`[^`\n]*`)/;

function faithful(mrkdwn: string): string {
  return mrkdwn
    .split(code)
    .map((part, index) => (index % 2 === 1 ? inertCode(part) : part))
    .join("")
    .replaceAll("&lt;", `&lt;${gap}`)
    .replaceAll("&gt;", `${gap}>`)
    .replaceAll("&amp;", `&${gap}`);
}

/** Replaces characters that the renderer would interpret inside code with look-alikes. */
function inertCode(span: string): string {
  return span
    .replaceAll("*", "∗")
    .replaceAll("~", "∼")
    .replaceAll("](", `]${gap}(`)
    .replaceAll("://", `:${gap}//`);
}

/** React escapes what it renders, so plain text can be decoded first. */
function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** The page renders menus itself: the renderer's need their own script to open. */
const menuTypes = ["static_select", "overflow", "radio_buttons", "users_select"];

export function isMenu(element: JsonObject): boolean {
  return menuTypes.includes(stringIn(element.type) ?? "");
}
