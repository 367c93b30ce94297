import { elementsOf } from "./blocks/limits.ts";
import type { JsonObject } from "./json.ts";
import {
  followersBy,
  type Listeners,
  lockScreen,
  type Notification,
  notifications,
} from "./notifications.ts";

/** The state of a workspace: people, channels, groups and messages. It handles neither HTTP nor permissions. */

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName?: string;
  readonly email?: string;
  /** Another workspace's id for a Slack Connect user. */
  readonly teamId?: string;
  readonly timeZone?: string;
  readonly deactivated?: boolean;
  /** Has set notifications to all messages; others are notified only of mentions. */
  readonly followsAllMessages?: boolean;
  readonly isGuest?: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  /** Default true. Otherwise the bot needs `chat:write.public`, and can't post to a private channel at all. */
  readonly botIsMember?: boolean;
  readonly isPrivate?: boolean;
  readonly isArchived?: boolean;
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
  readonly disabled?: boolean;
}

export interface Seed {
  readonly team: {
    readonly id: string;
    readonly name: string;
    readonly domain: string;
    /** On Enterprise Grid. */
    readonly enterpriseId?: string;
  };
  readonly app: {
    readonly id: string;
    readonly botId: string;
    readonly botUserId: string;
    readonly name: string;
  };
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly userGroups: readonly UserGroup[];
}

interface Content {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
}

export interface Message extends Content {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string | undefined;
  readonly broadcast: boolean;
  readonly metadata?: JsonObject | undefined;
  readonly editedTs?: string;
  /** The only user who sees it: an ephemeral message. */
  readonly onlyFor?: string;
  /** The number of edits. A click refers to the revision that the user saw. */
  readonly revision: number;
  /** Earlier revisions, the newest last; only the latest `revisionsKept`. */
  readonly earlier: readonly (Content & { readonly revision: number })[];
  readonly isTombstone: boolean;
  /** The text on the lock screen when it was posted. */
  readonly push: string;
  /** The users that it mentioned by name when it was posted. */
  readonly mentioned: readonly string[];
  /** The users notified when it was posted. Edits notify nobody. */
  readonly notified: readonly Notification[];
}

export interface Draft extends Content {
  readonly channel: string;
  readonly threadTs?: string | undefined;
  readonly broadcast?: boolean;
  readonly metadata?: JsonObject | undefined;
  readonly onlyFor?: string;
}

export interface Edit {
  readonly text?: string | undefined;
  readonly blocks?: readonly JsonObject[] | undefined;
  /** An empty object removes the metadata, absent keeps it. */
  readonly metadata?: JsonObject | undefined;
  readonly broadcast?: boolean | undefined;
}

const revisionsKept = 20;

export type Workspace = ReturnType<typeof createWorkspace>;

export function createWorkspace(seed: Seed, clock: () => number) {
  const channels = new Map(seed.channels.map((channel) => [channel.id, channel]));
  const people = new Map(seed.people.map((person) => [person.id, person]));
  const userGroups = new Map(seed.userGroups.map((group) => [group.id, group]));
  const messages = new Map<string, Message>();
  let lastMicros = 0;
  let blockCount = 0;

  const keyOf = (channel: string, ts: string): string => `${channel} ${ts}`;

  function nextTs(): string {
    lastMicros = Math.max(Math.floor(clock() * 1000), lastMicros + 1);
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
  }

  /** Slack adds a block_id to every block that has none. */
  function named(blocks: readonly JsonObject[]): readonly JsonObject[] {
    return blocks.map((block) => {
      blockCount += 1;
      return { block_id: `b${blockCount.toString(36)}`, ...block };
    });
  }

  function keep(message: Message): Message {
    messages.set(keyOf(message.channel, message.ts), message);
    return message;
  }

  function post(draft: Draft): Message {
    const message = {
      ...draft,
      blocks: named(draft.blocks),
      ts: nextTs(),
      broadcast: draft.broadcast ?? false,
      revision: 0,
      earlier: [],
      isTombstone: false,
      push: lockScreen(draft.text),
    };
    const mentioned = followersBy(message);
    return keep({
      ...message,
      mentioned,
      notified: notifications(listeners(draft), { ...message, mentioned }),
    });
  }

  function edit(message: Message, change: Edit): Message {
    const { metadata: before, ...rest } = message;
    const metadata = change.metadata ?? before;
    const { text, blocks, revision } = message;
    return keep({
      ...rest,
      ...(metadata === undefined || Object.keys(metadata).length === 0 ? {} : { metadata }),
      text: change.text ?? text,
      blocks: change.blocks === undefined ? blocks : named(change.blocks),
      broadcast: change.broadcast ?? message.broadcast,
      editedTs: nextTs(),
      revision: revision + 1,
      earlier: [...message.earlier, { text, blocks, revision }].slice(-revisionsKept),
    });
  }

  function listeners({ channel, threadTs }: Draft): Listeners {
    const parent = threadTs === undefined ? undefined : messages.get(keyOf(channel, threadTs));
    return {
      channel: (id) => channels.get(id),
      person: (id) => people.get(id),
      userGroup: (id) => userGroups.get(id),
      followers: new Set(
        parent === undefined ? [] : [parent, ...repliesTo(parent)].flatMap(({ mentioned }) => mentioned),
      ),
    };
  }

  function repliesTo(parent: Message): readonly Message[] {
    return [...messages.values()].filter(
      (it) => it.channel === parent.channel && it.threadTs === parent.ts && it.onlyFor === undefined,
    );
  }

  /** A deleted message with replies leaves a tombstone, so that its thread stays readable. */
  function remove(message: Message): void {
    if (message.onlyFor !== undefined || repliesTo(message).length === 0) {
      messages.delete(keyOf(message.channel, message.ts));
      return;
    }
    const { metadata: _gone, ...rest } = message;
    keep({ ...rest, text: "This message was deleted.", blocks: [], isTombstone: true });
  }

  return {
    seed,
    clock,
    post,
    edit,
    remove,
    repliesTo,
    message: (channel: string, ts: string) => messages.get(keyOf(channel, ts)),
    /**
     * The messages shown in the channel, oldest first: broadcasts too, but neither other replies nor ephemeral
     * messages.
     */
    timeline: (channel: string) =>
      [...messages.values()].filter(
        (it) =>
          it.channel === channel && it.onlyFor === undefined && (it.threadTs === undefined || it.broadcast),
      ),
    privateTo: (person: string) => [...messages.values()].filter((it) => it.onlyFor === person),
    channel: (id: string) => channels.get(id),
    channels: () => [...channels.values()],
    person: (id: string) => people.get(id),
    people: () => [...people.values()],
    userGroup: (id: string) => userGroups.get(id),
    userGroups: () => [...userGroups.values()],
    putChannel: (channel: Channel) => channels.set(channel.id, channel),
    putPerson: (person: Person) => people.set(person.id, person),
    putUserGroup: (group: UserGroup) => userGroups.set(group.id, group),
    botIsMember: (channel: Channel) => channel.botIsMember ?? true,
  };
}

/** A displayed element, with its block. */
export interface DrawnElement {
  readonly block: JsonObject;
  readonly element: JsonObject;
}

export function drawnElements(blocks: readonly JsonObject[]): readonly DrawnElement[] {
  return blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
}

/** Compares timestamps as microseconds: "1794925920" and "1794925920.000000" are equal. */
export function microsOf(ts: string): number {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return Number(seconds) * 1e6 + Number(fraction.padEnd(6, "0").slice(0, 6));
}
