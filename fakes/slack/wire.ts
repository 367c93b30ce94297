import { type Json, type JsonObject, present } from "./json.ts";
import type { Channel, Message, Person, Seed, UserGroup, Workspace } from "./workspace.ts";

/** The JSON of the workspace's objects in responses and payloads. */

export function messageJson(
  workspace: Workspace,
  message: Message,
  { withMetadata }: { readonly withMetadata: boolean },
): JsonObject {
  const { app, team } = workspace.seed;
  const replies = message.threadTs === undefined ? workspace.repliesTo(message) : [];
  const latest = replies.at(-1);
  return present({
    type: "message",
    subtype: message.isTombstone ? "tombstone" : message.broadcast ? "thread_broadcast" : undefined,
    user: app.botUserId,
    bot_id: app.botId,
    app_id: app.id,
    team: team.id,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks.length > 0 ? [...message.blocks] : undefined,
    edited: message.editedTs === undefined ? undefined : { user: app.botId, ts: message.editedTs },
    metadata: metadataJson(message.metadata, withMetadata),
    thread_ts: message.threadTs ?? (latest === undefined ? undefined : message.ts),
    reply_count: latest === undefined ? undefined : replies.length,
    latest_reply: latest?.ts,
    is_ephemeral: message.onlyFor === undefined ? undefined : true,
  });
}

function metadataJson(metadata: JsonObject | undefined, whole: boolean): Json | undefined {
  return metadata === undefined || whole ? metadata : present({ event_type: metadata.event_type });
}

export function channelJson(workspace: Workspace, channel: Channel): JsonObject {
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.isPrivate !== true,
    is_group: false,
    is_im: false,
    is_private: channel.isPrivate ?? false,
    is_archived: channel.isArchived ?? false,
    is_member: workspace.botIsMember(channel),
    is_ext_shared: channel.members.some((id) => workspace.person(id)?.teamId !== undefined),
    context_team_id: workspace.seed.team.id,
  };
}

export function membersOf(workspace: Workspace, channel: Channel): readonly string[] {
  return workspace.botIsMember(channel)
    ? [...channel.members, workspace.seed.app.botUserId]
    : channel.members;
}

export function personJson(
  seed: Seed,
  person: Person,
  { withEmail }: { readonly withEmail: boolean },
): JsonObject {
  const realName = person.realName ?? person.name;
  return {
    id: person.id,
    team_id: person.teamId ?? seed.team.id,
    name: person.name,
    real_name: realName,
    deleted: person.deactivated ?? false,
    is_bot: false,
    is_stranger: person.teamId !== undefined,
    is_restricted: person.isGuest ?? false,
    is_ultra_restricted: false,
    tz: person.timeZone ?? "Europe/Berlin",
    profile: present({
      real_name: realName,
      display_name: person.name,
      email: withEmail ? person.email : undefined,
    }),
  };
}

export function userGroupJson(
  seed: Seed,
  group: UserGroup,
  { withUsers }: { readonly withUsers: boolean },
): JsonObject {
  return present({
    id: group.id,
    team_id: seed.team.id,
    is_usergroup: true,
    handle: group.handle,
    name: group.name,
    date_delete: group.disabled === true ? 1 : 0,
    user_count: group.users.length,
    users: withUsers ? [...group.users] : undefined,
  });
}
