import { z } from "zod";
import { published } from "../blocks/published-limits.ts";
import { messageJson } from "../wire.ts";
import type { Channel, Message, Workspace } from "../workspace.ts";
import {
  type Answer,
  type Caller,
  flag,
  judgeBlocks,
  judgeContent,
  judgeMetadata,
  type Method,
  method,
  objectField,
  objectsField,
  refuse,
} from "./method.ts";

const content = { text: z.string().optional(), blocks: objectsField.optional() };

/** chat.*: https://docs.slack.dev/reference/methods?family=chat */
export function chatMethods(workspace: Workspace): Readonly<Record<string, Method>> {
  /** A user id means the direct message channel with that user. */
  function conversation(id: string): Channel | undefined {
    const known = workspace.channel(id);
    if (known !== undefined || workspace.person(id) === undefined) return known;
    const direct = { id: `D${id.slice(1)}`, name: id, members: [id], isPrivate: true };
    workspace.putChannel(direct);
    return direct;
  }

  function judgePosting(channel: Channel, caller: Caller): Answer | undefined {
    if (channel.isArchived === true) return refuse("is_archived");
    if (workspace.botIsMember(channel)) return undefined;
    if (channel.isPrivate === true) return refuse("channel_not_found");
    return caller.scopes.includes("chat:write.public") ? undefined : refuse("not_in_channel");
  }

  /**
   * chat.update has its own error code for an archived channel. That it requires the bot's membership is an assumption.
   */
  function judgeEditing(channel: Channel | undefined, caller: Caller): Answer | undefined {
    if (channel === undefined) return undefined;
    return channel.isArchived === true ? refuse("is_inactive") : judgePosting(channel, caller);
  }

  /** Replies go to a parent. A reply's own ts is rejected here; Slack's behaviour is not documented. */
  function judgeThread(channel: Channel, threadTs: string | undefined): Answer | undefined {
    if (threadTs === undefined) return undefined;
    const parent = workspace.message(channel.id, threadTs);
    return parent?.threadTs === undefined ? undefined : refuse("cannot_reply_to_message");
  }

  const postMessage = method({
    scopes: ["chat:write"],
    args: z.object({
      channel: z.string(),
      ...content,
      thread_ts: z.string().optional(),
      reply_broadcast: flag,
      metadata: objectField.optional(),
    }),
    run: (args, caller) => {
      const channel = conversation(args.channel);
      if (channel === undefined) return refuse("channel_not_found");
      const refusal =
        judgePosting(channel, caller) ??
        judgeThread(channel, args.thread_ts) ??
        judgeContent(args) ??
        judgeMetadata(args.metadata);
      if (refusal !== undefined) return refusal;
      const message = workspace.post({
        channel: channel.id,
        text: (args.text ?? "").slice(0, published.message.postedText),
        blocks: args.blocks ?? [],
        ...(args.thread_ts === undefined
          ? {}
          : { threadTs: args.thread_ts, broadcast: args.reply_broadcast }),
        metadata: args.metadata,
      });
      return {
        ok: true,
        channel: channel.id,
        ts: message.ts,
        message: messageJson(workspace, message, { withMetadata: true }),
      };
    },
  });

  function ownMessage(channel: string, ts: string, denial: string): Message | Answer {
    if (workspace.channel(channel) === undefined) return refuse("channel_not_found");
    const message = workspace.message(channel, ts);
    if (message === undefined) return refuse("message_not_found");
    return message.onlyFor !== undefined || message.isTombstone ? refuse(denial) : message;
  }

  const update = method({
    scopes: ["chat:write"],
    args: z.object({
      channel: z.string(),
      ts: z.string(),
      ...content,
      metadata: objectField.optional(),
      reply_broadcast: flag.optional(),
    }),
    run: (args, caller) => {
      const closed = judgeEditing(workspace.channel(args.channel), caller);
      if (closed !== undefined) return closed;
      const message = ownMessage(args.channel, args.ts, "cant_update_message");
      if ("ok" in message) return message;
      const hasContent = args.text !== undefined || args.blocks !== undefined;
      if (args.reply_broadcast === true && hasContent) return refuse("no_dual_broadcast_content_update");
      if (!hasContent && args.reply_broadcast === undefined && args.metadata === undefined)
        return refuse("no_text");
      if ((args.text ?? "").length > published.message.updatedText) return refuse("msg_too_long");
      const refusal =
        (args.blocks === undefined ? undefined : judgeBlocks(args.blocks)) ?? judgeMetadata(args.metadata);
      if (refusal !== undefined) return refusal;
      // Text without blocks replaces the blocks (docs.slack.dev/reference/methods/chat.update).
      const blocks = args.blocks ?? (args.text === undefined ? undefined : []);
      const edited = workspace.edit(message, {
        text: args.text,
        blocks,
        metadata: args.metadata,
        broadcast: args.reply_broadcast,
      });
      return {
        ok: true,
        channel: edited.channel,
        ts: edited.ts,
        text: edited.text,
        message: messageJson(workspace, edited, { withMetadata: true }),
      };
    },
  });

  const remove = method({
    scopes: ["chat:write"],
    args: z.object({ channel: z.string(), ts: z.string() }),
    run: ({ channel, ts }) => {
      const message = ownMessage(channel, ts, "cant_delete_message");
      if ("ok" in message) return message;
      workspace.remove(message);
      return { ok: true, channel, ts };
    },
  });

  const postEphemeral = method({
    scopes: ["chat:write"],
    args: z.object({ channel: z.string(), user: z.string(), ...content, thread_ts: z.string().optional() }),
    run: (args, caller) => {
      const channel = workspace.channel(args.channel);
      if (channel === undefined) return refuse("channel_not_found");
      const refusal = judgePosting(channel, caller) ?? judgeContent(args);
      if (refusal !== undefined) return refusal;
      if ((args.text ?? "").length > published.message.updatedText) return refuse("msg_too_long");
      if (!channel.members.includes(args.user)) return refuse("user_not_in_channel");
      const message = workspace.post({
        channel: channel.id,
        text: args.text ?? "",
        blocks: args.blocks ?? [],
        onlyFor: args.user,
        threadTs: args.thread_ts,
      });
      return { ok: true, message_ts: message.ts };
    },
  });

  const getPermalink = method({
    args: z.object({ channel: z.string(), message_ts: z.string() }),
    run: ({ channel, message_ts: ts }) => {
      if (workspace.channel(channel) === undefined) return refuse("channel_not_found");
      const message = workspace.message(channel, ts);
      if (message === undefined) return refuse("message_not_found");
      return { ok: true, channel, permalink: permalink(workspace, message) };
    },
  });

  return {
    "chat.postMessage": postMessage,
    "chat.update": update,
    "chat.delete": remove,
    "chat.postEphemeral": postEphemeral,
    "chat.getPermalink": getPermalink,
  };
}

function permalink(workspace: Workspace, message: Message): string {
  const url = `https://${workspace.seed.team.domain}.slack.com/archives/${message.channel}/p${message.ts.replace(".", "")}`;
  return message.threadTs === undefined ? url : `${url}?thread_ts=${message.threadTs}&cid=${message.channel}`;
}
