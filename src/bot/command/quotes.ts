/** What Slack, phones and keyboards put around and into what a person types: quotes of every kind, entities, links. Pure. */

import { sameLetters } from "../../handlers/names/names.ts";
import { referenceIn } from "./arn.ts";

/** Phones insert curly quotes, and not always in pairs. */
const doubles = `"“”„«»`;
const singles = "'‘’`";

/** The text in quotes or code marks at the beginning, and the text after it. */
export function quotedAt(text: string): { readonly inside: string; readonly after: string } | undefined {
  const open = text[0] ?? "";
  const closing = closingOf(open, text);
  if (closing === "") return undefined;
  // A code block, or marks typed twice.
  const [run = ""] = /^(["'`])\1+/.exec(text) ?? [];
  const end = run === "" ? -1 : text.indexOf(run, run.length);
  if (end > run.length) return { inside: text.slice(run.length, end), after: text.slice(end + run.length) };
  for (let at = 1; at < text.length; at += 1) {
    // An apostrophe inside a word closes nothing.
    const isInWord = closing === singles && /\w/.test(text[at + 1] ?? "") && /\w/.test(text[at - 1] ?? "");
    if (closing.includes(text[at] ?? "") && !isInWord)
      return { inside: text.slice(1, at), after: text.slice(at + 1) };
  }
  return undefined;
}

function closingOf(open: string, text: string): string {
  if (open === "") return "";
  // A code span may contain an apostrophe.
  if (open === "`" && text.includes(open, 1)) return open;
  return doubles.includes(open) ? doubles : singles.includes(open) ? singles : "";
}

export function unquoted(text: string): string {
  const quoted = quotedAt(text);
  return quoted !== undefined && quoted.after === "" ? quoted.inside.trim() : text;
}

/**
 * Turns Slack's entities and links back into what the person typed. `isName`: the text of a link is a name, which its
 * address may not be that of.
 */
export function unescaped(text: string, isName: (label: string) => boolean): string {
  return text
    .replace(/<((?:https?:\/\/|mailto:|arn:)[^|>\s]*)\|([^>]*)>/gi, (_, address: string, label: string) =>
      linked(address, label, isName(label)),
    )
    .replace(/<((?:https?:\/\/|arn:)[^|>\s]*)>/gi, "$1")
    .replace(/<([#@])[A-Z0-9]+\|([^>]+)>/g, "$1$2")
    .replace(/<!subteam\^[A-Z0-9]+\|@?([^>]+)>/g, "@$1")
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** The text of a link is what was typed, except where its address is what AWS shows of a target. */
function linked(address: string, label: string, isName: boolean): string {
  const reference = referenceIn(address);
  if (reference === undefined) return /^arn:/i.test(address) ? address : label;
  const ids = [address, ...reference.names, reference.deployment ?? ""];
  const isOwn = ids.flatMap((id) => [id, ...id.split("/")]).some((it) => sameLetters(it, label));
  return isName && !isOwn ? `${address} ${label}` : address;
}
