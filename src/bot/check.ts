import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { failureOf, wordsOf } from "./slack/error.ts";
import type { Workspace } from "./slack/workspace.ts";

/** The scopes that the bot needs, each with the reason that `holdpoint check` prints. */
const neededScopes: Readonly<Record<string, string>> = {
  "chat:write": "post and redraw cards",
  commands: "take /deploy",
  "channels:history": "find its own cards again",
  "channels:read": "see who is in a channel",
  "usergroups:read": "see who is in an approver group",
  "users:read": "tell people of this workspace from those of others",
};

/** One sentence per missing scope; empty if Slack did not return the token's scopes. */
export function missingScopes({ scopes }: Workspace): readonly string[] {
  if (scopes.length === 0) return [];
  return Object.entries(neededScopes)
    .filter(([scope]) => !scopes.includes(scope))
    .map(([scope, why]) => `The bot lacks the scope ${scope}: it could not ${why}.`);
}

const channelInfo = z.object({
  channel: z.object({
    name: z.string().default(""),
    is_member: z.boolean().default(false),
    is_archived: z.boolean().default(false),
    is_private: z.boolean().default(false),
  }),
});

export interface ChannelCheck {
  readonly channel: string;
  readonly name?: string;
  /** One sentence per problem; empty if the bot can work there. */
  readonly problems: readonly string[];
}

/** Checks that cards can be posted to a channel and found again. Never throws. */
export async function checkChannel(client: WebClient, channel: string): Promise<ChannelCheck> {
  try {
    const info = channelInfo.parse(await client.conversations.info({ channel })).channel;
    const problems = [
      ...(info.is_archived ? [`#${info.name} (${channel}) is archived.`] : []),
      ...(info.is_member ? [] : [`The bot is not in #${info.name} (${channel}): invite it with /invite.`]),
    ];
    if (problems.length > 0) return { channel, name: info.name, problems };
    await client.conversations.history({ channel, limit: 1 });
    return { channel, name: info.name, problems: [] };
  } catch (error) {
    return { channel, problems: [sentenceOf(channel, wordsOf(failureOf(error)))] };
  }
}

function sentenceOf(channel: string, error: string): string {
  if (error === "channel_not_found") {
    return `There is no channel ${channel}, or it is private and the bot is not in it.`;
  }
  return `The channel ${channel} could not be read: ${error}.`;
}
