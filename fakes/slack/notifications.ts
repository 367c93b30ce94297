/** Computes who is notified of a message, and the text on the lock screen. Pure. */

import { type Json, objectIn } from "./json.ts";
import type { Channel, Message, Person, UserGroup } from "./workspace.ts";

export interface Notification {
  readonly user: string;
  /** The message's top-level `text`, truncated as on a lock screen. */
  readonly text: string;
}

export interface Listeners {
  readonly channel: (id: string) => Channel | undefined;
  readonly person: (id: string) => Person | undefined;
  readonly userGroup: (id: string) => UserGroup | undefined;
  /** The users that the parent and the replies before this message mentioned by name when they were posted. */
  readonly followers: ReadonlySet<string>;
}

/** Phones differ; text after this is not seen. */
const lockScreenChars = 140;

/**
 * Slack notifies only members of the channel. `<!here>`, `<!channel>` and `<!everyone>` notify nobody in a thread.
 * Replies notify users whom the thread has mentioned by name; members of a mentioned group don't follow the thread.
 */
export function notifications(
  workspace: Listeners,
  message: Omit<Message, "notified">,
): readonly Notification[] {
  const channel = workspace.channel(message.channel);
  if (channel === undefined) return [];
  const text = message.push;
  if (message.onlyFor !== undefined) return [{ user: message.onlyFor, text }];
  const isTopLevel = message.threadTs === undefined;
  const mentioned = mentionsIn(message);
  const rings = (user: string): boolean =>
    mentioned.users.has(user) ||
    [...mentioned.groups].some((group) => isIn(workspace.userGroup(group), user)) ||
    (isTopLevel && mentioned.everybody) ||
    ((isTopLevel || message.broadcast) && followsChannel(channel, workspace.person(user))) ||
    workspace.followers.has(user);
  return channel.members.filter(rings).map((user) => ({ user, text }));
}

/** Users mentioned by name follow the thread. That an edit adds no followers is an assumption. */
export function followersBy(message: Pick<Message, "text" | "blocks">): readonly string[] {
  return [...mentionsIn(message).users];
}

function followsChannel(channel: Channel, person: Person | undefined): boolean {
  return channel.id.startsWith("D") || person?.followsAllMessages === true;
}

function isIn(group: UserGroup | undefined, user: string): boolean {
  return group !== undefined && group.disabled !== true && group.users.includes(user);
}

interface Mentions {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly everybody: boolean;
}

function mentionsIn({ text, blocks }: Pick<Message, "text" | "blocks">): Mentions {
  const texts = [text, ...blocks.flatMap(mrkdwnIn)].join("\n");
  const found = (pattern: RegExp): ReadonlySet<string> =>
    new Set([...texts.matchAll(pattern)].map(([, id = ""]) => id));
  return {
    users: found(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g),
    groups: found(/<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>/g),
    everybody: /<!(?:here|channel|everyone)(?:\|[^>]*)?>/.test(texts),
  };
}

/** Mentions in plain text, in a button or in a confirmation dialog notify nobody. */
function mrkdwnIn(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== "object" || value === null) return [];
  const { type, text } = objectIn(value);
  if (type === "mrkdwn" || type === "markdown") return typeof text === "string" ? [text] : [];
  return type === "actions" || type === "button" ? [] : Object.values(value).flatMap(mrkdwnIn);
}

export function lockScreen(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const chars = Array.from(line);
  return chars.length <= lockScreenChars ? line : `${chars.slice(0, lockScreenChars - 1).join("")}…`;
}
