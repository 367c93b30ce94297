/** Whose phone rings for a message, and what the lock screen shows: computed from what the workspace holds. Pure. */

import { type Json, objectIn } from "./json.ts";
import type { Channel, Message, Person, UserGroup } from "./workspace.ts";

export interface Notification {
  readonly user: string;
  /** The message's top-level `text`, cut as a lock screen cuts it. */
  readonly text: string;
}

export interface Listeners {
  readonly channel: (id: string) => Channel | undefined;
  readonly person: (id: string) => Person | undefined;
  readonly userGroup: (id: string) => UserGroup | undefined;
  /** Whom the parent and the replies before this message mentioned by name when they were posted. */
  readonly followers: ReadonlySet<string>;
}

/** Phones differ; what stands behind this is not read. */
const lockScreenChars = 140;

/**
 * Slack notifies members of the channel only. `<!here>`, `<!channel>` and `<!everyone>` reach nobody in a thread, and a
 * thread's replies notify whom it mentioned by name; a group that was mentioned does not follow the thread.
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

/** Whoever is mentioned by name follows the thread. That an edit makes nobody follow it is our reading. */
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

/** A mention in plain text, in a button or in a confirm dialog reaches nobody. */
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
