import { type Json, type JsonObject, objectIn, stringIn } from "../../fakes/slack/json.ts";

/**
 * slack-blocks-to-jsx 1.1.1 reads more markup than Slack does: it formats plain_text, decodes `&lt;` before it looks
 * for mentions and links, and sees links, bold and strike in code. These copies of the blocks, for the page only,
 * make it draw what Slack would. That the messages themselves are harmless is proved on their JSON, not here.
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

/** Look-alikes instead of characters that the renderer would act on inside code. */
function inertCode(span: string): string {
  return span
    .replaceAll("*", "∗")
    .replaceAll("~", "∼")
    .replaceAll("](", `]${gap}(`)
    .replaceAll("://", `:${gap}//`);
}

/** React escapes what it draws: plain text may be handed over as the characters that it stands for. */
function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Menus are drawn by the page itself: the renderer's need a script of their own to open. */
const menuTypes = ["static_select", "overflow", "radio_buttons", "users_select"];

export function isMenu(element: JsonObject): boolean {
  return menuTypes.includes(stringIn(element.type) ?? "");
}
