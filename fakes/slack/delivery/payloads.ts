import { type JsonObject, objectsIn, present } from "../json.ts";
import { holds, optionOf, stateOf } from "../state.ts";
import type { View, Views } from "../views.ts";
import { channelJson, messageJson } from "../wire.ts";
import type { Channel, DrawnElement, Message, Person, Workspace } from "../workspace.ts";

/** The payloads that Slack sends: https://docs.slack.dev/reference/interaction-payloads */

function actor(workspace: Workspace, person: Person, triggerId: string): JsonObject {
  const { app, team } = workspace.seed;
  return {
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId ?? team.id },
    api_app_id: app.id,
    token: "a-legacy-verification-token",
    trigger_id: triggerId,
  };
}

function actionOf(
  { block, element }: DrawnElement,
  chosen: string | undefined,
  clock: () => number,
): JsonObject {
  const { confirm: _confirm, accessibility_label: _label, options: _options, ...drawn } = element;
  const picked =
    element.type === "overflow"
      ? { selected_option: optionOf(element, chosen) ?? null }
      : holds(element, chosen);
  return { ...drawn, ...picked, block_id: block.block_id ?? "", action_ts: (clock() / 1000).toFixed(6) };
}

export interface Press {
  readonly person: Person;
  readonly drawn: DrawnElement;
  /** The value of the chosen option, for menus. */
  readonly chosen?: string | undefined;
  readonly triggerId: string;
}

export function messagePress(
  workspace: Workspace,
  press: Press,
  {
    message,
    channel,
    responseUrl,
  }: { readonly message: Message; readonly channel: Channel; readonly responseUrl: string },
): JsonObject {
  const isEphemeral = message.onlyFor !== undefined;
  return present({
    type: "block_actions",
    ...actor(workspace, press.person, press.triggerId),
    container: present({
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      thread_ts: message.threadTs,
      is_ephemeral: isEphemeral,
    }),
    channel: { id: channel.id, name: channelJson(workspace, channel).name ?? "" },
    // Slack doesn't store ephemeral messages, so the payload can't include one.
    message: isEphemeral ? undefined : messageJson(workspace, message, { withMetadata: true }),
    state: { values: stateOf(message.blocks, {}) },
    response_url: responseUrl,
    actions: [actionOf(press.drawn, press.chosen, workspace.clock)],
  });
}

export function viewPress(workspace: Workspace, views: Views, press: Press, view: View): JsonObject {
  return {
    type: "block_actions",
    ...actor(workspace, press.person, press.triggerId),
    container: { type: "view", view_id: view.id },
    view: views.json(view, stateOf(objectsIn(view.content.blocks), view.typed)),
    actions: [actionOf(press.drawn, press.chosen, workspace.clock)],
  };
}

export function viewEnd(
  workspace: Workspace,
  views: Views,
  {
    type,
    person,
    view,
    triggerId,
  }: { type: "view_submission" | "view_closed"; person: Person; view: View; triggerId: string },
): JsonObject {
  const state = stateOf(objectsIn(view.content.blocks), view.typed);
  return {
    type,
    ...actor(workspace, person, triggerId),
    view: views.json(view, state),
    ...(type === "view_submission" ? { response_urls: [] } : { is_cleared: false }),
  };
}

export function slashCommand(
  workspace: Workspace,
  sent: {
    person: Person;
    channel: Channel;
    command: string;
    text: string;
    responseUrl: string;
    triggerId: string;
  },
): JsonObject {
  const { app, team } = workspace.seed;
  return {
    token: "a-legacy-verification-token",
    team_id: sent.person.teamId ?? team.id,
    team_domain: team.domain,
    channel_id: sent.channel.id,
    channel_name: sent.channel.name,
    user_id: sent.person.id,
    user_name: sent.person.name,
    command: sent.command,
    text: sent.text,
    api_app_id: app.id,
    is_enterprise_install: "false",
    response_url: sent.responseUrl,
    trigger_id: sent.triggerId,
  };
}

export function eventCallback(workspace: Workspace, event: JsonObject, eventId: string): JsonObject {
  const { app, team } = workspace.seed;
  return {
    type: "event_callback",
    token: "a-legacy-verification-token",
    team_id: team.id,
    api_app_id: app.id,
    event,
    event_id: eventId,
    event_time: Math.floor(workspace.clock() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
}
