import { z } from "zod";
import { channelJson, membersOf, messageJson } from "../wire.ts";
import { type Channel, type Message, microsOf, type Workspace } from "../workspace.ts";
import {
  type Answer,
  count,
  flag,
  type Method,
  method,
  nextCursor,
  page,
  refuse,
  visibleChannel,
} from "./method.ts";

const paging = { limit: count.max(999).default(100), cursor: z.string().optional() };
const range = {
  oldest: z.string().default("0"),
  latest: z.string().optional(),
  inclusive: flag,
  include_all_metadata: flag,
  ...paging,
};
type Range = z.infer<z.ZodObject<typeof range>>;

/** conversations.*: https://docs.slack.dev/reference/methods?family=conversations */
export function conversationMethods(workspace: Workspace): Readonly<Record<string, Method>> {
  function readable(id: string): Channel | Answer {
    const channel = visibleChannel(workspace, id);
    if (channel === undefined) return refuse("channel_not_found");
    return workspace.botIsMember(channel) ? channel : refuse("not_in_channel");
  }

  function messagesPage(messages: readonly Message[], args: Range): Answer {
    const from = microsOf(args.oldest);
    const to = args.latest === undefined ? Number.POSITIVE_INFINITY : microsOf(args.latest);
    const inRange = messages.filter(({ ts }) => {
      const at = microsOf(ts);
      return args.inclusive ? at >= from && at <= to : at > from && at < to;
    });
    const found = page(inRange, args);
    if (found === undefined) return refuse("invalid_cursor");
    return {
      ok: true,
      messages: found.items.map((it) =>
        messageJson(workspace, it, { withMetadata: args.include_all_metadata }),
      ),
      has_more: found.next !== "",
      ...nextCursor(found.next),
    };
  }

  const history = method({
    scopes: ["channels:history", "groups:history"],
    args: z.object({ channel: z.string(), ...range }),
    run: (args) => {
      const channel = readable(args.channel);
      return "ok" in channel ? channel : messagesPage([...workspace.timeline(channel.id)].reverse(), args);
    },
  });

  const replies = method({
    scopes: ["channels:history", "groups:history"],
    args: z.object({ channel: z.string(), ts: z.string(), ...range }),
    run: (args) => {
      const channel = readable(args.channel);
      if ("ok" in channel) return channel;
      const named = workspace.message(channel.id, args.ts);
      const parent = named?.threadTs === undefined ? named : workspace.message(channel.id, named.threadTs);
      if (parent === undefined || parent.onlyFor !== undefined) return refuse("thread_not_found");
      return messagesPage([parent, ...workspace.repliesTo(parent)], args);
    },
  });

  const info = method({
    scopes: ["channels:read", "groups:read"],
    args: z.object({ channel: z.string(), include_num_members: flag }),
    run: (args) => {
      const channel = visibleChannel(workspace, args.channel);
      if (channel === undefined) return refuse("channel_not_found");
      const members = args.include_num_members ? { num_members: membersOf(workspace, channel).length } : {};
      return { ok: true, channel: { ...channelJson(workspace, channel), ...members } };
    },
  });

  const members = method({
    scopes: ["channels:read", "groups:read"],
    args: z.object({ channel: z.string(), ...paging }),
    run: (args) => {
      const channel = visibleChannel(workspace, args.channel);
      if (channel === undefined) return refuse("channel_not_found");
      const found = page(membersOf(workspace, channel), args);
      if (found === undefined) return refuse("invalid_cursor");
      return { ok: true, members: [...found.items], ...nextCursor(found.next) };
    },
  });

  const list = method({
    scopes: ["channels:read", "groups:read"],
    args: z.object({ types: z.string().default("public_channel"), exclude_archived: flag, ...paging }),
    run: (args) => {
      const wanted = args.types.split(",");
      const channels = workspace.channels().filter((channel) => {
        if (args.exclude_archived && channel.isArchived === true) return false;
        if (channel.isPrivate !== true) return wanted.includes("public_channel");
        return wanted.includes("private_channel") && workspace.botIsMember(channel);
      });
      const found = page(channels, args);
      if (found === undefined) return refuse("invalid_cursor");
      return {
        ok: true,
        channels: found.items.map((channel) => channelJson(workspace, channel)),
        ...nextCursor(found.next),
      };
    },
  });

  return {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.list": list,
  };
}
